package dev.serai.nodes;

/**
 * Something that one process holds at a time.
 *
 * @param pool what is shared out evenly among the processes: {@link #ROUTES}, or the sessions of one subscription
 * @param name of the route or the session
 */
record Lease(String pool, String name) {

    /** The pool of the routes that a schedule or a timer starts. */
    static final String ROUTES = "routes";
}
