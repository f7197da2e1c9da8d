package dev.serai.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before an HTTP server on 127.0.0.1 and spoils its puts of Parquet objects while told to. Thread-safe.
 */
final class FaultProxy implements AutoCloseable {

    /** What happens to a put. */
    enum Fault {
        NONE,
        /** The connection ends at once. */
        REFUSE,
        /** 500 without asking the server. */
        ANSWER_500,
        /** The server takes the object, then the answer is 500. */
        ACCEPT_THEN_500,
        /** The server never hears of it, and there is no answer. */
        SILENCE
    }

    private static final String ERROR =
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private final URI server;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;

    FaultProxy(URI server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    void set(Fault next) {
        fault = next;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                connect(client);
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    /** If the server is away, the client sees a connection that ends. */
    private void connect(Socket client) {
        try {
            Socket upstream = new Socket(server.getHost(), server.getPort());
            open.add(upstream);
            new Line(client, upstream).start();
        } catch (IOException e) {
            close(client);
        }
    }

    /** One connection; it carries one request after another. */
    private final class Line {

        private final Socket client;
        private final Socket upstream;
        private volatile boolean spoiled;

        Line(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void start() {
            daemon(() -> pump(client, upstream, this::request));
            daemon(() -> pump(upstream, client, this::answer));
        }

        private boolean request(String head) throws IOException {
            if (head.matches("(?s)(PUT|GET|HEAD|DELETE|POST) .*")) {
                spoiled = head.matches("(?s)PUT [^ ]*\\.parquet[ ?].*") && fault != Fault.NONE;
                if (spoiled && fault == Fault.ANSWER_500) {
                    client.getOutputStream().write(ERROR.getBytes(StandardCharsets.US_ASCII));
                    close();
                    return false;
                }
                if (spoiled && fault == Fault.REFUSE) {
                    close();
                    return false;
                }
            }
            return !(spoiled && fault == Fault.SILENCE);
        }

        private boolean answer(String head) throws IOException {
            if (spoiled && fault == Fault.ACCEPT_THEN_500 && !head.startsWith("HTTP/1.1 100")) {
                client.getOutputStream().write(ERROR.getBytes(StandardCharsets.US_ASCII));
                close();
                return false;
            }
            return true;
        }

        private void pump(Socket from, Socket to, Filter filter) {
            byte[] buffer = new byte[1 << 16];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int read;
                while ((read = in.read(buffer)) >= 0) {
                    if (filter.passes(new String(buffer, 0, Math.min(read, 2_000), StandardCharsets.ISO_8859_1))) {
                        out.write(buffer, 0, read);
                    }
                }
                close();
            } catch (IOException e) {
                close();
            }
        }

        private void close() {
            FaultProxy.close(client);
            FaultProxy.close(upstream);
            open.remove(client);
            open.remove(upstream);
        }
    }

    @FunctionalInterface
    private interface Filter {
        boolean passes(String head) throws IOException;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(FaultProxy::close);
    }
}
