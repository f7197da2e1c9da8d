package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What other programs are told: metrics that equal the book, health with reasons, a log line of a run that can be read by machines. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObservabilityTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\\\]*\",?)*})?) (\\S+)");
    private static final Pattern COMMENT = Pattern.compile("# (?:HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+");

    private LocalStack stack;
    private Hub hub;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        this.stack = stack;
        hub = new Hub(stack);
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @Test
    void metrics_are_prometheus_text_and_equal_the_book() throws Exception {
        hub.run("users");
        hub.fail(Failure.of(FailureKind.WRONG_TYPES, 1));
        hub.run("users");
        hub.run("ads");

        // What is read from the book is read once for all who ask within seconds.
        Double letters = Double.valueOf(
                hub.value("select count(*) from ops.dead_letter where pipeline = 'users' and state = 'open'"));
        await().atMost(PATIENCE)
                .until(() -> letters.equals(samples().get("serai_dead_letters_open{pipeline=\"users\"}")));
        Map<String, Double> samples = samples();

        for (String row : hub.rows("""
                select pipeline, cause, state, count(*) from ops.run
                where state <> 'running' and cause <> 'stream' group by 1, 2, 3""")) {
            String[] words = row.split("\\|", -1);
            assertThat(samples)
                    .containsEntry(
                            "serai_runs_total{cause=\"%s\",pipeline=\"%s\",state=\"%s\"}"
                                    .formatted(words[1], words[0], words[2]),
                            Double.valueOf(words[3]));
        }
        for (String row : hub.rows("""
                select pipeline, outcome, sum(n) from ops.run, lateral (values
                    ('inserted', inserted), ('updated', updated), ('unchanged', unchanged), ('rejected', rejected)) as o(outcome, n)
                where pipeline in ('users', 'ads') group by 1, 2""")) {
            String[] words = row.split("\\|", -1);
            assertThat(samples)
                    .containsEntry(
                            "serai_rows_total{outcome=\"%s\",pipeline=\"%s\"}".formatted(words[1], words[0]),
                            Double.valueOf(words[2]));
        }
        assertThat(samples)
                .containsEntry(
                        "serai_batches_total{pipeline=\"users\"}",
                        Double.valueOf(hub.value("select sum(batches) from ops.load where pipeline = 'users'")))
                .containsEntry("serai_pending_objects{pipeline=\"users\"}", 0.0)
                .containsEntry("serai_schedule_lag_seconds{pipeline=\"users\"}", 0.0)
                .containsEntry("serai_pipeline_paused{pipeline=\"users\"}", 0.0)
                .containsEntry("serai_book_up", 1.0)
                .containsKeys(
                        "serai_dataset_age_seconds{dataset=\"users.profile\"}",
                        "serai_dataset_age_seconds{dataset=\"ads.impression\"}",
                        "serai_run_duration_seconds_count{pipeline=\"ads\"}");
        assertThat(letters).isPositive();

        // Further runs add to the series, they make no others.
        hub.run("ads");
        assertThat(samples().keySet()).isEqualTo(samples.keySet());
    }

    @Test
    void batches_have_a_histogram_that_equals_the_book() throws Exception {
        hub.run("ads");

        Map<String, Double> samples = samples();
        double previous = 0;
        for (int bound : new int[] {1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000}) {
            Double within = Double.valueOf(
                    hub.value("select count(*) from ops.load where pipeline = 'ads' and read <= ?", bound));
            assertThat(samples)
                    .containsEntry("serai_batch_records_bucket{pipeline=\"ads\",le=\"%d.0\"}".formatted(bound), within);
            assertThat(within).isGreaterThanOrEqualTo(previous);
            previous = within;
        }
        assertThat(samples)
                .containsEntry(
                        "serai_batch_records_count{pipeline=\"ads\"}",
                        samples.get("serai_batches_total{pipeline=\"ads\"}"))
                .containsEntry(
                        "serai_batch_records_sum{pipeline=\"ads\"}",
                        Double.valueOf(hub.value("select sum(read) from ops.load where pipeline = 'ads'")));
    }

    @Test
    void metrics_need_the_login() throws Exception {
        for (String path : List.of("/metrics", "/observe/metrics")) {
            assertThat(HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(hub.management(path)).build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void metrics_go_on_while_the_book_is_away() throws Exception {
        stack.postgres().stop();
        try {
            await().atMost(PATIENCE)
                    .until(() -> Double.valueOf(0).equals(samples().get("serai_book_up")));
            assertThat(samples().keySet()).noneMatch(name -> name.startsWith("serai_pending_objects"));
        } finally {
            stack.postgres().start();
        }
        await().atMost(PATIENCE).until(() -> Double.valueOf(1).equals(samples().get("serai_book_up")));
    }

    @Test
    void health_names_s3_while_it_is_away() throws Exception {
        stack.objects().stop();
        try {
            assertThat(hub.health().statusCode()).isEqualTo(503);
            assertThat(check("s3").toString()).contains("\"DOWN\"", "S3 cannot be reached");
        } finally {
            stack.objects().start();
        }
        await().atMost(PATIENCE).until(() -> hub.health().statusCode() == 200);
        assertThat(check("s3").toString()).contains("\"UP\"");
    }

    @Test
    void health_names_a_source_with_its_reason_and_the_hub_stays_in_service() throws Exception {
        hub.fail(Failure.of(FailureKind.SERVER_ERROR, 10));
        hub.run("users");
        stack.mqtt().stop();
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(check("sources").toString()).contains("sensors"));
            assertThat(check("sources").toString()).contains("users: the source must answer 200, answered 500");
            assertThat(hub.health().statusCode()).isEqualTo(200);
        } finally {
            stack.mqtt().start();
        }

        hub.simulators().failures().disarm("users");
        hub.run("users");
        await().atMost(PATIENCE).until(() -> {
            String sources = check("sources").toString();
            return !sources.contains("users") && !sources.contains("sensors");
        });
    }

    @Test
    void a_run_is_one_line_of_json_with_its_id_and_route() throws Exception {
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        Lines lines = new Lines(context.getConfiguration());
        lines.start();
        context.getRootLogger().addAppender(lines);
        try {
            hub.run("ads");
            // It is written after the run has been booked, which is what was waited for.
            await().atMost(PATIENCE).until(() -> !lines.read().isEmpty());
        } finally {
            context.getRootLogger().removeAppender(lines);
            lines.stop();
        }

        List<JsonNode> ofTheRun = lines.read();
        assertThat(ofTheRun).hasSize(1);
        assertThat(ofTheRun.get(0).get("level").asText()).isEqualTo("INFO");
        assertThat(ofTheRun.get(0).get("route").asText()).isEqualTo("ads-api-to-postgres");
        assertThat(ofTheRun.get(0).get("run").asText())
                .isEqualTo(hub.value(
                        "select run_id from ops.run where pipeline = 'ads' order by started_at desc limit 1"));
    }

    /** Keeps the lines about the pipeline ads, laid out as the product does it. */
    private static final class Lines extends AbstractAppender {

        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Lines(Configuration configuration) {
            super(
                    "lines",
                    null,
                    JsonTemplateLayout.newBuilder()
                            .setConfiguration(configuration)
                            .setEventTemplateUri("classpath:log-line.json")
                            .build(),
                    false,
                    Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            lines.add(String.valueOf(getLayout().toSerializable(event)));
        }

        List<JsonNode> read() throws Exception {
            List<JsonNode> read = new java.util.ArrayList<>();
            for (String line : lines) {
                JsonNode node = new ObjectMapper().readTree(line);
                if (node.path("pipeline").asText().equals("ads")) {
                    read.add(node);
                }
            }
            return read;
        }
    }

    private JsonNode check(String name) throws Exception {
        for (JsonNode each : new ObjectMapper().readTree(hub.health().body()).path("checks")) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError(
                "there is no check " + name + " in " + hub.health().body());
    }

    private Map<String, Double> samples() throws Exception {
        Map<String, Double> samples = new TreeMap<>();
        hub.managed("/metrics").body().lines().forEach(line -> {
            if (!COMMENT.matcher(line).matches()) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                samples.put(sample.group(1), Double.valueOf(sample.group(2).replace("+Inf", "Infinity")));
            }
        });
        return samples;
    }
}
