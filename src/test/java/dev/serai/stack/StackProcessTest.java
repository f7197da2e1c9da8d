package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kept stack as the process that it is: ended in every way, and started again. */
@Tag("long")
final class StackProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int postgresPort = Ports.orFree("127.0.0.1", 0);
    private final int mqttPort = Ports.orFree("127.0.0.1", 0);
    private Path directory = Path.of("");
    private @Nullable Process process;

    @BeforeEach
    void directory() throws IOException {
        directory = FileTree.createPassable(Files.createTempDirectory("serai-stack-process-"));
        // Unpacked once for all tests.
        Path binaries = Path.of("target");
        PostgresBinaries unpacked = PostgresBinaries.unpack(binaries);
        Path home = unpacked.directory().toAbsolutePath().resolveSibling(".").normalize();
        Files.createSymbolicLink(directory.resolve(home.getFileName()), home);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        PostmasterFile.clearAll(directory);
        FileTree.delete(directory);
    }

    @Test
    void rows_survive_a_stop() throws Exception {
        start();
        execute("create table kept as select 1 as number");
        Process first = running();
        first.destroy();
        assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();

        start();

        assertThat(number()).isEqualTo(1);
    }

    @Test
    void a_killed_stack_is_replaced_although_its_postgresql_lives_on() throws Exception {
        start();
        execute("create table kept as select 1 as number");
        Process first = running();
        first.destroyForcibly();
        assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(number()).as("PostgreSQL itself was not killed").isEqualTo(1);

        start();

        assertThat(number()).isEqualTo(1);
    }

    @Test
    void a_killed_postgresql_is_started_again() throws Exception {
        start();
        execute("create table kept as select 1 as number");
        List<String> lines = Files.readAllLines(directory.resolve("postgres-18/postmaster.pid"));
        ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow().destroyForcibly();

        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(number())
                .isEqualTo(1));
        assertThat(running().isAlive()).isTrue();
    }

    @Test
    void the_pid_of_a_dead_server_that_now_belongs_to_another_program_does_no_harm() throws Exception {
        start();
        execute("create table kept as select 1 as number");
        Path pidFile = directory.resolve("postgres-18/postmaster.pid");
        List<String> lines = new ArrayList<>(Files.readAllLines(pidFile));
        running().destroy();
        assertThat(running().waitFor(20, TimeUnit.SECONDS)).isTrue();
        lines.set(0, Long.toString(ProcessHandle.current().pid()));
        Files.write(pidFile, lines);

        start();

        assertThat(number()).isEqualTo(1);
    }

    @Test
    void taken_ports_end_the_start_with_one_line_each() throws Exception {
        start();
        Path other = FileTree.createPassable(Files.createTempDirectory("serai-stack-process-"));
        try {
            Process second = launch(other);
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(BoundedLog.tail(other.resolve("stack.log"), 5))
                    .hasSize(2)
                    .anyMatch(line -> line.startsWith(
                            "port %d is taken: PostgreSQL needs it. Free it, or set POSTGRES_URL=jdbc:postgresql://127.0.0.1:"
                                    .formatted(postgresPort)))
                    .anyMatch(line -> line.startsWith(
                            "port %d is taken: the MQTT broker needs it. Free it, or set SENSORS_MQTT_URL=tcp://127.0.0.1:"
                                    .formatted(mqttPort)));
        } finally {
            FileTree.delete(other);
        }
    }

    @Test
    void a_second_stack_in_the_same_directory_is_refused() throws Exception {
        start();
        Process second = launch(directory);
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(BoundedLog.tail(directory.resolve("stack.log"), 1))
                .containsExactly("a stack already runs in %s, process %d"
                        .formatted(directory, running().pid()));
        assertThat(running().isAlive()).isTrue();
    }

    private void start() {
        Process started = launch(directory);
        process = started;
        Path ready = directory.resolve("run/stack.ready");
        await().atMost(PATIENCE)
                .until(() -> !started.isAlive()
                        || (Files.exists(ready) && Files.readString(ready).equals(Long.toString(started.pid()))));
        assertThat(started.isAlive())
                .as(String.join("\n", BoundedLog.tail(directory.resolve("stack.log"), 20)))
                .isTrue();
    }

    private Process launch(Path where) {
        ProcessBuilder builder = JavaProcess.of(
                StackProcess.class,
                where.resolve("stack.log"),
                List.of("-XX:TieredStopAtLevel=1", "-Dlog4j2.configurationFile=log4j2-stack.xml"),
                where.toString());
        builder.environment()
                .putAll(Map.of(
                        "POSTGRES_URL",
                        url(),
                        "SENSORS_MQTT_URL",
                        "tcp://127.0.0.1:" + mqttPort,
                        "S3_ENDPOINT",
                        "http://127.0.0.1:0",
                        "COMMUNITY_MONGO_URL",
                        "mongodb://127.0.0.1:0",
                        "POSTGRES_PASSWORD",
                        "owner",
                        "POSTGRES_READER_PASSWORD",
                        "reader",
                        "S3_SECRET_KEY",
                        "key",
                        "SENSORS_MQTT_PASSWORD",
                        "sensor",
                        LaunchEnvironment.SUPERUSER_PASSWORD,
                        "super"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:%d/serai".formatted(postgresPort);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "serai", "owner");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int number() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "serai", "owner");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select number from kept")) {
            row.next();
            return row.getInt(1);
        }
    }
}
