package dev.serai.mqtt;

import java.time.Duration;

/**
 * How often messages come, and whether that has ended: an average in which what was counts less and less.
 *
 * <p>Time is given, in nanoseconds of any clock. Not thread-safe.
 */
final class UsualGap {

    private static final double WEIGHT = 0.1;

    private final double factor;
    private final long floorNanos;
    private double usualNanos;
    private long lastNanos;
    private boolean known;
    private boolean told;

    /**
     * @param factor so many times the usual gap is a silence; 0 for never
     * @param floor no shorter time is a silence
     */
    UsualGap(double factor, Duration floor, long nowNanos) {
        this.factor = factor;
        this.floorNanos = floor.toNanos();
        this.lastNanos = nowNanos;
    }

    /** Messages have come since the last call. */
    void arrived(int messages, long nowNanos) {
        double gap = (double) (nowNanos - lastNanos) / messages;
        usualNanos = known ? usualNanos + WEIGHT * (gap - usualNanos) : gap;
        known = true;
        told = false;
        lastNanos = nowNanos;
    }

    /** Nothing can come at present, which is no silence of the source. */
    void notListening(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** Whether a silence has begun; says so once. Without a message so far nothing is usual yet. */
    boolean isNewSilence(long nowNanos) {
        if (!known
                || told
                || factor <= 0
                || nowNanos - lastNanos <= Math.max((double) floorNanos, factor * usualNanos)) {
            return false;
        }
        told = true;
        return true;
    }

    Duration since(long nowNanos) {
        return Duration.ofNanos(nowNanos - lastNanos);
    }

    Duration usual() {
        return Duration.ofNanos((long) usualNanos);
    }

    /** Messages a second; 0 while none has come. */
    double rate() {
        return known ? 1e9 / Math.max(1, usualNanos) : 0;
    }
}
