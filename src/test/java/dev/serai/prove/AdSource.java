package dev.serai.prove;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An ad API that gives other records at every call and writes down what it answered. Thread-safe. Close after use.
 *
 * <p>It is never told that an answer has arrived. So what counts as acknowledged is what its caller has backed up.
 */
final class AdSource implements AutoCloseable {

    /** How it answers. */
    enum Manner {
        USUAL,
        TOO_MANY_REQUESTS,
        SERVER_ERROR,
        /** Takes the call and says nothing until it is something else again. */
        HANGING,
        GARBAGE,
        /** Promises more than it sends. */
        CUT_OFF,
        EMPTY,
        POISON,
        WITH_NEW_FIELD
    }

    private static final int RECORDS = 20;
    private static final int OLD_S = 10 * 86_400;
    private static final int OK = 200;
    private static final long LONGEST_S = 3_600;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Random random;
    private final Map<String, String> sent = new HashMap<>();
    private final Set<String> poison = new HashSet<>();
    private Manner manner = Manner.USUAL;
    private CountDownLatch changed = new CountDownLatch(1);
    private int calls;

    AdSource(Random random) throws IOException {
        this.random = random;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/ads", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/ads".formatted(server.getAddress().getPort());
    }

    synchronized void set(Manner next) {
        manner = next;
        changed.countDown();
        changed = new CountDownLatch(1);
    }

    synchronized int calls() {
        return calls;
    }

    synchronized Map<String, String> sent() {
        return Map.copyOf(sent);
    }

    synchronized Set<String> poison() {
        return Set.copyOf(poison);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Manner now;
        CountDownLatch later;
        synchronized (this) {
            now = manner;
            later = changed;
            calls++;
        }
        try (exchange) {
            switch (now) {
                case TOO_MANY_REQUESTS -> {
                    exchange.getResponseHeaders().add("Retry-After", "1");
                    exchange.sendResponseHeaders(429, -1);
                }
                case SERVER_ERROR -> exchange.sendResponseHeaders(500, -1);
                case HANGING -> {
                    try {
                        later.await(LONGEST_S, TimeUnit.SECONDS);
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                }
                case GARBAGE -> send(exchange, garbage(), 0);
                case CUT_OFF -> send(exchange, records(now), 100);
                case EMPTY -> send(exchange, "[]", 0);
                default -> send(exchange, records(now), 0);
            }
        }
    }

    private static void send(HttpExchange exchange, String text, int missing) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(OK, body.length + missing);
        exchange.getResponseBody().write(body);
    }

    private synchronized String garbage() {
        String key = "garbage-" + calls;
        sent.put(key, "");
        poison.add(key);
        return "<html>%s</html>".formatted(key);
    }

    private synchronized String records(Manner now) {
        List<String> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            records.add(record(now == Manner.POISON || i == RECORDS - 1, now == Manner.WITH_NEW_FIELD, i));
        }
        return "[" + String.join(",", records) + "]";
    }

    /** Two of an answer are old enough for the archive. */
    private String record(boolean bad, boolean newField, int place) {
        String key = new UUID(random.nextLong(), random.nextLong()).toString();
        long shownAt = Instant.now().getEpochSecond() - random.nextInt(100_000) - (place < 2 ? OLD_S : 0);
        String campaign = bad ? "many" : Integer.toString(500 + random.nextInt(500));
        sent.put(key, "brand|%s|%d.000000".formatted(campaign, shownAt));
        if (bad) {
            poison.add(key);
        }
        return "{\"ad_id\":\"%s\",\"ad_group\":\"brand\",\"ad_campaign\":%s,\"shown_at\":%d.0%s}"
                .formatted(key, bad ? "\"many\"" : campaign, shownAt, newField ? ",\"colour\":1" : "");
    }

    @Override
    public void close() {
        set(Manner.USUAL);
        server.stop(0);
        threads.shutdownNow();
    }
}
