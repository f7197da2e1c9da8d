package dev.serai.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.Hub;
import dev.serai.reload.RoutesCopy;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is told once, and once more when it is over: to a webhook, by the route that the documentation shows. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlertsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(# Alerts to a webhook.*?)```", Pattern.DOTALL);

    private final Queue<JsonNode> told = new ConcurrentLinkedQueue<>();
    private volatile int status = 204;
    private HttpServer webhook;
    private Hub hub;
    private ProducerTemplate camel;

    @BeforeAll
    void start(LocalStack stack, @TempDir Path directory) throws Exception {
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.createContext("/alerts", this::take);
        webhook.start();
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("docs/alerts.md")));
        assertThat(example.find()).isTrue();
        RoutesCopy routes = RoutesCopy.in(directory);
        routes.write(
                "quality/alert.camel.yaml",
                example.group(1)
                        .replace(
                                "https://hooks.example.org",
                                "http://127.0.0.1:" + webhook.getAddress().getPort()));
        hub = new Hub(stack, Map.of("routes.directory", directory.toString()));
        camel = hub.application().camel().createProducerTemplate();
    }

    private void take(HttpExchange request) throws IOException {
        String body = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (status < 300) {
            told.add(JSON.readTree(body));
        }
        request.sendResponseHeaders(status, -1);
        request.close();
    }

    @AfterAll
    void stop() throws Exception {
        camel.close();
        hub.close();
        webhook.stop(0);
    }

    @BeforeEach
    void nothingIsWrong() throws SQLException {
        status = 204;
        hub.rows("truncate ops.alert, ops.dead_letter, ops.run, ops.quality_check, ops.quality_result");
        hub.rows("delete from ops.pipeline where pipeline in ('tides', 'winds')");
        told.clear();
    }

    private void look() {
        camel.sendBody("direct:look-for-alerts", "");
    }

    private List<String> events() {
        List<String> events = new ArrayList<>();
        told.forEach(each -> events.add("%s %s %s"
                .formatted(
                        each.get("event").asText(),
                        each.get("kind").asText(),
                        each.get("subject").asText())));
        told.clear();
        return events;
    }

    @Test
    void a_pipeline_that_fails_again_and_again_is_one_alert_until_it_succeeds() throws Exception {
        look();
        assertThat(events()).isEmpty();
        for (int failed = 1; failed <= 3; failed++) {
            hub.fail(Failure.of(FailureKind.SERVER_ERROR, 1 + hub.settings().number("http.retries")));
            hub.run("users");
            look();
        }

        assertThat(told).singleElement().satisfies(news -> {
            assertThat(news.get("says").asText()).startsWith("users is failing: ");
            assertThat(news.get("opened_at").asText()).endsWith("Z");
            assertThat(news.get("closed_at").isNull()).isTrue();
        });
        assertThat(events()).containsExactly("opened run users");
        assertThat(
                        hub.rows(
                                "select cause, last_seen_at > opened_at, closed_at is null, opened_told_at is not null from ops.alert"))
                .containsExactly("run users|t|t|t");

        hub.run("users");
        look();
        look();

        assertThat(events()).containsExactly("closed run users");
        assertThat(hub.value("select closed_at is not null, closed_told_at is not null from ops.alert"))
                .isEqualTo("t|t");
        JsonNode rows = JSON.readTree(hub.get("/api/alerts").body()).get("rows");
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).get("state").asText()).isEqualTo("closed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            run tides      | insert into ops.pipeline (pipeline, route, title, kind, schedule, next_run_at) values ('tides', 'r', 't', 'schedule', 'x', now() - interval '5 minutes') | update ops.pipeline set next_run_at = now() + interval '1 hour' where pipeline = 'tides'
            silence winds  | with p as (insert into ops.pipeline (pipeline, route, title, kind) values ('winds', 'r', 't', 'stream')) insert into ops.stream (pipeline, node, connected, since_at, messages, usual_gap_ms, silent_since_at, last_message_at) values ('winds', 'n', true, now(), 5, 1000, now() - interval '1 minute', now() - interval '1 minute') | delete from ops.stream where pipeline = 'winds'
            dead-letter ads | insert into ops.dead_letter (pipeline, run_id, position, code, message, payload, payload_sha256) values ('ads', gen_random_uuid(), 0, 'AD', 'no ad', '', '') | update ops.dead_letter set state = 'dismissed'
            check x.y.z    | with c as (insert into ops.quality_check values ('x.y.z', 'x.y', 'sql', 'validity', 'error', '', '', '')) insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, threshold, failing_keys, says, checked_at) values (gen_random_uuid(), 'x.y.z', 'x.y', 'validity', 'error', 'failed', 1, 1, '', '{}', 'One is wrong', now()) | update ops.quality_result set state = 'passed'
            """)
    void each_kind_of_trouble_opens_and_closes_by_itself(String alert, String begins, String ends) throws Exception {
        hub.rows(begins);
        look();
        look();
        assertThat(events()).containsExactly("opened " + alert);

        hub.rows(ends);
        look();
        assertThat(events()).containsExactly("closed " + alert);
        look();
        assertThat(events()).isEmpty();
    }

    @Test
    void a_failed_warning_raises_none_and_a_broken_error_does() throws Exception {
        hub.rows(
                "insert into ops.quality_check values ('w', 'x.y', 'sql', 'validity', 'warning', '', '', ''), ('b', 'x.y', 'sql', 'validity', 'error', '', '', '')");
        hub.rows("""
                insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, threshold, failing_keys, says, error, checked_at)
                values (gen_random_uuid(), 'w', 'x.y', 'validity', 'warning', 'warned', 1, 1, '', '{}', 'says', null, now()),
                       (gen_random_uuid(), 'b', 'x.y', 'validity', 'error', 'broken', 0, 0, '', '{}', 'It cannot run', 'why', now())""");

        look();

        assertThat(events()).containsExactly("opened check b");
    }

    @Test
    void what_could_not_be_told_is_told_again() throws Exception {
        status = 500;
        hub.rows(
                "insert into ops.dead_letter (pipeline, run_id, position, code, message, payload, payload_sha256) values ('ads', gen_random_uuid(), 0, 'AD', 'no ad', '', '')");
        look();

        assertThat(hub.value("select opened_told_at is null, telling_error from ops.alert"))
                .startsWith("t|HttpOperationFailedException: ");
        status = 204;
        look();
        assertThat(events()).as("another process may be at it for a minute").isEmpty();

        hub.rows("update ops.alert set telling_at = now() - interval '2 minutes'");
        hub.rows("update ops.dead_letter set state = 'dismissed'");
        look();
        look();

        assertThat(events()).containsExactly("opened dead-letter ads", "closed dead-letter ads");
        assertThat(hub.value("select telling_error from ops.alert")).isEqualTo("null");
    }

    @Test
    void the_same_trouble_later_is_another_alert() throws Exception {
        for (int time = 1; time <= 2; time++) {
            hub.rows(
                    "insert into ops.dead_letter (pipeline, run_id, position, code, message, payload, payload_sha256) values ('ads', gen_random_uuid(), 0, 'AD', 'no ad', '', '')");
            look();
            hub.rows("truncate ops.dead_letter");
            look();
        }

        assertThat(hub.value("select count(*), count(closed_at) from ops.alert"))
                .isEqualTo("2|2");
        assertThat(events()).hasSize(4);
    }
}
