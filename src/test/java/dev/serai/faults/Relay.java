package dev.serai.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Stands in front of a server on a port of its own and hands every byte on through a {@link Conversation}.
 *
 * <p>Each connection has a conversation, and two threads that end with it. Close after use.
 */
public final class Relay implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Supplier<? extends Conversation> conversations;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;

    /** @param target port on this machine of the server behind */
    public Relay(int target, Supplier<? extends Conversation> conversations) {
        this(target, conversations, 0);
    }

    /** @param port to listen on, such as that of one that was closed; 0 for any that is free */
    public Relay(int target, Supplier<? extends Conversation> conversations, int port) {
        this.target = target;
        this.conversations = conversations;
        try {
            listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = connect(client);
                client.setTcpNoDelay(true); // or what a conversation hands on in parts waits for each acknowledgement
                server.setTcpNoDelay(true);
                open.add(client);
                open.add(server);
                Conversation conversation = conversations.get();
                OutputStream up = server.getOutputStream();
                OutputStream down = client.getOutputStream();
                start(() -> pass(client, server, bytes -> conversation.fromClient(bytes, up, down)));
                start(() -> pass(server, client, bytes -> conversation.fromServer(bytes, down)));
            } catch (IOException closed) {
                continue; // the listener, and the loop ends; or the server behind is away
            }
        }
    }

    /** To the server behind; a client that cannot be served is not left waiting. */
    private Socket connect(Socket client) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException away) {
            client.close();
            throw away;
        }
    }

    private interface Step {
        void on(byte[] bytes) throws IOException;
    }

    /** Until either side ends or the conversation does. */
    private void pass(Socket from, Socket to, Step step) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[65_536];
            int n;
            while ((n = in.read(buffer)) >= 0) {
                step.on(Arrays.copyOf(buffer, n));
            }
        } catch (IOException ended) {
            open.remove(to); // by one of the three; both sockets are closed above
        } finally {
            open.remove(from);
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join(); // the port is free only when nobody waits for a connection on it any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }
}
