package dev.serai.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of check on data that pass, that fail, that are not there, and where it cannot run. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckKindsTest {

    private static final int PATIENCE_MS = 30_000;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    private Connection connection;

    @BeforeAll
    void create(LocalStack stack) throws SQLException {
        String url = stack.freshDatabase();
        connection = DriverManager.getConnection(
                url, stack.settings().get("postgres.user"), stack.settings().get("postgres.password"));
        execute(ReadingsFile.TABLE);
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        execute("truncate t.reading, t.place");
    }

    private void execute(String sql) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Ten readings, one a minute until a minute ago, all as they should be. */
    private void tenGood() throws SQLException {
        execute("insert into t.place values ('roof')");
        execute("""
                insert into t.reading select n, 'Sensor ' || n % 2 + 1, 20 + n, 'air', n || '@example.org', 'roof', now() - n * interval '1 minute', false
                from generate_series(1, 10) n""");
    }

    private Outcome run(String check) throws SQLException, IOException {
        return run(check, null);
    }

    private Outcome run(String check, @Nullable Instant before) throws SQLException, IOException {
        return new CheckExecution(connection, PATIENCE_MS).run(ReadingsFile.check(directory, check), before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{rule: row_count}",
                "{rule: missing, column: email}",
                "{rule: invalid, column: value, validMin: 0, validMax: 45}",
                "{rule: invalid, column: kind, validValues: [air, water]}",
                "{rule: invalid, column: email, pattern: '^[^@]+@[^@]+$'}",
                "{rule: duplicate}",
                "{rule: duplicate, columns: [sensor, measured_at]}",
                "{rule: reference, column: place, references: t.place.name}",
                "{rule: freshness, column: measured_at}",
                "{rule: schema}",
                "{rule: sql, dimension: validity, query: 'select count(*) from {object} where value < 0'}"
            })
    void good_data_pass(String check) throws Exception {
        tenGood();

        Outcome outcome = run(check);

        assertThat(outcome.state()).as(outcome.says()).isEqualTo(Outcome.State.PASSED);
        assertThat(outcome.failed()).isZero();
        assertThat(outcome.keys()).isEmpty();
        assertThat(outcome.share()).isEqualByComparingTo(BigDecimal.ONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {rule: missing, column: email}                               | email = null where id in (3, 7)      | 2 | 10 | 0.8 | 3, 7 | 2 rows without email, of 10
            {rule: missing, column: kind, missingValues: ['', n/a]}      | kind = 'n/a' where id = 4            | 1 | 10 | 0.9 | 4    | 1 rows without kind, of 10
            {rule: invalid, column: value, validMax: 45, rowsAre: readings} | value = 45.1 where id > 8         | 2 | 10 | 0.8 | 9, 10 | 2 readings above 45 C, of 10
            {rule: invalid, column: value, validMin: 20}                 | value = -1 where id = 1              | 1 | 10 | 0.9 | 1    | 1 rows below 20 C, of 10
            {rule: invalid, column: value, validMin: 20, validMax: 45}   | value = 99 where id = 1              | 1 | 10 | 0.9 | 1    | 1 rows outside 20 to 45 C, of 10
            {rule: invalid, column: kind, validValues: [air, water]}     | kind = 'fire' where id = 2           | 1 | 10 | 0.9 | 2    | 1 rows with another kind than air, water, of 10
            {rule: invalid, column: email, pattern: '^[^@]+@[^@]+$'}     | email = 'nobody' where id = 2        | 1 | 10 | 0.9 | 2    | 1 rows whose email is not like ^[^@]+@[^@]+$, of 10
            {rule: duplicate, column: sensor}                            | sensor = concat('s', id) where id > 4      | 2 | 10 | 0.8 | Sensor 1, Sensor 2 | 2 rows too many with the same sensor, of 10
            {rule: reference, column: place, references: t.place.name}   | place = 'moon' where id = 5          | 1 | 10 | 0.9 | 5    | 1 rows whose place is not in t.place.name, of 10
            """)
    void wrong_rows_are_counted_named_and_said(
            String check, String change, long failed, long checked, BigDecimal share, String keys, String says)
            throws Exception {
        tenGood();
        execute("update t.reading set " + change);

        Outcome outcome = run(check);

        assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
        assertThat(outcome.failed()).isEqualTo(failed);
        assertThat(outcome.checked()).isEqualTo(checked);
        assertThat(outcome.share()).isEqualByComparingTo(share);
        assertThat(outcome.keys()).containsExactlyInAnyOrder(keys.split(", ", -1));
        assertThat(outcome.says()).isEqualTo(says);
    }

    @Test
    void the_worst_sensor_is_named_with_the_time_since_when() throws Exception {
        execute("""
                insert into t.reading (id, sensor, value, measured_at)
                select n, case when n <= 14 then 'Sensor 3' else 'Sensor ' || n % 2 end, case when n <= 16 then 46 else 20 end,
                       date_trunc('day', now(), 'UTC') + n * interval '1 microsecond' from generate_series(1, 40) n""");

        Outcome outcome = run("""
                {rule: invalid, column: value, validMax: 45, by: sensor, rowsAre: readings, timeColumn: measured_at, window: 2 d}""");

        assertThat(outcome.says()).isEqualTo("Sensor 3: 14 readings above 45 C since 00:00; 16 in all, in 3 of them");
        assertThat(outcome.failed()).isEqualTo(16);
        assertThat(outcome.keys()).hasSize(16);
    }

    @Test
    void no_more_than_20_keys_are_kept_and_none_that_is_personal() throws Exception {
        execute("insert into t.reading (id, email) select n, 'same' from generate_series(1, 500) n");

        Outcome missing = run("{rule: missing, column: value}");
        Outcome duplicate = run("{rule: duplicate, column: email}");

        assertThat(missing.failed()).isEqualTo(500);
        assertThat(missing.share()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(missing.keys()).hasSize(20);
        assertThat(duplicate.failed()).isEqualTo(499);
        assertThat(duplicate.keys()).isEmpty();
    }

    @Test
    void a_threshold_in_percent_and_a_warning() throws Exception {
        tenGood();
        execute("update t.reading set email = null where id <= 2");
        String check = "{rule: missing, column: email, unit: percent, severity: warning, mustBeLessThan: %d}";

        assertThat(run(check.formatted(21)).state()).isEqualTo(Outcome.State.PASSED);
        assertThat(run(check.formatted(20)).state()).isEqualTo(Outcome.State.WARNED);
        assertThat(run(check.formatted(20)).measured()).isEqualByComparingTo("20");
        assertThat(run(check.formatted(21)).share()).isEqualByComparingTo("0.8");
    }

    @Test
    void a_filter_and_a_window_leave_rows_out() throws Exception {
        tenGood();
        execute("update t.reading set email = null, deleted = true where id > 5");
        String check = "{rule: missing, column: email, %s}";

        assertThat(run(check.formatted("filter: not deleted")).checked()).isEqualTo(5);
        Outcome window = run(check.formatted("timeColumn: measured_at, window: 330 s"));
        assertThat(window.checked()).isEqualTo(5);
        assertThat(window.state()).isEqualTo(Outcome.State.PASSED);
    }

    @Test
    void only_what_is_new_since_the_last_time_is_looked_at_with_an_overlap() throws Exception {
        tenGood();
        String check = "{rule: missing, column: email, timeColumn: measured_at, window: new}";
        Instant twoAndAHalfMinutesAgo = Instant.now().minus(Duration.ofSeconds(150));

        assertThat(run(check).checked()).isEqualTo(10);
        assertThat(run(check, twoAndAHalfMinutesAgo).checked()).isEqualTo(7); // 2.5 minutes and the 5 of the overlap
        assertThat(run(check, Instant.now().plus(Duration.ofHours(1))).checked())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {rule: missing, column: email}                             | PASSED | No rows to check
            {rule: invalid, column: value, validMin: 0}                | PASSED | No rows to check
            {rule: duplicate}                                          | PASSED | No rows to check
            {rule: reference, column: place, references: t.place.name} | PASSED | No rows to check
            {rule: volume, column: measured_at}                        | PASSED | Too few periods to say what is usual
            {rule: distribution, column: value, timeColumn: measured_at} | PASSED | Too few values to compare
            {rule: sql, dimension: validity, query: 'select 0 as failed, count(*) as checked from {object}'} | PASSED | No rows to check
            """)
    void without_data_nothing_is_wrong_and_nothing_is_right(String check, Outcome.State state, String says)
            throws Exception {
        Outcome outcome = run(check);

        assertThat(outcome.state()).isEqualTo(state);
        assertThat(outcome.says()).isEqualTo(says);
        assertThat(outcome.share()).isNull();
        assertThat(outcome.measured()).isNull();
    }

    @Test
    void an_empty_table_fails_where_rows_are_promised() throws Exception {
        Outcome count = run("{rule: row_count}");
        Outcome age = run("{rule: freshness, column: measured_at}");

        assertThat(count.state()).isEqualTo(Outcome.State.FAILED);
        assertThat(count.says()).isEqualTo("0 rows, must be greater than 0");
        assertThat(count.share()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(age.state()).isEqualTo(Outcome.State.FAILED);
        assertThat(age.says()).isEqualTo("There are no rows yet, so none is new; the age must be at most 10 min");
        assertThat(age.share()).isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Test
    void the_newest_row_must_not_be_older_than_promised() throws Exception {
        execute(
                "insert into t.reading (id, measured_at) values (1, now() - interval '3 hours'), (2, now() - interval '9 hours')");

        Outcome outcome = run("{rule: freshness, column: measured_at}");

        assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
        assertThat(outcome.says()).isEqualTo("The newest row is 3 h old, must be at most 10 min");
        assertThat(outcome.measured()).isBetween(new BigDecimal("180"), new BigDecimal("185"));
        assertThat(run("{rule: freshness, column: measured_at, unit: d, mustBeLessThan: 1}")
                        .state())
                .isEqualTo(Outcome.State.PASSED);
    }

    @ParameterizedTest
    @CsvSource({"100, PASSED", "60, PASSED", "40, FAILED", "0, FAILED", "300, FAILED"})
    void the_last_period_is_compared_with_the_usual_one(int rows, Outcome.State state) throws Exception {
        // Whole days before today: 100 rows on each of five, then so many yesterday.
        execute("""
                insert into t.reading (id, measured_at)
                select row_number() over (), date_trunc('day', now(), 'UTC') - day * interval '1 day' + interval '1 hour'
                from generate_series(1, 6) day, generate_series(1, 300) n where n <= case day when 1 then %d else 100 end""".formatted(rows));

        Outcome outcome = run("{rule: volume, column: measured_at}");

        assertThat(outcome.state()).as(outcome.says()).isEqualTo(state);
        assertThat(outcome.measured()).isEqualByComparingTo(Integer.toString(rows));
        assertThat(outcome.says()).startsWith(rows + " rows in the 24 h from ").endsWith(" % of the usual 100");
    }

    @ParameterizedTest
    @CsvSource({"value, 0, PASSED", "value, 1000, FAILED", "kind, 0, PASSED", "kind, 1000, FAILED"})
    void values_of_late_are_compared_with_those_before(String column, int shift, Outcome.State state) throws Exception {
        execute("""
                insert into t.reading (id, value, kind, measured_at)
                select row_number() over (), n %% 50 + case when day = 0 then %1$d else 0 end,
                       'kind ' || n %% 4 + case when day = 0 then %1$d else 0 end, now() - day * interval '1 day' - interval '1 hour'
                from generate_series(0, 4) day, generate_series(1, 200) n""".formatted(shift));

        Outcome outcome =
                run("{rule: distribution, column: %s, timeColumn: measured_at, window: 1 d}".formatted(column));

        assertThat(outcome.state()).as(outcome.says()).isEqualTo(state);
        assertThat(outcome.checked()).isEqualTo(200);
        if (shift == 0) {
            assertThat(outcome.measured()).isEqualByComparingTo(BigDecimal.ZERO);
        } else {
            assertThat(outcome.says()).contains("differs from before: index");
        }
    }

    @Test
    void a_table_that_is_not_as_described_is_named_column_by_column() throws Exception {
        execute(
                "alter table t.reading rename column kind to sort; alter table t.reading alter column value type double precision");
        try {
            Outcome outcome = run("{rule: schema}");

            assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
            assertThat(outcome.keys())
                    .containsExactly(
                            "kind is gone", "sort is not described", "value is double precision, described as numeric");
            assertThat(outcome.failed()).isEqualTo(3);
        } finally {
            execute(
                    "alter table t.reading rename column sort to kind; alter table t.reading alter column value type numeric");
        }
    }

    @Test
    void a_query_of_ones_own_says_what_it_found() throws Exception {
        tenGood();

        Outcome outcome = run("""
                {rule: sql, dimension: validity, query: "select count(*) filter (where {property} > 28) as failed, count(*) as checked,
                  array_agg(id) filter (where value > 28) as keys, 'Too warm: ' || max(value) as says from {object}", column: value}""");

        assertThat(outcome.state()).isEqualTo(Outcome.State.FAILED);
        assertThat(outcome.failed()).isEqualTo(2);
        assertThat(outcome.share()).isEqualByComparingTo("0.8");
        assertThat(outcome.keys()).containsExactlyInAnyOrder("9", "10");
        assertThat(outcome.says()).isEqualTo("Too warm: 30");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {rule: reference, column: place, references: t.nowhere.name}               | relation "t.nowhere" does not exist
            {rule: invalid, column: kind, validMax: 5}                                 | operator does not exist
            {rule: missing, column: kind, filter: nonsense}                            | column "nonsense" does not exist
            {rule: row_count, filter: kind like}                                       | syntax error
            {rule: volume, column: kind}                                               | function date_bin
            {rule: sql, dimension: validity, query: selct 1}                           | syntax error
            {rule: sql, dimension: validity, query: select 'x'}                        | its column "?column?" is no number
            {rule: sql, dimension: validity, query: select id from t.reading}          | it yielded several rows
            {rule: sql, dimension: validity, query: select 1 where false}              | it yielded no row
            {rule: sql, dimension: validity, query: delete from t.reading}             | read-only
            """)
    void a_check_that_cannot_run_is_broken_and_the_next_one_runs(String check, String error) throws Exception {
        tenGood();

        Outcome outcome = run(check);

        assertThat(outcome.state()).isEqualTo(Outcome.State.BROKEN);
        assertThat(outcome.error()).contains(error);
        assertThat(outcome.says()).startsWith("The check t.reading.").contains("cannot run: ");
        assertThat(outcome.share()).isNull();
        assertThat(run("{rule: row_count}").checked()).isEqualTo(10);
    }

    @Test
    void a_check_that_takes_too_long_is_broken() throws Exception {
        Check check =
                ReadingsFile.check(directory, "{rule: sql, dimension: validity, query: select 0 from pg_sleep(60)}");

        Outcome outcome = new CheckExecution(connection, 100).run(check, null);

        assertThat(outcome.state()).isEqualTo(Outcome.State.BROKEN);
        assertThat(outcome.error()).contains("statement timeout");
    }
}
