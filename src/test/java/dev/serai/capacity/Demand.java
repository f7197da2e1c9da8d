package dev.serai.capacity;

/**
 * What sensors send in a day. Immutable.
 *
 * @param sensors how many there are
 * @param perSecond messages of one of them in a second, on average over the day
 * @param swing how far the rate goes above and below its average in the course of the day, as a share: 0.3
 */
record Demand(long sensors, double perSecond, double swing) {

    static final int DAY = 86_400;

    /** Messages in that second of the day; the rate is highest at noon. */
    double at(int second) {
        return average() * (1 - swing * Math.cos(2 * Math.PI * second / DAY));
    }

    double average() {
        return sensors * perSecond;
    }

    double peak() {
        return average() * (1 + swing);
    }
}
