package dev.serai.mqtt;

/**
 * Which sessions of a shared subscription this process reads, where several processes work together.
 *
 * <p>A subscription of a single process has one session, under the client id that its route gives. A shared one has several
 * ({@code -1}, {@code -2} … at the end), each read by one process at a time. Implementations are thread-safe.
 */
public interface Sharing {

    /** Told which sessions to read. */
    interface Sessions {

        /** Reads it from now on; with the first one, what a single process may have left is emptied and ended. */
        void begin(String session);

        /** Yields when it is read no more. */
        void end(String session);
    }

    /** Whether the subscription has several sessions. */
    boolean isShared(String clientId);

    /** From now on tells which sessions to read. */
    void join(String clientId, Sessions sessions);

    /** Tells nothing more once it has yielded; what was begun and not ended is the caller's to end. */
    void leave(String clientId);

    /**
     * Whether the session is still this process's to read.
     *
     * @param takenOver whether another client has just taken it
     */
    boolean mayConnect(String clientId, String session, boolean takenOver);

    /** The session of a single process has been emptied and ended. */
    void aloneEnded(String clientId);

    /** Client id of a session, counted from 1. */
    static String session(String clientId, int number) {
        return clientId + "-" + number;
    }
}
