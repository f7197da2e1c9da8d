package dev.serai.community;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Holds a reader to so many documents a second. Not thread-safe. */
final class Pace {

    private final double perSecond;
    private final long start = System.nanoTime();
    private long count;

    Pace(int documentsPerSecond) {
        this.perSecond = documentsPerSecond;
    }

    /** Waits if more have been read than the time since the start allows. */
    void read(int documents) {
        count += documents;
        long due = start + (long) (count / perSecond * Duration.ofSeconds(1).toNanos());
        long wait = due - System.nanoTime();
        if (wait > 0) {
            LockSupport.parkNanos(wait);
        }
    }
}
