package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old readings leave, their partitions go, what comes late is settled, and the 1-minute means stay right. */
@Tag("long")
@WithStack
class ReadingsArchiveTest {

    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final LocalDate old = today.minusDays(6);
    private final LocalDate kept = today.minusDays(3);

    private Hub hub;
    private Readings readings;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack, Map.of("sensors.retention.days", "3"));
        readings = new Readings(hub);
        for (int days = 6; days >= 3; days--) {
            hub.rows("select sensors.ensure_partition(?)", today.minusDays(days));
        }
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void whole_days_leave_and_their_partitions_go_and_the_means_stay() throws Exception {
        hour(old);
        hour(old.plusDays(2));
        hour(kept);
        List<String> means = hub.rows("select * from sensors.reading_1min order by 1, 2");
        List<String> before = readings.kept();

        assertThat(hub.run("sensors-archive"))
                .contains("pipeline=sensors-archive")
                .contains("state=succeeded read=36000 inserted=36000 updated=0 unchanged=0 rejected=0");

        assertThat(hub.rows("select distinct (measured_at at time zone 'UTC')::date from sensors.reading"))
                .containsExactly(kept.toString());
        assertThat(partitions())
                .doesNotContain(old, old.plusDays(1), old.plusDays(2))
                .contains(kept);
        assertThat(hub.rows("select day, dropped_at is not null from sensors.archived_day order by 1"))
                .containsExactly(old + "|t", old.plusDays(1) + "|t", old.plusDays(2) + "|t");
        assertThat(hub.keys("sensor-data"))
                .filteredOn(key -> key.endsWith(".parquet"))
                .hasSize(2)
                .anyMatch(key -> key.startsWith("archive/dt=" + old + "/"));
        assertThat(hub.rows("select * from sensors.reading_1min order by 1, 2")).isEqualTo(means);
        assertThat(readings.kept()).isEqualTo(before);
        readings.requireRollupIsRight();
        assertThat(hub.run("sensors-archive")).contains("state=succeeded read=0");
        assertThat(hub.run("sensors-test-restore")).contains("state=succeeded read=18000 inserted=18000");
        assertThat(readings.kept()).isEqualTo(before);
    }

    @Test
    void a_day_is_as_old_as_its_last_moment() throws Exception {
        readings.load("select 'a' as sensor_id, t as measured_at, 1 as value from unnest(array["
                + "timestamptz '%s 23:59:59.999999Z', timestamptz '%s 00:00:00Z']) t"
                        .formatted(kept.minusDays(1), kept));

        hub.run("sensors-archive");

        assertThat(hub.rows("select extract(epoch from measured_at)::bigint from sensors.reading"))
                .containsExactly(Long.toString(kept.atStartOfDay().toEpochSecond(ZoneOffset.UTC)));
    }

    @Test
    void days_of_the_default_partition_leave_too() throws Exception {
        readings.load("""
                select 'a' as sensor_id, t::timestamptz as measured_at, 1.50 as value
                from unnest(array['1970-01-01 00:00:07Z', '1999-12-31 23:59:59.999999Z', '2000-01-01Z']) t""");

        assertThat(hub.run("sensors-archive")).contains("state=succeeded read=3 inserted=3");

        assertThat(hub.value("select count(*) from sensors.reading")).isEqualTo("0");
        assertThat(hub.rows("select day from ops.archive order by 1"))
                .containsExactly("1970-01-01", "1999-12-31", "2000-01-01");
        readings.requireRollupIsRight();
    }

    @Test
    void what_comes_late_is_deleted_counted_or_rejected() throws Exception {
        hour(old);
        hub.run("sensors-archive");
        List<String> before = readings.kept();
        // as the lake would bring the day again: all of it, and something new, and something contrary
        hour(old);
        readings.load("select 'Sensor 1' as sensor_id, timestamptz '%s 00:00:30.5Z' as measured_at, 99.5 as value"
                .formatted(old));
        hub.rows(
                "update sensors.reading set value = value + 1 where sensor_id = 'Sensor 2' and measured_at = '%s 00:00:00Z'"
                        .formatted(old));
        assertThat(hub.value("select count(*) from sensors.reading where unsettled"))
                .isEqualTo("18001");
        readings.requireRollupIsRight();

        assertThat(hub.run("sensors-settle"))
                .contains("pipeline=sensors-settle")
                .contains("state=succeeded read=18001 inserted=1 updated=0 unchanged=17999 rejected=1");

        assertThat(hub.rows("select sensor_id, value, unsettled from sensors.reading"))
                .containsExactly("Sensor 1|99.5|f");
        assertThat(hub.value("select max from sensors.reading_1min where sensor_id = 'Sensor 1' and minute_at = '%s Z'"
                        .formatted(old)))
                .isEqualTo("99.5");
        assertThat(hub.rows("select pipeline, code, message, payload::jsonb ->> 'id' from ops.dead_letter"))
                .containsExactly(
                        "sensors|SENSOR_READING_CONFLICT|value: must be 0 as in the archive, because Sensor 2 has that reading already, was 1|Sensor 2");
        readings.requireRollupIsRight();
        assertThat(readings.kept()).hasSize(before.size() + 1).containsAll(before);

        assertThat(hub.run("sensors-settle")).contains("state=succeeded read=0");
        assertThat(hub.run("sensors-archive")).contains("state=succeeded read=1 inserted=1");
        assertThat(hub.value("select count(*) from sensors.reading")).isEqualTo("0");
        readings.requireRollupIsRight();
        assertThat(readings.kept()).hasSize(before.size() + 1);
    }

    @Test
    void an_archived_object_that_was_changed_settles_nothing() throws Exception {
        hour(old);
        hub.run("sensors-archive");
        hour(old);
        hub.rows("update ops.archive set object_sha256 = repeat('0', 64)");

        assertThat(hub.run("sensors-settle")).contains("state=failed read=0").contains("is not what was written");

        assertThat(hub.value("select count(*) from sensors.reading where unsettled"))
                .isEqualTo("18000");
    }

    @Test
    void a_partition_with_a_late_reading_stays_until_that_is_settled() throws Exception {
        hour(old);
        hub.rows("select sensors.close_days(3, gen_random_uuid())");
        readings.load("select 'new' as sensor_id, timestamptz '%s 12:00Z' as measured_at, 1 as value".formatted(old));

        assertThat(hub.run("sensors-archive")).contains("state=succeeded read=18000 inserted=18000");
        assertThat(partitions()).contains(old);

        assertThat(hub.run("sensors-settle")).contains("read=1 inserted=1");
        assertThat(hub.run("sensors-archive")).contains("read=1 inserted=1");
        assertThat(partitions()).doesNotContain(old);
        readings.requireRollupIsRight();
    }

    @Test
    void a_partition_in_use_is_dropped_by_the_next_run() throws Exception {
        hour(old);
        try (Connection reader = hub.connect();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("select count(*) from sensors.reading");

            assertThat(hub.run("sensors-archive"))
                    .contains("state=failed read=18000 inserted=18000")
                    .contains(
                            "sensors.reading is in use: 3 empty partitions of archived days are dropped by the next run");
            hour(today); // nobody waits behind it
        }
        assertThat(partitions()).contains(old);

        assertThat(hub.run("sensors-archive")).contains("state=succeeded read=0");
        assertThat(partitions()).doesNotContain(old);
    }

    @Test
    void an_open_certificate_keeps_an_empty_partition() throws Exception {
        hour(old);
        hub.run("sensors-archive");
        hub.rows("select sensors.ensure_partition(?)", old);
        hub.rows("update ops.archive set state = 'verified', deleted_at = null, deleted_rows = null");

        assertThat(hub.value("select sensors.drop_archived_partitions()")).isEqualTo("0");

        assertThat(partitions()).contains(old);
    }

    @Test
    void a_load_that_had_begun_before_its_day_was_closed_is_archived_with_it() throws Exception {
        hour(old);
        try (Connection slow = hub.connect();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock_shared(sensors.load_lock())");
            CompletableFuture<String> archive = CompletableFuture.supplyAsync(() -> run("sensors-archive"));
            await().until(() -> hub.value("select count(*) from pg_locks where locktype = 'advisory' and not granted")
                    .equals("1"));
            statement.execute("""
                    insert into sensors.reading (sensor_id, measured_at, value, received_at, run_id, unknown_sensor)
                    values ('slow', '%1$s 00:00Z', 7, '%1$s 00:00Z', gen_random_uuid(), false);
                    insert into sensors.reading_1min values ('slow', '%1$s 00:00Z', 1, 7, 7, 7, 7, '%1$s 00:00Z', 0)""".formatted(old));
            slow.commit();
            assertThat(archive.join()).contains("state=succeeded read=18001 inserted=18001");
        }
        readings.requireRollupIsRight();
    }

    @Test
    void a_restored_day_counts_once() throws Exception {
        hour(old);
        List<String> before = readings.kept();
        hub.run("sensors-archive");

        assertThat(restore(old)).contains("18000 rows restored, 0 were there already");
        assertThat(restore(old)).contains("0 rows restored, 18000 were there already");
        assertThat(partitions()).contains(old);
        assertThat(hub.value("select count(*) from only sensors.reading_default"))
                .isEqualTo("0");
        hour(old); // again: duplicates of what was restored
        assertThat(hub.value("select count(*) from sensors.reading where unsettled"))
                .isEqualTo("0");
        readings.requireRollupIsRight();

        assertThat(hub.run("sensors-archive")).contains("read=18000 inserted=18000");
        assertThat(partitions()).doesNotContain(old);
        readings.requireRollupIsRight();
        assertThat(readings.kept()).isEqualTo(before);
        assertThat(query("select count(*) as readings, sum(value)::bigint as total from sensors_reading"))
                .isEqualTo(
                        "readings,total\n18000,%s\n".formatted(hub.value("select sum(sum) from sensors.reading_1min")));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatever_comes_in_whatever_order_every_reading_is_kept_once_and_the_means_are_right(long seed)
            throws Exception {
        Random random = new Random(seed);
        List<String> loaded = new ArrayList<>();
        for (int step = 0; step < 25; step++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> hub.run("sensors-archive");
                case 2 -> hub.run("sensors-settle");
                case 3 -> restore(today.minusDays(4 + random.nextInt(3)));
                default -> {
                    // few sensors and instants, so that most of it has been there, with the same value
                    String select = """
                            select 's' || (i %% 3) as sensor_id,
                                   (date '%s' + (hash %% 7)::integer) + interval '17 seconds' * (hash / 7 %% 40) as measured_at,
                                   (hash %% 1000) / 8.0 as value
                            from (select i, abs(hashtext(i || '/' || %d))::bigint %% 2000 as hash from generate_series(1, %d) i) h""".formatted(old, random.nextInt(40), 1 + random.nextInt(400));
                    loaded.add(select);
                    readings.load(select);
                }
            }
            readings.requireRollupIsRight();
        }
        hub.run("sensors-settle");
        readings.requireRollupIsRight();
        assertThat(readings.kept().stream().map(reading -> reading.replaceFirst("\\|[^|]*$", "")))
                .containsExactlyInAnyOrderElementsOf(hub.rows(
                        "select distinct sensor_id, extract(epoch from measured_at::timestamptz) from (%s) every"
                                .formatted(String.join(" union all ", loaded))));
    }

    @Test
    void loads_go_on_while_days_are_closed_archived_and_dropped() throws Exception {
        hour(old);
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Integer>> loaders = new ArrayList<>();
        for (int loader = 0; loader < 2; loader++) {
            int sensor = loader;
            loaders.add(CompletableFuture.supplyAsync(() -> {
                int loads = 0;
                try {
                    while (!stop.get()) {
                        readings.load("""
                                select 'loader %d' as sensor_id, timestamptz '%s Z' + interval '1 day' * (i %% 7) + interval '1 second' * (%d + i) as measured_at, i as value
                                from generate_series(1, 50) i""".formatted(sensor, old, loads * 20));
                        loads++;
                    }
                } catch (java.sql.SQLException e) {
                    throw new IllegalStateException(e);
                }
                return loads;
            }));
        }
        for (int run = 0; run < 3; run++) {
            assertThat(hub.run("sensors-archive")).contains("state=succeeded");
            assertThat(hub.run("sensors-settle")).contains("state=succeeded");
        }
        stop.set(true);
        for (CompletableFuture<Integer> loader : loaders) {
            assertThat(loader.join()).isPositive();
        }
        hub.run("sensors-settle");
        readings.requireRollupIsRight();
    }

    @Test
    void another_archive_at_work_is_named() throws Exception {
        try (ArchiveSession session = ArchiveSession.lock(
                purpose -> dev.serai.stores.Postgres.session(hub.settings(), purpose), "sensors.reading")) {
            assertThat(session.connection().isValid(1)).isTrue();
            assertThat(hub.run("sensors-settle"))
                    .contains("state=failed")
                    .contains("the archive of sensors.reading is at work already");
        }
    }

    private String run(String pipeline) {
        try {
            return hub.run(pipeline);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String restore(LocalDate day) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ArchiveCommands(hub.settings(), new PrintStream(out, true, StandardCharsets.UTF_8))
                .execute("restore", List.of("sensors.reading", day.toString()));
        return out.toString(StandardCharsets.UTF_8);
    }

    private String query(String sql) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ArchiveCommands(hub.settings(), new PrintStream(out, true, StandardCharsets.UTF_8))
                .execute("archive-query", List.of(sql));
        return out.toString(StandardCharsets.UTF_8);
    }

    /** An hour of five sensors, a reading a second each. */
    private void hour(LocalDate day) throws Exception {
        readings.load("""
                select 'Sensor ' || s as sensor_id, timestamptz '%s 00:00Z' + i * interval '1 second' as measured_at, i %% 45 as value
                from generate_series(1, 5) s, generate_series(0, 3599) i""".formatted(day));
    }

    private List<LocalDate> partitions() throws Exception {
        return hub.rows("select (from_at at time zone 'UTC')::date from sensors.partitions() order by 1").stream()
                .map(LocalDate::parse)
                .toList();
    }
}
