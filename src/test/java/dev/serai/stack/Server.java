package dev.serai.stack;

/**
 * One server of the local stack; it can be stopped and started again on the same port and with the same data.
 *
 * <p>Errors: {@link StackException} with a reason that can be shown as it is. <br>
 * Not thread-safe: one thread starts and stops a server.
 */
public interface Server {

    /** The name that people know it by: {@code PostgreSQL}. */
    String name();

    /** The address that it listens on. */
    String host();

    /** The port it listens on, or will; it never changes. */
    int port();

    /** Returns when it serves. */
    void start();

    /** Returns when it is down and its data are on the disk. Harmless if it does not run. */
    void stop();
}
