package dev.serai.mqtt;

import dev.serai.Serai;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The whole application in a process of its own, as {@code make start} runs it. Not thread-safe. Close after use. */
final class HubProcess implements AutoCloseable {

    static final Path ROUTES = Path.of("routes");
    private static final String NEVER = "0 0 0 1 1 ? 2099";
    private static final int TICKS_PER_SECOND = 100;

    private final Process process;
    private final Connection connection;

    /**
     * Starts it.
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
                freePort(),
                "management.password",
                "bench",
                "users.schedule",
                NEVER,
                "ads.schedule",
                NEVER,
                "run-at-start",
                ""));
        all.putAll(settings);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Serai.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("hub.log").toFile());
        all.forEach((key, value) -> builder.environment().put(Settings.variable(key), value));
        process = builder.start();
        connection = DriverManager.getConnection(
                all.get("postgres.url"), all.get("postgres.user"), all.get("postgres.password"));
    }

    private static String freePort() throws IOException {
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

    /** Readings that are in PostgreSQL, by the book; 0 while there is no book yet. */
    long loaded() throws SQLException {
        requireAlive();
        return value("select to_regclass('ops.load') is not null").equals("f")
                ? 0
                : Long.parseLong(
                        value("select coalesce(sum(read), 0) from ops.load where dataset = 'sensors.reading'"));
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

    /** Largest resident memory so far, MB; -1 where the system does not say it. */
    long peakMegabytes() throws IOException {
        return peakMegabytes(process.pid());
    }

    static long peakMegabytes(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.isReadable(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1L);
    }

    /** Processor time used so far, seconds. */
    double cpuSeconds() throws IOException {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.isReadable(stat)) {
            return Double.NaN;
        }
        String line = Files.readString(stat);
        List<String> fields = List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / (double) TICKS_PER_SECOND;
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
