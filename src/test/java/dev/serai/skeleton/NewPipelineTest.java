package dev.serai.skeleton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import dev.serai.Hub;
import dev.serai.docs.ShellBlocks;
import dev.serai.mongo.MongoServer;
import dev.serai.mqtt.Publish;
import dev.serai.reload.Validate;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A new pipeline is files only: they are written, checked, taken up by the hub that runs, and load. */
@WithStack
class NewPipelineTest {

    private static final int MESSAGES = 1_500;

    private static @TempDir Path project;
    private static LocalStack stack;
    private static Hub hub;
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

    @BeforeAll
    static void start(LocalStack shared) throws Exception {
        stack = shared;
        ShellBlocks.copy(Path.of("routes"), project.resolve("routes"));
        hub = new Hub(
                stack,
                Map.of(
                        "routes.directory", project.resolve("routes").toString(),
                        "routes.watch", "true",
                        "energy.mqtt.interval-ms", "500",
                        "gauge.mqtt.interval-ms", "100",
                        "community.mongo.database", "tutorial",
                        "landing.pending.min-age-ms", "3600000"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void the_tutorial_does_what_it_says() throws Exception {
        ShellBlocks tutorial = new ShellBlocks(
                Path.of("docs/tutorial-new-pipeline.md"),
                project,
                hub.environment(),
                hub.settings(),
                stack.freshDatabase());
        assertThat(tutorial.size()).isEqualTo(9);

        tutorial.run(0);
        assertThat(tutorial.run(1))
                .contains(
                        "energy/energy.records.yaml",
                        "energy/migration/V001__flow.sql",
                        "energy/energy.flow.dataset.yaml");
        assertThat(tutorial.run(2)).contains("measured_at: {from: Datetime, type: instant, zone: UTC}", "are right");
        until(() -> hub.value("select count(*) from ops.stream where pipeline = 'energy' and connected")
                .equals("1"));

        assertThat(tutorial.run(3)).contains("3 messages sent");
        until(() -> hub.value("select coalesce(sum(read), 0) from ops.load where pipeline = 'energy'")
                .equals("3"));
        assertThat(hub.rows(
                        "select measured_at at time zone 'UTC', at_ch_kwh, nettoimport from energy.flow order by 1"))
                .containsExactly("2026-11-21 06:00:00|0.21|0.08");
        assertThat(
                        hub.rows(
                                "select sum(read), sum(inserted), sum(updated), sum(unchanged), sum(rejected) from ops.load where pipeline = 'energy'"))
                .containsExactly("3|1|0|1|1");
        assertThat(hub.rows("select code, message, state from ops.dead_letter where pipeline = 'energy'"))
                .containsExactly(
                        "FLOW_AT_CH_KWH_INVALID|flow: 'AT_CH_kWh' must be a number of kWh such as 12.5, was \"much\"|open");
        String landed = hub.keys("energy-data").stream()
                .map(key -> new String(hub.object("energy-data", key), StandardCharsets.UTF_8))
                .reduce("", String::concat);
        assertThat(landed.split("\"payload\":", -1)).hasSize(4);
        assertThat(landed).contains("\\\"AT_CH_kWh\\\": \\\"much\\\"");

        assertThat(tutorial.run(4))
                .contains("FLOW_AT_CH_KWH_INVALID", "s3://energy-data/raw/", "\"pipeline\":\"energy\"");
        assertThat(tutorial.run(5)).contains("energy.flow", "\"dataset\":\"energy.flow\"");
        assertThat(hub.rows("select check_id, state from mart.quality_now where dataset = 'energy.flow' order by 1"))
                .hasSize(4)
                .allMatch(check -> check.endsWith("|passed"));
        assertThat(
                        hub.value(
                                "select col_description('energy.flow'::regclass, attnum) from pg_attribute where attrelid = 'energy.flow'::regclass and attname = 'at_ch_kwh'"))
                .isEqualTo("AT_CH_kWh of the source, kWh");

        assertThat(tutorial.run(6)).contains("cause=replay state=succeeded read=1 inserted=1");
        assertThat(hub.value("select count(*) from energy.flow")).isEqualTo("2");
        assertThat(hub.value("select state from ops.dead_letter where pipeline = 'energy'"))
                .isEqualTo("loaded");

        String version = version("energy-load");
        assertThat(tutorial.run(7)).contains("are right");
        until(() -> !version("energy-load").equals(version));
        negativeFlowIsRefused();
        assertThat(tutorial.run(8)).contains("people/people.records.yaml", "coaches/coaches.records.yaml");
        peopleComeOverHttp();
        coachesComeFromMongo();
        everythingOfThemIsRight();
    }

    private static void negativeFlowIsRefused() throws Exception {
        Path file = project.resolve("negative.json");
        Files.writeString(file, "{\"Datetime\": \"2026-11-21T06:00:10\", \"AT_CH_kWh\": -1}\n");
        new Publish(hub.settings(), new PrintStream(PRINTED, true, StandardCharsets.UTF_8))
                .lines(List.of("energy_flow_in_and_out_switzerland_electricity_per_second", file.toString()));
        until(() -> !hub.rows("select 1 from ops.dead_letter where pipeline = 'energy' and state = 'open'")
                .isEmpty());
        assertThat(hub.value("select message from ops.dead_letter where pipeline = 'energy' and state = 'open'"))
                .isEqualTo("flow: 'AT_CH_kWh' must be a number of kWh such as 12.5, 0 at least, was -1");
    }

    private static void peopleComeOverHttp() throws Exception {
        awaitPipeline("people");
        assertThat(hub.run("people")).contains("state=succeeded read=1");
        assertThat(hub.rows("select first_name, address_city from people.record where uid is not null"))
                .isNotEmpty();
        assertThat(hub.keys("people-data")).isNotEmpty();
    }

    private static void coachesComeFromMongo() throws Exception {
        String database = hub.settings().text("community.mongo.database");
        awaitPipeline("coaches");
        try (MongoClient mongo =
                MongoServer.connect(hub.settings().text("community.mongo.url"), 5_000, Optional.empty())) {
            var groups = mongo.getDatabase(database).getCollection("groups");
            String before = hub.value("select count(*) from coaches.record");
            groups.insertMany(List.of(
                    group("65f0c0ff0000000000000001", "Ada"), new Document(group("65f0c0ff0000000000000002", 7))));
            hub.run("coaches");
            until(() -> hub.value("select count(*) from coaches.record where health_coach = 'Ada'")
                    .equals("1"));
            assertThat(before).isEqualTo("0");
            groups.insertOne(group("65f0c0ff0000000000000003", "Bea"));
            hub.run("coaches");
            until(() -> hub.value("select count(*) from coaches.record").equals("2"));
        }
        assertThat(hub.value("select code from ops.dead_letter where pipeline = 'coaches'"))
                .isEqualTo("RECORD_HEALTHCOACH_INVALID");
        assertThat(hub.value("select value from ops.watermark where pipeline = 'coaches' and name = 'source'"))
                .isEqualTo("65f0c0ff0000000000000003");
        assertThat(hub.value("select sum(read) from ops.load where pipeline = 'coaches'"))
                .isEqualTo("3");
    }

    private static Document group(String id, Object coach) {
        return new Document("_id", new ObjectId(id)).append("healthCoach", coach);
    }

    private static void everythingOfThemIsRight() throws Exception {
        Map<String, String> environment = new HashMap<>(hub.environment());
        environment.put("POSTGRES_URL", stack.freshDatabase());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int exit = Validate.run(
                environment, List.of("throw-away"), new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(exit).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain("not checked");
        assertThat(hub.rows("select * from mart.route_finding")).isEmpty();
    }

    @Test
    void a_stream_that_is_exchanged_under_way_loses_nothing_and_doubles_nothing() throws Exception {
        String topic = "gauge-" + UUID.randomUUID();
        PrintStream printed = new PrintStream(PRINTED, true, StandardCharsets.UTF_8);
        new NewPipeline(hub.settings(), printed).write(List.of("gauge", "mqtt", topic));
        until(() -> hub.value("select count(*) from ops.stream where pipeline = 'gauge' and connected")
                .equals("1"));
        // its version is in the book when it has started
        until(() -> hub.value("select count(*) from ops.route_version where route = 'gauge-mqtt-to-postgres'")
                .equals("1"));
        Path messages = project.resolve("gauge.json");
        String line = "{\"id\": \"gauge\", \"dt\": \"2026-11-21T06:%02d:%02d\", \"value\": %d}";
        Files.write(
                messages,
                IntStream.range(0, MESSAGES)
                        .mapToObj(i -> line.formatted(i / 60, i % 60, i))
                        .toList());
        ExecutorService source = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> sent = source.submit(
                    () -> new Publish(hub.settings(), printed).lines(List.of(topic, messages.toString())));
            Path route = project.resolve("routes/gauge/gauge-mqtt-to-postgres.camel.yaml");
            for (int edit = 0; edit < 3; edit++) {
                String version = version("gauge-mqtt-to-postgres");
                Files.writeString(route, Files.readString(route) + "# edited\n");
                until(() -> !version("gauge-mqtt-to-postgres").equals(version));
            }
            assertThat(sent.get()).isZero();
        } finally {
            source.shutdown();
        }
        until(() -> hub.value("select count(*) from gauge.record").equals(Integer.toString(MESSAGES)));
        assertThat(hub.value(
                        "select sum(inserted), sum(updated), sum(rejected) from ops.load where pipeline = 'gauge'"))
                .isEqualTo(MESSAGES + "|0|0");
        assertThat(hub.value("select count(*), sum(value) from gauge.record"))
                .isEqualTo("%d|%d".formatted(MESSAGES, MESSAGES * (MESSAGES - 1) / 2));
    }

    private static String version(String route) throws Exception {
        return hub.value("select version from ops.route_version where route = ?", route);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            Energy | mqtt | -            | -   | -  | NAME must be lower case letters and digits such as energy, was "Energy"
            energy1| ftp  | -            | -   | -  | FROM must be http, mqtt or mongo, was "ftp"
            users  | http | -            | -   | -  | there is a
            energy1| mqtt | missing.json | -   | -  | there is no missing.json
            energy1| mqtt | -            | idd | -  | KEY must name fields of the record, was "idd"; there are id, dt, value
            energy1| mqtt | -            | -   | A! | RECORD must be lower case letters and digits such as flow, was "A!"
            """)
    void what_is_asked_for_wrongly_is_named(
            String name, String from, String sample, String key, String record, String said) {
        NewPipeline command = new NewPipeline(hub.settings(), new PrintStream(PRINTED, true, StandardCharsets.UTF_8));

        assertThatThrownBy(() -> command.write(List.of(name, from, "", or(sample), or(key), or(record))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(said);
        assertThat(project.resolve("routes/energy1")).doesNotExist();
    }

    private static String or(String word) {
        return word == null ? "" : word;
    }

    private static void awaitPipeline(String pipeline) {
        until(() -> hub.value("select count(*) from ops.pipeline where pipeline = ?", pipeline)
                .equals("1"));
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(90)).until(condition);
    }
}
