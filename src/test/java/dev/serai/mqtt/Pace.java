package dev.serai.mqtt;

/**
 * How fast so many messages went after a warm-up: a process that has just started is slow whatever it does, and that is not
 * to count more for few messages than for many. For one thread.
 */
public final class Pace {

    private final int warmUp;
    private final int all;
    private long firstNanos;
    private int first;
    private long lastNanos;

    /**
     * @param warmUp messages before those that count
     * @param messages that count
     */
    public Pace(int warmUp, int messages) {
        this.warmUp = warmUp;
        this.all = warmUp + messages;
    }

    /** So many have been done by now, the warm-up included. Yields whether this is the first time that some count. */
    public boolean reached(int count) {
        long now = System.nanoTime();
        boolean begins = first == 0 && count >= Math.max(1, warmUp);
        if (begins) {
            first = count;
            firstNanos = now;
        }
        if (count >= all && lastNanos == 0) {
            lastNanos = now;
        }
        return begins;
    }

    /** How many were measured: a few less than were asked for, because they come in batches. */
    public int measured() {
        return all - first;
    }

    public double perSecond() {
        return measured() * 1e9 / (lastNanos - firstNanos);
    }
}
