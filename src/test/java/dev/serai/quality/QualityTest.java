package dev.serai.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.console.OperatorClient;
import dev.serai.reload.RoutesCopy;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run of checks in the whole application: what it books, what it answers, what it comes to. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QualityTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Hub hub;

    @BeforeAll
    void start(LocalStack stack, @TempDir Path directory) throws Exception {
        RoutesCopy routes = RoutesCopy.in(directory);
        routes.write(
                ReadingsFile.FILE,
                ReadingsFile.text(
                        "{rule: row_count}",
                        "{rule: missing, column: email, severity: warning}",
                        "{rule: invalid, column: value, validMax: 45}",
                        "{rule: reference, column: place, references: t.nowhere.name}"));
        hub = new Hub(stack, Map.of("routes.directory", directory.toString(), "quality.after-load.interval-ms", "300"));
        for (String statement : ReadingsFile.TABLE.split(";", -1)) {
            hub.rows(statement);
        }
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @BeforeEach
    void tenReadings() throws SQLException {
        hub.rows("truncate ops.quality_result, t.reading");
        hub.rows(
                "insert into t.reading (id, value, email) select n, 20, case when n > 2 then 'x' end from generate_series(1, 10) n");
    }

    @Test
    void a_run_books_each_check_and_the_command_line_prints_what_it_found() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int code = new OperatorClient(hub.settings(), new PrintStream(printed, true, StandardCharsets.UTF_8)).quality();

        String output = printed.toString(StandardCharsets.UTF_8);
        assertThat(output.lines().filter(line -> line.contains("t.reading")))
                .containsExactly(
                        "broken  t.reading  The check t.reading.place.reference cannot run: ERROR: relation \"t.nowhere\" does not exist",
                        "warned  t.reading  2 rows without email, of 10",
                        "passed  t.reading  10 rows, must be greater than 0",
                        "passed  t.reading  All 10 rows have a valid value");
        assertThat(code).as("a check could not run").isOne();
        assertThat(hub.rows("""
                        select check_id, state, checked, failed, trim_scale(share), cardinality(failing_keys) from ops.quality_result
                        where dataset = 't.reading' order by check_id"""))
                .containsExactly(
                        "t.reading.email.missing|warned|10|2|0.8|2",
                        "t.reading.place.reference|broken|0|0|null|0",
                        "t.reading.row_count|passed|10|0|1|0",
                        "t.reading.value.invalid|passed|10|0|1|0");
        assertThat(hub.value("""
                        select r.state, r.read = r.inserted and r.read = (select count(*) from ops.quality_result q where q.run_id = r.run_id)
                        from ops.run r where pipeline = 'quality' and cause = 'asked' order by started_at desc limit 1""")).isEqualTo("succeeded|t");
    }

    @Test
    void a_failed_check_of_severity_error_fails_the_command_and_the_answers_say_so() throws Exception {
        hub.rows("update t.reading set value = 50 where id = 7");
        String output = hub.run("quality");

        assertThat(output).contains("failed  t.reading  1 rows above 45 C, of 10");
        JsonNode rows = JSON.readTree(hub.get("/api/quality").body()).get("rows");
        assertThat(rows.findValuesAsText("check_id")).contains("t.reading.value.invalid");
        JsonNode invalid = null;
        for (JsonNode row : rows) {
            invalid = row.get("check_id").asText().equals("t.reading.value.invalid") ? row : invalid;
        }
        assertThat(invalid).isNotNull();
        assertThat(invalid.get("state").asText()).isEqualTo("failed");
        assertThat(invalid.get("failing_keys")).isEqualTo(JSON.readTree("[\"7\"]"));
        assertThat(invalid.get("declared").asText())
                .endsWith("t/reading.dataset.yaml:" + (ReadingsFile.FIRST_LINE + 2));
        assertThat(JSON.readTree(hub.get("/api/quality-score").body()).get("rows"))
                .isEqualTo(JSON.readTree(hub.value("select json_agg(v) from (select * from mart.quality_score) v")));
        // completeness: error 1.0 and warning 0.8; validity: error 0.9; consistency: broken
        assertThat(scores("t.reading"))
                .containsExactly(
                        "all|92.0|4|3|1", "completeness|93.3|2|2|0", "consistency|null|1|0|1", "validity|90.0|1|1|0");
    }

    /** Score, checks, those that count, and those that do not, of today. */
    private List<String> scores(String dataset) throws SQLException {
        return hub.rows("""
                select dimension, score_percent, checks, checks - without_data, without_data from mart.quality_score
                where dataset = ? and day = (now() at time zone 'UTC')::date order by 1""", dataset);
    }

    @Test
    void what_a_run_has_changed_is_checked_at_once() throws Exception {
        hub.rows("""
                insert into ops.run (run_id, pipeline, route, cause, state, started_at, finished_at, read, inserted, node)
                values (gen_random_uuid(), 't-list', 't-list', 'schedule', 'succeeded', now(), now() + interval '1 second', 1, 1, 'n')""");

        await().atMost(Duration.ofSeconds(60)).until(() -> hub.value(
                        "select count(*) from ops.run where pipeline = 'quality' and cause = 'after-load' and state = 'succeeded'")
                .equals("1"));
        assertThat(hub.rows("select distinct dataset from ops.quality_result")).containsExactly("t.reading");
    }

    @Test
    void the_score_is_what_one_computes_by_hand() throws SQLException {
        declare("v1", "validity", "error");
        declare("v2", "validity", "warning");
        declare("c1", "completeness", "error");
        declare("c2", "completeness", "warning");
        declare("u1", "uniqueness", "error");
        declare("t1", "timeliness", "error");
        declare("a1", "accuracy", "error");
        try {
            result("v1", "failed", "0.1", 30);
            result("v1", "failed", "0.9", 20);
            result("v2", "warned", "0.5", 10);
            result("c1", "passed", "1", 10);
            result("c2", "passed", null, 10);
            result("u1", "broken", null, 10);
            result("a1", "passed", "0.999999", 10);

            // validity: (2 · 0.9 + 0.5) / 3; completeness: one without data; all: (1.8 + 0.5 + 2 + 1.999998) / 7,
            // rounded down
            assertThat(scores("x.y"))
                    .containsExactly(
                            "accuracy|99.9|1|1|0",
                            "all|89.9|7|4|3",
                            "completeness|100.0|2|1|1",
                            "timeliness|null|1|0|1",
                            "uniqueness|null|1|0|1",
                            "validity|76.6|2|2|0");
            hub.rows(
                    "update ops.quality_result set checked_at = checked_at - interval '2 days' where check_id = 'x.y.v1'");
            assertThat(hub.rows("""
                            select dimension, score_percent, checks, executed from mart.quality_score
                            where dataset = 'x.y' and day < (now() at time zone 'UTC')::date - 1 order by 1""")).containsExactly("all|90.0|7|1", "validity|90.0|2|1");
        } finally {
            hub.rows("delete from ops.quality_check where dataset = 'x.y'");
        }
    }

    private void declare(String name, String dimension, String severity) throws SQLException {
        hub.rows(
                "insert into ops.quality_check values ('x.y.' || ?, 'x.y', 'sql', ?, ?, 'must be 0', '', 'f:1')",
                name,
                dimension,
                severity);
    }

    /** @param order the greater, the earlier; all of today */
    private void result(String name, String state, @Nullable String share, int order) throws SQLException {
        hub.rows("""
                insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, share, threshold, failing_keys, says,
                    error, checked_at)
                select gen_random_uuid(), check_id, dataset, dimension, severity, ?, 1, 0, ?::numeric, threshold, '{}', 'says',
                    case when ? = 'broken' then 'why' end, date_trunc('day', now(), 'UTC') - ? * interval '1 microsecond' + interval '1 millisecond'
                from ops.quality_check where check_id = 'x.y.' || ?""", state, share, state, order, name);
    }

    @Test
    void old_results_go_and_the_newest_of_each_check_stays() throws Exception {
        hub.run("quality");
        hub.rows("update ops.quality_result set checked_at = now() - interval '31 days'");
        hub.rows(
                "insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, threshold, failing_keys, says, checked_at)"
                        + " select gen_random_uuid(), 'gone', 'x.y', 'validity', 'error', 'passed', 0, 0, '', '{}', '', now() - n * interval '31 days' from generate_series(1, 3) n");

        hub.run("quality");
        hub.run("quality");

        assertThat(hub.value("select count(*) from ops.quality_result where check_id = 'gone'"))
                .isEqualTo("1");
        assertThat(
                        hub.value(
                                "select count(*) from ops.quality_result where dataset = 't.reading' and checked_at < now() - interval '1 day'"))
                .isEqualTo("0");
    }

    @Test
    void a_run_without_any_check_has_failed(LocalStack stack, @TempDir Path none) throws Exception {
        RoutesCopy copy = RoutesCopy.in(none);
        try (Stream<Path> files = Files.walk(none)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".dataset.yaml"))
                    .toList()) {
                copy.delete(none.relativize(file).toString());
            }
        }
        try (Hub empty = new Hub(stack, Map.of("routes.directory", none.toString()))) {
            assertThat(empty.run("quality"))
                    .contains("state=failed")
                    .contains("QUALITY_NO_CHECKS: no check was executed");
        }
    }
}
