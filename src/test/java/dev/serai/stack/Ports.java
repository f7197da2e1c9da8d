package dev.serai.stack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of this machine. Thread-safe. */
public final class Ports {

    // Below the range from which systems number outgoing connections: a stopped server's port stays free for its
    // return,
    // and nobody who retries it is connected to himself.
    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;
    private static final int TRIES = 500;
    /** Tests run in several processes side by side; each takes ports that the others do not try. */
    private static final int PROCESSES = 8;

    private static final int PROCESS = Integer.getInteger("serai.test.process", 0) % PROCESSES;
    /** A server that is not up yet must not find its port given to another. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** One that is free at this moment, on the loopback address. */
    public static int free() {
        return orFree("127.0.0.1", 0);
    }

    /** The port itself, or one that is free at this moment if it is 0. */
    static int orFree(String host, int port) {
        if (port != 0) {
            return port;
        }
        for (int i = 0; i < TRIES; i++) {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST, LAST) / PROCESSES * PROCESSES + PROCESS;
            if (isFree(host, candidate) && GIVEN.add(candidate)) {
                return candidate;
            }
        }
        throw new StackException("no free port found between %d and %d".formatted(FIRST, LAST));
    }

    static boolean isFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // Connections that a former server left in TIME_WAIT do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    static void requireFree(Server server) {
        if (!isFree(server.host(), server.port())) {
            throw new StackException("port %d is taken: %s needs it".formatted(server.port(), server.name()));
        }
    }
}
