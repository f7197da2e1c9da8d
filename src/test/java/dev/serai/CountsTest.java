package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The counts of users, sensors and checks are at any time what looking at every row gives. A failure names its seed, which
 * {@code -Dcounts.seed} repeats.
 */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CountsTest {

    private static final int STEPS = 40;

    private final long seed = Long.getLong("counts.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Hub hub;
    private PlainMarts marts;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        marts = new PlainMarts(hub);
    }

    @AfterAll
    void stop() throws SQLException {
        marts.close();
        hub.close();
    }

    private void look(int step, String statement) throws SQLException {
        assertThat(marts.differences())
                .as("seed %d, step %d: %s", seed, step, statement)
                .isEmpty();
    }

    @Test
    void users_are_counted_as_they_come_and_go() throws Exception {
        hub.run("users");
        hub.replay("users");
        assertThat(hub.value("select users > 0 from mart.user_total")).isEqualTo("t");
        look(0, "loads");
        hub.rows("delete from users.profile where uid in (select uid from users.profile limit 2)");
        look(1, "delete");
        hub.rows("truncate users.profile");
        look(2, "truncate");
    }

    @Test
    void coverage_is_the_same_whatever_is_counted_already() throws SQLException {
        boolean counted = false;
        for (int step = 0; step < STEPS; step++) {
            String statement =
                    switch (random.nextInt(8)) {
                        case 0, 1 -> "select sensors.count_hours()";
                        case 2 ->
                            "delete from sensors.reading_1min where hashtext(minute_at::text) %% 9 = %d"
                                    .formatted(random.nextInt(9));
                        case 3 ->
                            random.nextInt(6) == 0
                                    ? "truncate sensors.reading_1min"
                                    : "update sensors.reading_1min set readings = readings + 1 where hashtext(minute_at::text) %% 9 = %d"
                                            .formatted(random.nextInt(9));
                        default ->
                            """
                                insert into sensors.reading_1min as m (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)
                                select 'S' || n %% 4, date_trunc('minute', now(), 'UTC') - make_interval(mins => n * %d %% 1601 - 20),
                                       1 + n %% %d, 1, 1, 1, 1, now(), 0
                                from generate_series(1, %d) n
                                on conflict (sensor_id, minute_at) do update set readings = m.readings + excluded.readings""".formatted(1 + 2 * random.nextInt(300), 1 + random.nextInt(20), random.nextInt(300));
                    };
            marts.execute(statement);
            look(step, statement);
            counted |=
                    marts.rows("select count(*) > 10 from sensors.usual_hour").contains("t");
        }
        hub.rows("insert into sensors.reading_1min values"
                + " ('S9', date_trunc('hour', now(), 'UTC') - interval '5 hours', 7, 1, 1, 1, 1, now(), 0)");
        hub.rows("select sensors.count_hours()");
        assertThat(hub.value("select minutes, readings from sensors.usual_hour where sensor_id = 'S9'"))
                .isEqualTo("1|7");
        look(STEPS, "count_hours");
        assertThat(counted).as("seed %d: hours were counted", seed).isTrue();
    }

    @Test
    void scores_are_those_of_the_newest_results_of_each_day() throws SQLException {
        hub.rows("delete from ops.quality_check");
        hub.rows(
                "insert into ops.quality_check select 'c' || n, 'd' || n % 3, 'sql', (array['validity', 'accuracy'])[1 + n % 2],"
                        + " (array['error', 'warning'])[1 + n % 2], 'must be 0', '', 'f:1' from generate_series(1, 9) n");
        for (int step = 0; step < STEPS / 2; step++) {
            String statement =
                    switch (random.nextInt(6)) {
                        case 0 ->
                            "delete from ops.quality_result where quality_result_id %% 3 = %d"
                                    .formatted(random.nextInt(3));
                        case 1 ->
                            "update ops.quality_result set checked_at = checked_at - interval '%d hours', share = share / 2 where quality_result_id %% 5 = 1"
                                    .formatted(random.nextInt(60));
                        case 2 ->
                            random.nextInt(6) == 0
                                    ? "truncate ops.quality_result"
                                    : "update ops.quality_check set severity = 'error'";
                        default -> """
                                insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, share,
                                                                threshold, failing_keys, says, checked_at, error)
                                select gen_random_uuid(), 'c' || 1 + n %% 11, 'd', 'validity', 'error',
                                       case n %% 4 when 0 then 'passed' when 1 then 'failed' when 2 then 'warned' else 'broken' end, 9, 1,
                                       case when n %% 4 <> 3 then n / 100.0 end, '0', '{}', 's',
                                       now() - make_interval(hours => n * %d %% 800), case when n %% 4 = 3 then 'e' end
                                from generate_series(1, %d) n""".formatted(1 + random.nextInt(50), random.nextInt(80));
                    };
            marts.execute(statement);
            look(step, statement);
        }
    }
}
