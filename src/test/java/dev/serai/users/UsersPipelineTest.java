package dev.serai.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The users pipeline on the real servers: what arrives where, and what a source may do to it. */
@WithStack
class UsersPipelineTest {

    private static final String ROWS = "select md5(string_agg(p::text, ',' order by uid)) from users.profile p";

    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack, Map.of("http.retry-max-delay-ms", "300"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void a_poll_lands_and_stores_five_users() throws Exception {
        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=5 updated=0 unchanged=0 rejected=0");

        assertThat(hub.value(
                        "select count(*), count(distinct run_id), count(city), count(latitude) from users.profile"))
                .isEqualTo("5|1|5|5");
        assertThat(hub.keys("user-data"))
                .singleElement()
                .asString()
                .matches("raw/dt=\\d{4}-\\d\\d-\\d\\d/\\d{8}T\\d{6}\\.\\d{3}Z-[0-9a-f-]{36}\\.json");
        String key = hub.keys("user-data").get(0);
        assertThat(hub.rows("select distinct raw_object from users.profile union select raw_object from ops.load"))
                .containsExactly("s3://user-data/" + key);
        assertThat(new String(hub.object("user-data", key), StandardCharsets.UTF_8))
                .startsWith("[")
                .contains("\"uid\"");
    }

    @Test
    void it_runs_at_the_start_and_on_its_schedule_without_being_asked(LocalStack stack) throws Exception {
        hub.close();
        hub = new Hub(stack, Map.of("users.schedule", "* * * * * ?", "run-at-start", "users"));

        await().atMost(Duration.ofSeconds(30)).until(() -> hub.value("""
                                select count(*) filter (where cause = 'asked') = 1 and count(*) filter (where cause = 'schedule') >= 2
                                from ops.run where state = 'succeeded'""").equals("t"));
        assertThat(hub.value("select next_run_at > now() - interval '5 s' from ops.pipeline where pipeline = 'users'"))
                .isEqualTo("t");
    }

    @Test
    void a_poll_for_one_user_reads_the_single_object(LocalStack stack) throws Exception {
        hub.close();
        hub = new Hub(stack, Map.of("users.api.size", "1"));

        assertThat(hub.run("users")).contains("read=1 inserted=1");
    }

    @Test
    void the_same_answer_twice_changes_nothing() throws Exception {
        hub.run("users");
        String before = hub.value(ROWS);
        hub.fail(Failure.of(FailureKind.REPEAT, 1));

        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=0 updated=0 unchanged=5 rejected=0");

        assertThat(hub.value(ROWS)).isEqualTo(before);
        assertThat(hub.keys("user-data")).hasSize(2);
    }

    @Test
    void a_user_who_changed_is_updated_and_the_others_are_not() throws Exception {
        hub.run("users");
        hub.rows("update users.profile set city = 'Elsewhere' where uid = (select uid from users.profile limit 1)");
        hub.fail(Failure.of(FailureKind.REPEAT, 1));

        assertThat(hub.run("users")).contains("read=5 inserted=0 updated=1 unchanged=4");

        assertThat(hub.value("select count(*), count(*) filter (where city = 'Elsewhere') from users.profile"))
                .isEqualTo("5|0");
        assertThat(hub.value("select count(*) from users.profile where changed_at > ingested_at"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @EnumSource(names = {"TOO_MANY_REQUESTS", "SERVER_ERROR", "TIME_OUT", "CUT_CONNECTION", "OVERSIZED"})
    void a_source_that_fails_once_is_asked_again_in_the_same_run(FailureKind kind) throws Exception {
        hub.fail(Failure.of(kind, 1));

        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    TOO_MANY_REQUESTS | SOURCE_HTTP_429    | the source must answer 200, answered 429 (too many requests)
                    SERVER_ERROR      | SOURCE_HTTP_500    | the source must answer 200, answered 500
                    TIME_OUT          | SOURCE_TIME_OUT    | the source did not answer in time
                    DRIP              | SOURCE_TIME_OUT    | took longer than http.total-timeout-ms = 4000
                    CUT_CONNECTION    | SOURCE_UNREACHABLE | the source cannot be read
                    OVERSIZED         | SOURCE_UNREACHABLE | larger than http.max-body-bytes = 10485760
                    """)
    void a_source_that_keeps_failing_fails_the_run_with_its_reason_and_the_next_run_is_fine(
            FailureKind kind, String code, String message) throws Exception {
        hub.fail(Failure.of(kind, 4));

        assertThat(hub.run("users"))
                .contains("state=failed read=0")
                .contains(code)
                .contains(message);
        assertThat(hub.value("select state, error_code from ops.run")).isEqualTo("failed|" + code);
        assertThat(hub.keys("user-data")).isEmpty();

        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=5");
    }

    @Test
    void a_retry_waits_as_long_as_the_source_asks_for() throws Exception {
        hub.fail(Failure.of(FailureKind.TOO_MANY_REQUESTS, 1)); // Retry-After: 1, and the longest wait is 300 ms

        hub.run("users");

        assertThat(hub.value("select finished_at - started_at >= interval '300 ms' from ops.run"))
                .isEqualTo("t");
    }

    @Test
    void a_source_that_is_gone_fails_the_run() throws Exception {
        hub.simulators().close();

        assertThat(hub.run("users")).contains("state=failed").contains("SOURCE_UNREACHABLE");
    }

    @Test
    void an_error_page_with_status_200_is_landed_and_kept_as_a_dead_letter_and_fails_the_run() throws Exception {
        hub.fail(Failure.of(FailureKind.HTML, 1));

        assertThat(hub.run("users"))
                .contains("state=failed read=1 inserted=0 updated=0 unchanged=0 rejected=1")
                .contains("ANSWER_NOT_JSON");

        assertThat(hub.value("select code, state, payload like '<!doctype html>%' from ops.dead_letter"))
                .isEqualTo("ANSWER_NOT_JSON|open|t");
        assertThat(hub.keys("user-data")).hasSize(1);
        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=5");
    }

    @Test
    void an_answer_that_is_cut_off_keeps_the_users_before_the_cut() throws Exception {
        hub.fail(Failure.of(FailureKind.TRUNCATED, 1));

        assertThat(hub.run("users")).contains("state=failed").contains("ANSWER_CUT_OR_BROKEN");

        int stored = Integer.parseInt(hub.value("select count(*) from users.profile"));
        assertThat(stored).isBetween(1, 4);
        assertThat(hub.value("select read, inserted, rejected from ops.run"))
                .isEqualTo("%d|%d|1".formatted(stored + 1, stored));
        assertThat(hub.value("select code from ops.dead_letter")).isEqualTo("ANSWER_CUT_OR_BROKEN");
    }

    @Test
    void a_user_without_uid_goes_to_the_dead_letter_and_the_others_load() throws Exception {
        hub.fail(Failure.of(FailureKind.WITHOUT_UID, 1));

        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=4 updated=0 unchanged=0 rejected=1");

        assertThat(hub.value("select code, message, position, state from ops.dead_letter"))
                .isEqualTo(
                        "USER_UID_MISSING|user: 'uid' must be a UUID such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b, was nothing|0|open");
    }

    @Test
    void two_users_with_one_id_are_two_users() throws Exception {
        hub.fail(Failure.of(FailureKind.DUPLICATE_ID, 1));

        assertThat(hub.run("users")).contains("inserted=5");
        assertThat(hub.value("select count(*), count(distinct source_id) from users.profile"))
                .isEqualTo("5|4");
    }

    @Test
    void an_empty_answer_is_a_state_of_its_own() throws Exception {
        hub.fail(Failure.of(FailureKind.EMPTY, 1));

        assertThat(hub.run("users")).contains("state=empty read=0");
        assertThat(hub.value("select state, reason from mart.pipeline where pipeline = 'users'"))
                .isEqualTo("empty|the source had no records");
    }

    @Test
    void fields_of_another_type_are_named_with_what_was_seen() throws Exception {
        hub.fail(Failure.of(FailureKind.WRONG_TYPES, 1));

        hub.run("users");

        assertThat(hub.rows("select message from ops.dead_letter order by position"))
                .anySatisfy(message -> assertThat(message)
                        .matches("user: 'date_of_birth' must be a date such as 1984-02-29, was \\d+"))
                .anySatisfy(message -> assertThat(message).contains("'address.coordinates"));
        assertThat(hub.value("select read = inserted + rejected from ops.run")).isEqualTo("t");
    }

    @Test
    void the_book_balances_per_run_and_per_load() throws Exception {
        hub.run("users");
        hub.fail(Failure.of(FailureKind.WITHOUT_UID, 1));
        hub.run("users");
        hub.fail(Failure.of(FailureKind.REPEAT, 1));
        hub.run("users");

        assertThat(hub.rows("select read, inserted, updated, unchanged, rejected from ops.load order by load_id"))
                .containsExactly("5|5|0|0|0", "5|4|0|0|1", "5|0|0|4|1");
        assertThat(hub.value("select count(*) from ops.run where read <> inserted + updated + unchanged + rejected"))
                .isEqualTo("0");
        assertThat(
                        hub.value(
                                "select difference_24h, read_24h, written_24h, rejected_24h from mart.pipeline where pipeline = 'users'"))
                .isEqualTo("0|15|9|2");
        assertThat(hub.value("select count(*), sum(times_seen) from ops.dead_letter"))
                .isEqualTo("1|2");
    }
}
