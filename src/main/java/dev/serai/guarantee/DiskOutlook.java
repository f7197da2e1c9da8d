package dev.serai.guarantee;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * In how long a disk is full if it goes on filling as it does: by the least of the last {@value #PERIODS} minutes, so that one
 * large file is no trend.
 *
 * <p>Time is given, in nanoseconds of any clock. Not thread-safe.
 */
final class DiskOutlook {

    private static final int PERIODS = 3;
    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

    private final double[] perSecond = new double[PERIODS];
    private int periods;
    private long begunNanos;
    private long begunFree = -1;

    /** Seconds until it is full; nothing while it does not fill, or as long as that is not known. */
    OptionalDouble seconds(long freeBytes, long nowNanos) {
        if (begunFree < 0) {
            begunFree = freeBytes;
            begunNanos = nowNanos;
        } else if (nowNanos - begunNanos >= PERIOD_NANOS) {
            perSecond[periods++ % PERIODS] = (begunFree - freeBytes) * 1e9 / (nowNanos - begunNanos);
            begunFree = freeBytes;
            begunNanos = nowNanos;
        }
        if (periods < PERIODS) {
            return OptionalDouble.empty();
        }
        double least = Math.min(perSecond[0], Math.min(perSecond[1], perSecond[2]));
        return least > 0 ? OptionalDouble.of(freeBytes / least) : OptionalDouble.empty();
    }
}
