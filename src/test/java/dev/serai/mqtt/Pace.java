package dev.serai.mqtt;

/** How fast so many messages went, without the first twentieth, in which a process still warms up. For one thread. */
final class Pace {

    private static final int WARM_UP_PART = 20;

    private final int messages;
    private long firstNanos;
    private int first;
    private long lastNanos;

    Pace(int messages) {
        this.messages = messages;
    }

    /** So many have been done by now. */
    void reached(int count) {
        long now = System.nanoTime();
        if (first == 0 && count >= messages / WARM_UP_PART) {
            first = count;
            firstNanos = now;
        }
        if (count >= messages && lastNanos == 0) {
            lastNanos = now;
        }
    }

    double perSecond() {
        return (messages - first) * 1e9 / (lastNanos - firstNanos);
    }
}
