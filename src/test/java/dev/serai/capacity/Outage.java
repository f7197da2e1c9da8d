package dev.serai.capacity;

/**
 * A time in which a plant carries less. Immutable.
 *
 * @param from second of the day
 * @param seconds how long
 * @param rate messages a second that are carried meanwhile
 */
record Outage(int from, int seconds, double rate) {

    boolean covers(int second) {
        return second >= from && second < from + seconds;
    }
}
