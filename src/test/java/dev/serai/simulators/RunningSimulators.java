package dev.serai.simulators;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Simulators on a free port of 127.0.0.1, and a client to call them. Close after use. */
final class RunningSimulators implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Simulators simulators;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RunningSimulators(long seed) {
        this(seed, "users,ads");
    }

    RunningSimulators(long seed, String which) {
        this(seed, which, Map.of());
    }

    /** @param more settings by their dotted keys or their variables */
    RunningSimulators(long seed, String which, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        more.forEach((key, value) -> environment.put(Settings.variable(key), value));
        environment.putAll(Map.of("SIMULATORS", which, "SIMULATORS_PORT", Integer.toString(freePort())));
        simulators = Simulators.start(Settings.load(environment, List.of()), seed);
    }

    Simulators simulators() {
        return simulators;
    }

    HttpClient client() {
        return client;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulators.port() + path));
    }

    HttpResponse<String> get(String path) {
        return send(request(path).build());
    }

    HttpResponse<String> put(String path) {
        return send(request(path).PUT(HttpRequest.BodyPublishers.noBody()).build());
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE().build());
    }

    JsonNode users(int size) {
        return json(get("/api/v2/users?size=" + size).body());
    }

    void arm(FailureKind kind) {
        simulators.failures().arm("users", Failure.of(kind, 1));
    }

    HttpResponse<InputStream> stream(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofInputStream());
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        simulators.close();
    }
}
