package dev.serai.mqtt;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How long an outage of this subscriber may be before the broker drops messages, from how many it keeps and how many come.
 *
 * <p>The rate is the lowest of the last {@value #PERIODS} periods: while a backlog comes in, more come than are published. A
 * period in which the subscriber did not listen says nothing of the source and does not count.
 * Time is given, in nanoseconds of any clock. Not thread-safe.
 */
final class OutageOutlook {

    private static final int PERIODS = 3;
    private static final long SHORT_SECONDS = 600;
    private static final double NANOS = 1e9;

    private long queueLimit;
    private final long periodNanos;
    private final double[] rates = new double[PERIODS];
    private int periods;
    private long begunNanos;
    private long messages;
    private String warning = "";

    /** @param queueLimit messages that the broker keeps for an absent subscriber; 0 for all */
    OutageOutlook(long queueLimit, Duration period, long nowNanos) {
        this.queueLimit = queueLimit;
        this.periodNanos = period.toNanos();
        this.begunNanos = nowNanos;
    }

    /** It turned out to be another limit. */
    void limitedTo(long messages) {
        queueLimit = messages;
    }

    void arrived(int count) {
        messages += count;
    }

    /** Nothing can come at present: the period begins anew. */
    void notListening(long nowNanos) {
        messages = 0;
        begunNanos = nowNanos;
    }

    /** Messages that the broker keeps; 0 for all, or if it is not known. */
    long queueLimit() {
        return queueLimit;
    }

    /** Messages a second; nothing until a first period is over. */
    OptionalDouble rate() {
        OptionalDouble lowest = OptionalDouble.empty();
        for (int i = 0; i < Math.min(periods, PERIODS); i++) {
            lowest = OptionalDouble.of(Math.min(lowest.orElse(rates[i]), rates[i]));
        }
        return lowest;
    }

    /** Empty when there is nothing to warn of. */
    String warning(long nowNanos) {
        long elapsed = nowNanos - begunNanos;
        if (elapsed >= periodNanos) {
            rates[periods++ % PERIODS] = messages * NANOS / elapsed;
            messages = 0;
            begunNanos = nowNanos;
            warning = queueLimit > 0 ? warning(rate().orElseThrow()) : "";
        }
        return warning;
    }

    private String warning(double rate) {
        double seconds = queueLimit / rate;
        return seconds >= SHORT_SECONDS
                ? ""
                : "the broker keeps %d messages for an absent subscriber: at the present %.0f a second it can absorb an outage of %d seconds"
                        .formatted(queueLimit, rate, (long) seconds);
    }
}
