package dev.serai.mqtt;

import java.time.Duration;

/**
 * How long an outage of this subscriber may be before the broker drops messages, from how many it keeps and how many come.
 *
 * <p>The rate is the lowest of the last {@value #PERIODS} periods: while a backlog comes in, more come than are published.
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

    /** Empty when there is nothing to warn of. */
    String warning(long nowNanos) {
        long elapsed = nowNanos - begunNanos;
        if (queueLimit > 0 && elapsed >= periodNanos) {
            rates[periods++ % PERIODS] = messages * NANOS / elapsed;
            messages = 0;
            begunNanos = nowNanos;
            warning = warning();
        }
        return warning;
    }

    private String warning() {
        double rate = Double.MAX_VALUE;
        for (int i = 0; i < Math.min(periods, PERIODS); i++) {
            rate = Math.min(rate, rates[i]);
        }
        double seconds = queueLimit / rate;
        return seconds >= SHORT_SECONDS
                ? ""
                : "the broker keeps %d messages for an absent subscriber: at the present %.0f a second it can absorb an outage of %d seconds"
                        .formatted(queueLimit, rate, (long) seconds);
    }
}
