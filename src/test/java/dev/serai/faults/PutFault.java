package dev.serai.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A connection to S3 on which the PUT of an object below a prefix goes wrong, and everything else well. */
public final class PutFault implements Conversation {

    /** How it goes wrong. */
    public enum Kind {
        NONE,
        /** Answers 403 and keeps nothing. */
        REFUSED,
        /** Answers 500 and keeps nothing. */
        BROKEN,
        /** Answers nothing and keeps nothing. */
        SILENT,
        /** Answers late, but well. */
        SLOW,
        /** Keeps the object and answers 500. */
        KEPT_AND_BROKEN
    }

    private static final Duration LATE = Duration.ofMillis(700);

    private final String put;
    private final Supplier<Kind> kind;
    private boolean putting;

    /** @param prefix such as /ad-data/backup/ */
    public PutFault(String prefix, Supplier<Kind> kind) {
        this.put = "PUT " + prefix;
        this.kind = kind;
    }

    @Override
    public synchronized void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.startsWith("GET ") || text.startsWith("HEAD ") || text.startsWith("PUT ")) {
            putting = text.startsWith(put);
        }
        if (putting) {
            switch (kind.get()) {
                case REFUSED -> throw answer(client, "403 Forbidden");
                case BROKEN -> throw answer(client, "500 Internal Server Error");
                case SILENT -> {
                    return;
                }
                default -> {
                    // it goes wrong later, or not at all
                }
            }
        }
        server.write(bytes);
    }

    @Override
    public synchronized void fromServer(byte[] bytes, OutputStream client) throws IOException {
        if (putting && new String(bytes, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 200")) {
            switch (kind.get()) {
                case KEPT_AND_BROKEN -> throw answer(client, "500 Internal Server Error");
                case SLOW ->
                    CompletableFuture.runAsync(
                                    () -> {}, CompletableFuture.delayedExecutor(LATE.toMillis(), TimeUnit.MILLISECONDS))
                            .join();
                default -> {
                    // as the server says
                }
            }
        }
        client.write(bytes);
    }

    private static IOException answer(OutputStream client, String status) throws IOException {
        String head = "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".formatted(status);
        client.write(head.getBytes(StandardCharsets.ISO_8859_1));
        client.flush();
        return new IOException("answered " + status);
    }
}
