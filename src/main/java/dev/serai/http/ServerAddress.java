package dev.serai.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** An address to listen on. */
public final class ServerAddress {

    private ServerAddress() {}

    /**
     * Throws an {@link IllegalStateException} if nobody can listen there now. Asked beforehand, because Camel only logs
     * that its server could not listen and goes on without one.
     *
     * @param who for the message: "the page"
     * @param variables the environment variables that move it: "PAGE_HOST or PAGE_PORT"
     */
    public static void requireFree(String who, String host, int port, String variables) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "%s cannot listen on %s:%d (%s); set %s to an address that is free"
                            .formatted(who, host, port, e.getMessage(), variables),
                    e);
        }
    }
}
