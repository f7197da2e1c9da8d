package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a newcomer does, in a fresh copy of the project: start, look, lose power, start again, stop; and what the runbook says
 * of backups and upgrades, word for word.
 */
class StartIT {

    private static final Set<String> NOT_COPIED = Set.of("target", ".git", ".serai");
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final Map<String, String> addresses = addresses();

    /** Has the copy and, beside it, what a command writes to {@code ..}. */
    @TempDir
    private Path directory;

    private Path copy;

    @BeforeEach
    void copy() throws IOException {
        copy = Files.createDirectory(directory.resolve("project"));
        copyProject();
    }

    @AfterEach
    void stop() throws Exception {
        make("stop");
    }

    @Test
    @Timeout(1500)
    void start_users_kill_start_stop_start_and_they_are_still_there() throws Exception {
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
        backup_and_restore();

        make("stop");
        assertThat(pids()).isEmpty();
        make("start");
        upgrade();
        assertThat(make("run", "PIPELINE=users")).contains("state=succeeded read=5 inserted=5");
        assertThat(make("rebuild", "DATASET=ads.impression", "FROM=2026-01-01", "TO=2099-12-31"))
                .contains(
                        "cause=rebuild state=succeeded",
                        "rows in rebuild.ads_impression",
                        "extra 0",
                        "nothing was changed");
    }

    /** What came after the backup is gone, what was in it is as it was, and who was erased since is erased again. */
    private void backup_and_restore() throws Exception {
        String now = value("select now() - interval '10 seconds'"); // no load that began by then is under way
        String uid = value("select uid from users.profile order by ingested_at limit 1");
        String rows = rowsUntil(now);
        Map<String, String> objects = objects();
        bash(runbook("make status"));
        bash(runbook("tar --xattrs -czf"));
        assertThat(rowsUntil(now)).as("after stop and start").isEqualTo(rows);
        make("run", "PIPELINE=users");
        String later = value("select uid from users.profile order by ingested_at desc limit 1");
        Matcher digest = Pattern.compile("as ([0-9a-f]{64})").matcher(make("forget", "UID=" + uid));
        assertThat(digest.find()).isTrue();
        assertThat(rowsUntil(now)).isNotEqualTo(rows);

        make("stop");
        Files.move(copy.resolve(".serai"), copy.resolve(".serai-before"));
        bash(runbook("tar --xattrs -xzf"));

        assertThat(rowsUntil(now)).as("after the restore").isEqualTo(rows);
        assertThat(objects()).containsAllEntriesOf(objects);
        assertThat(value("select count(*) from users.profile where uid = '%s'".formatted(later)))
                .isEqualTo("0");
        assertThat(make("rebuild", "DATASET=users.profile", "FROM=2026-01-01", "TO=2099-12-31"))
                .contains("missing 0", "different 0");
        assertThat(make("forget", "UID=" + digest.group(1))).contains("1 of them are back");
        assertThat(value("select count(*) from users.profile where uid = '%s'".formatted(uid)))
                .isEqualTo("0");
        assertThat(make("forget")).contains("1 on the list", "0 of them are back");
    }

    /** What the project's copy elsewhere has meanwhile, a migration, is fetched and applied, and the rows are as they were. */
    private void upgrade() throws Exception {
        bash("""
                git init --quiet --initial-branch=main . && git add --all
                export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.org GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.org
                git commit --quiet --message older && git clone --quiet . ../newer
                git remote add origin ../newer && git fetch --quiet && git branch --quiet --set-upstream-to origin/main
                cd ../newer
                echo 'create table ops.newer (at timestamptz);' > src/main/resources/db/migration/V999__newer.sql
                git add --all && git commit --quiet --message newer""");
        String now = value("select now() - interval '10 seconds'");
        String rows = rowsUntil(now);
        Map<String, String> objects = objects();

        bash(runbook("git pull"));

        assertThat(value("select count(*) from ops.newer")).isEqualTo("0");
        assertThat(rowsUntil(now)).as("after the upgrade").isEqualTo(rows);
        assertThat(objects()).containsAllEntriesOf(objects);
        make("status");
        assertThat(make("validate")).contains("are right");
    }

    /** Count and digest of the rows that were there at that instant; none of them changes. */
    private String rowsUntil(String instant) throws Exception {
        return value("""
                select (select count(*) || ' ' || md5(string_agg(to_jsonb(u)::text, '' order by uid))
                        from users.profile u where ingested_at <= '%1$s')
                       || ' ' ||
                       (select count(*) || ' ' || md5(string_agg(to_jsonb(a)::text, '' order by ad_id))
                        from ads.impression a where ingested_at <= '%1$s')""".formatted(instant));
    }

    /** The landed objects, each with its digest. */
    private Map<String, String> objects() throws Exception {
        Map<String, String> objects = new HashMap<>();
        Path store = copy.resolve(".serai/s3");
        for (String zone : List.of("user-data/raw", "ad-data/backup")) {
            try (Stream<Path> files = Files.walk(store.resolve(zone))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                    objects.put(
                            store.relativize(file).toString(), HexFormat.of().formatHex(digest));
                }
            }
        }
        assertThat(objects).isNotEmpty();
        return objects;
    }

    /** The block of commands that has this one. */
    private static String runbook(String command) throws IOException {
        return Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/runbook.md")))
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.contains(command))
                .findFirst()
                .orElseThrow();
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
        return run(Stream.concat(Stream.of("make", "-s"), Stream.of(arguments)).toList());
    }

    private void bash(String commands) throws IOException, InterruptedException {
        run(List.of("bash", "-e", "-c", commands));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("command.out");
        ProcessBuilder process = new ProcessBuilder(command)
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        process.environment().keySet().removeIf(name -> name.startsWith("MAVEN_") || name.startsWith("MAKE"));
        process.environment().putAll(addresses);
        int exit = process.start().waitFor();
        String printed = Files.readString(output);
        assertThat(exit).as("%s:%n%s", String.join(" ", command), printed).isZero();
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
