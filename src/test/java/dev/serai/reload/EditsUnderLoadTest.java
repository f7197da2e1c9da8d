package dev.serai.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.mqtt.Publish;
import dev.serai.skeleton.NewPipeline;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Files of every kind are saved in every way while messages flow: what is right holds, and no message is lost or stored twice. */
@Tag("long")
@WithStack
class EditsUnderLoadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MESSAGES = 200;
    private static final String USERS = "users/users-api-to-postgres.camel.yaml";
    private static final PrintStream PRINTED =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

    private static @TempDir Path directory;
    private static LocalStack stack;
    private static RoutesCopy routes;
    private static Hub hub;

    @BeforeAll
    static void start(LocalStack shared) throws Exception {
        stack = shared;
        routes = RoutesCopy.in(directory.resolve("routes"));
        hub = new Hub(stack, Map.of("routes.directory", routes.directory().toString(), "routes.watch", "true"));
        until(() -> hub.value("select count(*) from ops.stream where connected").equals("2"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @AfterEach
    void restore() throws Exception {
        routes.restore();
        List<String> expected = routes.versions();
        until(() -> hub.rows("select route || ' ' || version from ops.route_version order by 1")
                .equals(expected));
        until(() -> hub.rows("select * from mart.route_finding").isEmpty());
    }

    @Test
    void no_message_is_lost_or_doubled_while_its_routes_are_exchanged() throws Exception {
        AtomicBoolean edited = new AtomicBoolean();
        ExecutorService source = Executors.newSingleThreadExecutor();
        int sent;
        try {
            Future<Integer> publishing = source.submit(() -> publishUntil(edited));
            try {
                edit("sensors/sensors-mqtt-to-postgres.camel.yaml", "# edited\n", "sensors-mqtt-to-postgres");
                edit("sensors/sensors-mqtt-to-s3.camel.yaml", "# edited\n", "sensors-mqtt-to-s3");
                edit("sensors/load-readings.sql", "\n-- edited\n", "sensors-load");
                edit("shared/land-raw.camel.yaml", "# edited\n", "land-raw");
                // What holds for all routes exchanges all of them.
                edit("shared/defaults.camel.yaml", "# edited\n", "sensors-mqtt-to-postgres");
            } finally {
                edited.set(true);
            }
            sent = publishing.get();
        } finally {
            source.shutdown();
        }

        String all = Integer.toString(sent);
        until(() -> hub.value("select count(*) from sensors.reading").equals(all));
        // The local S3 server lists an object that is still being uploaded, and does not have it yet.
        await().atMost(PATIENCE)
                .ignoreException(NoSuchKeyException.class)
                .until(() -> inTheLake().size() == sent);
        assertThat(hub.value(
                        "select sum(inserted), sum(updated), sum(rejected) from ops.load where pipeline = 'sensors'"))
                .isEqualTo(all + "|0|0");
        assertThat(hub.value("select sum(readings), sum(sum) from sensors.reading_1min"))
                .isEqualTo(all + "|" + all);
        assertThat(hub.value("select count(*) from ops.dead_letter where pipeline like 'sensors%'"))
                .isEqualTo("0");
        assertThat(hub.health().statusCode()).isEqualTo(200);
    }

    private static void edit(String file, String more, String route) throws Exception {
        String applied = applied(route);
        routes.write(file, routes.text(file) + more);
        until(() -> !applied(route).equals(applied));
    }

    /** Messages of different instants, with the value 1; yields how many there were. */
    private static int publishUntil(AtomicBoolean edited) throws IOException {
        Path messages = directory.resolve("messages.json");
        String topic = hub.settings().text("sensors.mqtt.topic").replace("/#", "/one");
        LocalDateTime begin = LocalDateTime.now(ZoneOffset.UTC).minusHours(2);
        int sent = 0;
        while (!edited.get()) {
            int done = sent;
            Files.write(
                    messages,
                    IntStream.range(done, done + MESSAGES)
                            .mapToObj(i -> "{\"id\": \"Sensor 1\", \"dt\": \"%s\", \"value\": 1}"
                                    .formatted(begin.plusNanos(i * 1_000_000L)))
                            .toList());
            new Publish(hub.settings(), PRINTED).lines(List.of(topic, messages.toString()));
            sent += MESSAGES;
        }
        return sent;
    }

    private static Set<String> inTheLake() throws IOException {
        Set<String> payloads = new HashSet<>();
        for (String key : hub.keys("sensor-data")) {
            if (key.startsWith("raw/")) {
                try (GZIPInputStream in =
                        new GZIPInputStream(new ByteArrayInputStream(hub.object("sensor-data", key)))) {
                    for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                        if (!line.isEmpty()) {
                            payloads.add(new ObjectMapper()
                                    .readTree(line)
                                    .path("payload")
                                    .asText());
                        }
                    }
                }
            }
        }
        return payloads;
    }

    /** How editors save a file. */
    enum Save {
        /** The old one is moved away, and a new one written; a swap file and one that tries the folder come and go. */
        VIM {
            @Override
            void save(Path file, String text) throws IOException {
                Path swap = file.resolveSibling("." + file.getFileName() + ".swp");
                Files.writeString(swap, "b0VIM 9.1");
                Files.writeString(file.resolveSibling("4913"), "");
                Files.delete(file.resolveSibling("4913"));
                Path backup = file.resolveSibling(file.getFileName() + "~");
                Files.move(file, backup, StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(file, text);
                Files.delete(backup);
                Files.delete(swap);
            }
        },
        /** The lock is a link that leads nowhere. */
        EMACS {
            @Override
            void save(Path file, String text) throws IOException {
                Path lock = file.resolveSibling(".#" + file.getFileName());
                Path own = file.resolveSibling("#" + file.getFileName() + "#");
                Files.createSymbolicLink(lock, Path.of("somebody@example.4711:1"));
                Files.writeString(own, text.substring(0, text.length() / 2));
                Files.writeString(file, text);
                Files.delete(own);
                Files.delete(lock);
            }
        },
        /** Another file takes its place. */
        RENAME {
            @Override
            void save(Path file, String text) throws IOException {
                Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
                Files.writeString(temporary, text);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            }
        };

        abstract void save(Path file, String text) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void a_file_is_taken_up_however_an_editor_saves_it(Save editor) throws Exception {
        String size = Integer.toString(2 + editor.ordinal());
        String applied = applied("users-api-to-postgres");

        editor.save(routes.path(USERS), routes.text(USERS).replace("size={{users.api.size}}", "size=" + size));

        until(() -> !applied("users-api-to-postgres").equals(applied));
        assertThat(hub.run("users")).contains("read=" + size);
        assertThat(hub.rows("select * from mart.route_finding")).isEmpty();
    }

    @Test
    void a_dataset_file_is_checked_and_taken_up_without_a_route_being_exchanged() throws Exception {
        String file = "users/users.profile.dataset.yaml";
        List<String> before = hub.rows("select route, applied_at from ops.route_version order by 1");

        routes.edit(file, "purpose: ", "purpose: Edited while it runs. ");
        until(() -> hub.get("/api/catalogue").body().contains("Edited while it runs."));
        routes.edit(file, "purpose: ", "porpoise: ");
        until(() -> hub.rows("select file from mart.route_finding")
                .contains(routes.path(file).toString()));

        assertThat(hub.get("/api/catalogue").body()).contains("Edited while it runs.");
        assertThat(hub.rows("select route, applied_at from ops.route_version order by 1"))
                .isEqualTo(before);
    }

    @Test
    void a_setting_beside_the_routes_exchanges_those_that_name_it() throws Exception {
        new NewPipeline(hub.settings(), PRINTED).write(List.of("gauge", "mqtt", "gauge-" + UUID.randomUUID()));
        until(() -> hub.value("select count(*) from ops.route_version where route like 'gauge-%'")
                .equals("2"));
        List<String> others = hub.rows(
                "select route, applied_at from ops.route_version where route <> 'gauge-mqtt-to-postgres' order by 1");
        String applied = applied("gauge-mqtt-to-postgres");

        Path settings = routes.path("gauge/gauge.properties");
        Files.writeString(
                settings,
                Files.readString(settings).replaceAll("gauge.mqtt.interval-ms = .*", "gauge.mqtt.interval-ms = 123"));

        until(() -> !applied("gauge-mqtt-to-postgres").equals(applied));
        assertThat(
                        hub.rows(
                                "select route, applied_at from ops.route_version where route <> 'gauge-mqtt-to-postgres' order by 1"))
                .isEqualTo(others);
    }

    @Test
    void the_page_says_what_the_check_without_a_hub_says() throws Exception {
        routes.edit("users/load-users.sql", "order by uid, position", "order by uidd, position");
        routes.edit("sensors/sensors-partitions.camel.yaml", "sensors.ensure_partitions(", "sensors.ensure_partition(");
        routes.edit(
                "sensors/sensors-archive.camel.yaml", "sensors.drop_archived_partitions()", "sensors.drop_partitions(");
        routes.edit("ads/ads-api-to-postgres.camel.yaml", "uri: direct:ads-load", "uri: direct:ad-load");
        until(() ->
                hub.value("select count(distinct file) from mart.route_finding").equals("4"));

        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Map<String, String> environment = new HashMap<>(hub.environment());
        environment.put("POSTGRES_URL", stack.freshDatabase());
        int exit = Validate.run(
                environment, List.of("throw-away"), new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(exit).isOne();
        List<String> said = printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(routes.directory().toString()))
                .toList();
        assertThat(hub.rows("select file || ':' || line || ': ' || problem || '; ' || remedy from mart.route_finding"))
                .containsExactlyInAnyOrderElementsOf(said);
        String partition =
                "sensors-partitions.camel.yaml:%d: PostgreSQL refuses it: function sensors.ensure_partition(integer) does not exist"
                        .formatted(routes.lineOf("sensors/sensors-partitions.camel.yaml", "sensors.ensure_partition("));
        String archive = "sensors-archive.camel.yaml:%d: PostgreSQL refuses it: syntax error"
                .formatted(routes.lineOf("sensors/sensors-archive.camel.yaml", "sensors.drop_partitions("));
        assertThat(said)
                .anyMatch(line -> line.contains(partition))
                .anyMatch(line -> line.contains(archive))
                .anyMatch(line -> line.contains("did you mean direct:ads-load?"));
    }

    private static String applied(String route) throws Exception {
        return hub.value("select applied_at from ops.route_version where route = ?", route);
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }
}
