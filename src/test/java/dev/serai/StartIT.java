package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer does, in a fresh copy of the project: start, look, lose power, start again, stop. */
class StartIT {

    private static final Set<String> NOT_COPIED = Set.of("target", ".git", ".serai");
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final Map<String, String> addresses = addresses();

    @TempDir
    private Path copy;

    @AfterEach
    void stop() throws Exception {
        make("stop");
    }

    @Test
    @Timeout(1500)
    void start_users_kill_start_stop_start_and_they_are_still_there() throws Exception {
        copyProject();

        assertThat(make("start")).contains("Page", "http://127.0.0.1:" + addresses.get("PAGE_PORT"));
        await().atMost(PATIENCE).until(() -> users() >= 5);
        assertThat(make("run", "PIPELINE=users")).contains("state=succeeded read=5 inserted=5");
        await().atMost(PATIENCE)
                .until(() -> !value("select count(*) from ads.impression").equals("0"));
        assertThat(make("run", "PIPELINE=ads")).contains("state=succeeded read=100 inserted=100");
        long users = users();
        assertThat(users).isGreaterThanOrEqualTo(10);

        List<Long> before = pids();
        assertThat(make("start")).as("starting twice").isNotBlank();
        assertThat(pids()).isEqualTo(before);

        kill(before);
        make("start");
        assertThat(users()).as("after kill -9 of all").isGreaterThanOrEqualTo(users);
        assertThat(
                        value(
                                "select count(*) from ops.run where state = 'running' and started_at < now() - interval '1 minute'"))
                .isEqualTo("0");
        users = users();

        make("stop");
        assertThat(pids()).isEmpty();
        make("start");
        assertThat(users()).as("after stop and start").isGreaterThanOrEqualTo(users);
        assertThat(make("run", "PIPELINE=users")).contains("state=succeeded read=5 inserted=5");
        assertThat(make("rebuild", "DATASET=ads.impression", "FROM=2026-01-01", "TO=2099-12-31"))
                .contains(
                        "cause=rebuild state=succeeded",
                        "rows in rebuild.ads_impression",
                        "extra 0",
                        "nothing was changed");
    }

    private static Map<String, String> addresses() {
        Map<String, String> environment = new HashMap<>();
        String simulators = Hub.freePort();
        environment.put("STACK", "local");
        environment.put("PAGE_PORT", Hub.freePort());
        environment.put("MANAGEMENT_PORT", Hub.freePort());
        environment.put("SIMULATORS_PORT", simulators);
        environment.put("USERS_API_URL", "http://127.0.0.1:%s/api/v2/users".formatted(simulators));
        environment.put("ADS_API_URL", "http://127.0.0.1:%s/ads".formatted(simulators));
        environment.put("POSTGRES_URL", "jdbc:postgresql://127.0.0.1:%s/serai".formatted(Hub.freePort()));
        environment.put("S3_ENDPOINT", "http://127.0.0.1:" + Hub.freePort());
        environment.put("SENSORS_MQTT_URL", "tcp://127.0.0.1:" + Hub.freePort());
        environment.put("COMMUNITY_MONGO_URL", "mongodb://127.0.0.1:" + Hub.freePort());
        return environment;
    }

    private String make(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("make", "-s"));
        command.addAll(List.of(arguments));
        Path output = copy.resolve("make.out");
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        process.environment().keySet().removeIf(name -> name.startsWith("MAVEN_") || name.startsWith("MAKE"));
        process.environment().putAll(addresses);
        int exit = process.start().waitFor();
        String printed = Files.readString(output);
        assertThat(exit)
                .as("make %s:%n%s", String.join(" ", arguments), printed)
                .isZero();
        return printed;
    }

    private long users() throws Exception {
        return Long.parseLong(value("select count(*) from users.profile"));
    }

    private String value(String sql) throws Exception {
        Map<String, String> environment = new HashMap<>();
        Matcher export = Pattern.compile("export (\\w+)='?([^'\\n]*)'?").matcher(make("env"));
        while (export.find()) {
            environment.put(export.group(1), export.group(2));
        }
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://%s:%s/%s"
                                .formatted(
                                        environment.get("PGHOST"),
                                        environment.get("PGPORT"),
                                        environment.get("PGDATABASE")),
                        environment.get("PGUSER"),
                        environment.get("PGPASSWORD"));
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException("the database of make env cannot be asked", e);
        }
    }

    /** The processes that were started, as their PID files name them. */
    private List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        Path run = copy.resolve(".serai/run");
        if (Files.isDirectory(run)) {
            try (var files = Files.newDirectoryStream(run, "*.pid")) {
                for (Path file : files) {
                    pids.add(Long.parseLong(Files.readString(file).strip().split("\\s+")[0]));
                }
            }
        }
        return pids.stream().sorted().toList();
    }

    private static void kill(List<Long> pids) {
        assertThat(pids).hasSize(3);
        for (long pid : pids) {
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private void copyProject() throws IOException {
        Path project = Path.of("").toAbsolutePath();
        Files.walkFileTree(project, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                if (NOT_COPIED.contains(folder.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(copy.resolve(project.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, copy.resolve(project.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
