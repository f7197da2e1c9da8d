package dev.serai.bench;

import dev.serai.JavaProcess;
import dev.serai.Serai;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The whole application in a process of its own, as {@code make start} runs it. Not thread-safe. Close after use. */
final class HubProcess implements AutoCloseable {

    private static final int POLL_MS = 20;
    private static final Path ROUTES = Path.of("routes");
    private static final String NEVER = "0 0 0 1 1 ? 2099";

    private static final String PASSWORD = "bench";

    private final String managementPort = freePort();
    private final Process process;
    private final Connection connection;

    /**
     * Starts it and yields when its database has tables.
     *
     * @param settings those of the stores and the broker, and what else differs from the usual ones
     * @param without route files that are left out
     */
    HubProcess(Path directory, Map<String, String> settings, Set<String> without) throws IOException, SQLException {
        Path routes = directory.resolve("routes");
        copy(ROUTES, routes, without);
        Map<String, String> all = new HashMap<>(Map.of(
                "routes.directory",
                routes.toString(),
                "page.port",
                freePort(),
                "management.port",
                managementPort,
                "management.password",
                PASSWORD,
                "users.schedule",
                NEVER,
                "ads.schedule",
                NEVER,
                "run-at-start",
                ""));
        all.putAll(settings);
        ProcessBuilder builder = JavaProcess.of(Serai.class, directory.resolve("hub.log"), List.of("-Xmx256m"));
        all.forEach((key, value) -> builder.environment().put(Settings.variable(key), value));
        process = builder.start();
        connection = DriverManager.getConnection(
                all.get("postgres.url"), all.get("postgres.user"), all.get("postgres.password"));
        await("select to_regclass('ops.load') is not null");
    }

    static String freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(free.getLocalPort());
        }
    }

    private static void copy(Path from, Path to, Set<String> without) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!without.contains(file.getFileName().toString())) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    Connection connection() {
        return connection;
    }

    String value(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the application has ended; see hub.log");
        }
    }

    ProcessUse use() {
        return new ProcessUse(process.pid());
    }

    /** The same of the server that its database is in, which has to be on this machine. */
    ProcessUse postgres() throws SQLException {
        return new ProcessUse(ProcessHandle.of(Long.parseLong(value("select pg_backend_pid()")))
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(-1L));
    }

    /** Runs a pipeline and yields when it is through; a run that is under way already is waited for first. */
    String run(String pipeline) throws IOException, InterruptedException {
        String login = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:%s/operate/run/%s".formatted(managementPort, pipeline)))
                                .header("Authorization", "Basic " + login)
                                .header("Serai-Operator", "bench")
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("%s: %d %s".formatted(pipeline, answer.statusCode(), answer.body()));
        }
        return answer.body();
    }

    /** Waits until a query, asked every {@value #POLL_MS} ms, yields true; fails if the application ends meanwhile. */
    void await(String query) throws SQLException {
        while (!value(query).equals("t")) {
            requireAlive();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
        }
    }

    void require(String query, long expected) throws SQLException {
        String value = value(query);
        if (!value.equals(Long.toString(expected))) {
            throw new IllegalStateException("%s is %s and not %d".formatted(query, value, expected));
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        process.destroy();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
