package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each question about sensors with cases computed by hand. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SensorMartsTest {

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
        hub.rows("truncate sensors.reading_1min, sensors.latest, sensors.sensor");
    }

    /** @param ago minutes before the running one */
    private void minute(String sensor, int ago, int readings, String sum) throws SQLException {
        hub.rows(
                "insert into sensors.reading_1min (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)"
                        + " select ?, at, ?, ?::numeric, 1, 9, 5, at + interval '59 seconds', 0"
                        + " from (select date_trunc('minute', now(), 'UTC') - make_interval(mins => ?) as at) minute",
                sensor,
                readings,
                sum,
                ago);
    }

    @Test
    void a_mean_is_the_sum_over_the_readings_and_a_minute_without_any_has_no_row() throws SQLException {
        minute("A", 3, 4, "10");
        minute("A", 1, 3, "10");

        assertThat(hub.rows("select sensor_id, mean from mart.sensor_1min"))
                .containsExactly("A|2.500000", "A|3.333333");
    }

    @Test
    void minutes_of_the_day_before_and_of_a_clock_ahead_are_left_out() throws SQLException {
        minute("A", 24 * 60 + 1, 1, "1");
        minute("A", 34, 1, "2");
        minute("A", 40, 1, "3");
        minute("A", -5, 1, "4");

        assertThat(hub.rows("select mean from mart.sensor_1min order by 1")).containsExactly("2.000000", "3.000000");
        assertThat(hub.rows("select mean from mart.sensor_1min_recent")).containsExactly("2.000000");
    }

    @Test
    void coverage_counts_from_the_first_minute_of_a_sensor_and_shows_those_that_are_missing() throws SQLException {
        minute("A", 5, 60, "60");
        minute("A", 4, 60, "60");
        minute("A", 2, 30, "30");
        minute("A", 1, 61, "61");
        minute("A", 0, 10, "10");

        assertThat(hub.rows("select received, expected, covered_percent from mart.sensor_coverage"))
                .containsExactly("60|60|100", "60|60|100", "0|60|0.0", "30|60|50.0", "61|60|100");
    }

    @Test
    void coverage_is_of_the_last_hour() throws SQLException {
        minute("A", 120, 60, "60");

        assertThat(hub.value("select count(*), sum(received) from mart.sensor_coverage"))
                .isEqualTo("60|0");
    }

    /** One query, because the minute may end between two. */
    @Test
    void the_last_hour_of_a_sensor_says_what_its_minutes_say() throws SQLException {
        minute("A", 120, 60, "60");
        minute("A", 60, 60, "70");
        minute("A", 4, 59, "60");
        minute("A", 1, 61, "10");
        minute("A", 0, 10, "10");
        minute("B", 3, 7, "22");
        minute("B", 2, 7, "21");

        assertThat(hub.rows("""
                with told as (
                    select h.sensor_id, h.to_at - interval '60 minutes' + n * interval '1 minute' as minute_at,
                           coalesce(h.received[array_position(h.minutes, n)], 0) as received, h.expected, h.means[array_position(h.minutes, n)] as mean
                    from mart.sensor_last_hour h cross join generate_series(0, 59) n
                    where h.to_at - interval '60 minutes' + n * interval '1 minute' >= h.from_at
                ), minute as (
                    select c.sensor_id, c.minute_at, c.received, c.expected, m.mean
                    from mart.sensor_coverage c left join mart.sensor_1min m using (sensor_id, minute_at)
                )
                select (select count(*) from told), (select count(*) from told where mean is not null),
                       (select count(*) from ((table told except all table minute) union all (table minute except all table told)) other)""")).containsExactly("63|5|0");
    }

    @Test
    void the_latest_value_has_its_unit_if_the_sensor_is_in_the_list() throws SQLException {
        hub.rows("insert into sensors.latest values ('A', now(), 1.5, now()), ('B', now(), 2, now())");
        hub.rows("insert into sensors.sensor (sensor_id, unit, valid_from_at, valid_to_at, run_id)"
                + " values ('A', 'F', now() - interval '2 days', now() - interval '1 day', gen_random_uuid()),"
                + " ('A', 'C', now() - interval '1 day', null, gen_random_uuid())");

        assertThat(hub.rows("select sensor_id, value, unit, unknown_sensor from mart.sensor_latest"))
                .containsExactly("A|1.5|C|f", "B|2|null|t");
    }

    @Test
    void an_hour_is_the_sum_of_its_minutes() throws SQLException {
        hub.rows(
                "insert into sensors.reading_1min (sensor_id, minute_at, readings, sum, min, max, last, last_at, late)"
                        + " select 'A', hour + make_interval(mins => m), 10 * m, 30 * m, m, 100 * m, 1, hour, 0"
                        + " from (select date_trunc('hour', now(), 'UTC') - interval '3 hours' as hour) h, generate_series(1, 2) m");

        assertThat(hub.rows("select mean, min, max, readings, minutes from mart.sensor_history"))
                .containsExactly("3.000000|1|200|30|2");
    }
}
