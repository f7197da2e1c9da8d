package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each question with cases computed by hand. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MartsTest {

    private Hub hub;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        hub.rows("truncate ops.run, ops.load, ops.dead_letter, users.profile");
        hub.rows("update ops.pipeline set next_run_at = now() + interval '1 minute'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
                    succeeded   | null | healthy | null
                    empty       | null | empty   | the source had no records
                    failed      | null | failing | no answer
                    interrupted | null | failing | no answer
                    null        | null | waiting | no run has finished yet
                    succeeded   | 61   | missed  | a run is overdue: the schedule did not start it
                    succeeded   | 59   | healthy | null
                    """)
    void the_state_of_a_pipeline_is_that_of_its_last_run_unless_one_is_overdue(
            String last, Integer secondsOverdue, String state, String reason) throws SQLException {
        run("succeeded", 120, 100);
        if (last == null) {
            hub.rows("truncate ops.run");
            hub.rows(
                    "insert into ops.run (run_id, pipeline, route, cause, state, started_at, node) values (gen_random_uuid(), 'users', 'r', 'schedule', 'running', now(), 'n')");
        } else {
            run(last, 60, 100);
        }
        if (secondsOverdue != null) {
            hub.rows("update ops.pipeline set next_run_at = now() - make_interval(secs => ?)", secondsOverdue);
        }

        assertThat(hub.value("select state, reason from mart.pipeline where pipeline = 'users'"))
                .isEqualTo(state + "|" + reason);
    }

    @Test
    void a_day_of_runs_is_summed_up_and_older_ones_are_not() throws SQLException {
        run("succeeded", 60, 100);
        run("succeeded", 120, 300);
        run("failed", 180, 200);
        run("succeeded", 25 * 3600, 9_000);

        assertThat(hub.value("""
                        select runs_24h, failed_24h, success_24h_percent, median_24h_ms, read_24h, written_24h, rejected_24h, difference_24h
                        from mart.pipeline where pipeline = 'users'""")).isEqualTo("3|1|66.7|200|30|18|3|0");
    }

    @Test
    void a_difference_in_the_book_shows() throws SQLException {
        run("succeeded", 60, 100);
        hub.rows("update ops.run set read = read + 2");

        assertThat(hub.value("select difference_24h from mart.pipeline where pipeline = 'users'"))
                .isEqualTo("2");
    }

    @Test
    void the_last_forty_runs_are_shown_oldest_first() throws SQLException {
        for (int i = 1; i <= 45; i++) {
            run("succeeded", i * 60, i);
        }

        assertThat(hub.rows("select duration_ms from mart.pipeline_run where pipeline = 'users'"))
                .hasSize(40)
                .startsWith("40")
                .endsWith("1");
    }

    @Test
    void dead_letters_are_counted_by_reason_while_they_are_open() throws SQLException {
        hub.rows("""
                insert into ops.dead_letter (pipeline, run_id, position, code, message, payload, payload_sha256, state)
                select 'users', gen_random_uuid(), n, 'USER_UID_MISSING', 'message ' || n, n::text, sha256(n::text::bytea),
                       case n when 3 then 'loaded' when 4 then 'dismissed' else 'open' end
                from generate_series(1, 4) n""");

        assertThat(hub.rows("select pipeline, code, letters from mart.dead_letter"))
                .containsExactly("users|USER_UID_MISSING|2");
        assertThat(hub.value("select open_dead_letters from mart.pipeline where pipeline = 'users'"))
                .isEqualTo("2");
    }

    @Test
    void the_newest_users_come_first_without_their_whole_name() throws SQLException {
        hub.rows("""
                insert into users.profile (uid, first_name, last_name, city, run_id, ingested_at)
                select gen_random_uuid(), 'Ada', 'Lovelace', n::text, gen_random_uuid(), now() - make_interval(mins => n)
                from generate_series(1, 25) n""");

        assertThat(hub.rows("select name, city from mart.user_newest"))
                .hasSize(20)
                .startsWith("Ada L.|1", "Ada L.|2");
        assertThat(hub.value("select users, oldest_at < newest_at from mart.user_total"))
                .isEqualTo("25|t");
    }

    /** A run that read 10 records: 5 new, 1 changed, 3 the same, 1 rejected. */
    private void run(String state, int secondsAgo, int milliseconds) throws SQLException {
        hub.rows("""
                insert into ops.run (run_id, pipeline, route, cause, state, started_at, finished_at, error_message, node,
                                     read, inserted, updated, unchanged, rejected)
                select gen_random_uuid(), 'users', 'r', 'schedule', ?, t, t + make_interval(secs => ? / 1000.0),
                       case when ? in ('failed', 'interrupted') then 'no answer' end, 'n', 10, 5, 1, 3, 1
                from (select now() - make_interval(secs => ?)) as x(t)""", state, milliseconds, state, secondsAgo);
    }
}
