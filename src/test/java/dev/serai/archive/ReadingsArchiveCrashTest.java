package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.JavaProcess;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed anywhere between the closing of a day and the drop of its partition: the next run heals it. */
@Tag("long")
@WithStack
class ReadingsArchiveCrashTest {

    @TempDir
    Path temporary;

    private final LocalDate old = LocalDate.now(ZoneOffset.UTC).minusDays(6);
    private Hub hub;
    private Readings readings;
    private List<String> before;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack, Map.of("sensors.retention.days", "3"));
        readings = new Readings(hub);
        hub.rows("select sensors.ensure_partition(?)", old);
        // the day after it is in the default partition
        readings.load("""
                select 'Sensor ' || s as sensor_id, timestamptz '%s 00:00Z' + i * interval '192 seconds' as measured_at, i %% 45 as value
                from generate_series(1, 5) s, generate_series(0, 899) i""".formatted(old));
        before = readings.kept();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLOSED",
                "SELECTED",
                "PLANNED",
                "WRITTEN",
                "READ_BACK",
                "CERTIFIED",
                "VERIFIED",
                "DELETING",
                "DELETED",
                "MOVED"
            })
    void a_run_after_a_kill_leaves_every_reading_in_one_place_and_the_means_right(String point) throws Exception {
        Process killed = process(point, "2").start();
        assertThat(killed.waitFor(200, TimeUnit.SECONDS)).isTrue();
        assertThat(killed.exitValue()).as(log()).isEqualTo(ArchiveProcess.HALTED);
        // what comes now comes for a closed day, wherever the rows of that are
        readings.load("""
                select 'Sensor 1' as sensor_id, timestamptz '%s 00:00Z' + i * interval '192 seconds' as measured_at, i %% 45 as value
                from generate_series(0, 899) i
                union all select 'Sensor 6', '%s 10:00Z', 1""".formatted(old, old));
        readings.requireRollupIsRight();

        assertThat(hub.run("sensors-archive")).contains("state=succeeded");
        assertThat(hub.run("sensors-settle")).contains("state=succeeded");
        assertThat(hub.run("sensors-archive")).contains("state=succeeded");

        readings.requireRollupIsRight();
        assertThat(readings.kept()).hasSize(before.size() + 1).containsAll(before);
        assertThat(hub.value("select count(*) from sensors.reading")).isEqualTo("0");
        assertThat(hub.value("select sum(deleted_rows) from ops.archive where state = 'deleted'"))
                .isEqualTo(Integer.toString(before.size() + 1));
        assertThat(hub.value("select count(*) from ops.archive where state in ('planned', 'verified')"))
                .isEqualTo("0");
        assertThat(hub.value("select dropped_at is not null from sensors.archived_day where day = ?", old))
                .isEqualTo("t");
        assertThat(hub.value("select count(*) from ops.load where read <> inserted + updated + unchanged + rejected"))
                .isEqualTo("0");
    }

    @Test
    void a_kill_in_the_middle_of_a_settlement_settles_nothing() throws Exception {
        hub.run("sensors-archive");
        readings.load("""
                select 'Sensor 1' as sensor_id, timestamptz '%s 00:00Z' + i * interval '96 seconds' as measured_at, (i / 2) %% 45 as value
                from generate_series(0, 799) i""".formatted(old));
        hub.rows("""
                create function sensors.wait() returns trigger language plpgsql as
                    $$ begin perform pg_advisory_xact_lock(42); return new; end $$;
                create trigger wait before insert on sensors.reading_1min for each row when (new.minute_at::time = '03:00')
                    execute function sensors.wait();""");
        try (Connection blocker = hub.connect();
                Statement statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(42)");
            Process killed = process("SETTLE", "1").start();
            await().atMost(Duration.ofSeconds(60)).until(() -> hub.value(
                            "select count(*) from pg_locks where locktype = 'advisory' and not granted and objid = 42")
                    .equals("1"));
            killed.destroyForcibly().waitFor();
        }
        assertThat(hub.value("select count(*) from sensors.reading where unsettled"))
                .isEqualTo("800");
        hub.rows("drop trigger wait on sensors.reading_1min");

        assertThat(hub.run("sensors-settle"))
                .contains("state=succeeded read=800 inserted=400 updated=0 unchanged=400 rejected=0");

        readings.requireRollupIsRight();
        assertThat(readings.kept()).hasSize(before.size() + 400).containsAll(before);
    }

    @Test
    void a_day_that_comes_again_is_settled_in_a_heap_that_could_not_hold_it() throws Exception {
        String day = """
                select 'Sensor ' || s as sensor_id, timestamptz '%s 00:00Z' + i * interval '1 second' as measured_at, i %% 45 as value
                from generate_series(1, 5) s, generate_series(0, 59999) i""".formatted(old.minusDays(1));
        readings.load(day);
        hub.run("sensors-archive");
        readings.load(day);
        assertThat(hub.value("select count(*) from sensors.reading where unsettled"))
                .isEqualTo("300000");

        Process process = process("SETTLE", "1").start();

        assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log()).isZero();
        assertThat(hub.value("select count(*) from sensors.reading")).isEqualTo("0");
        assertThat(hub.value("select unchanged from ops.load order by load_id desc limit 1"))
                .isEqualTo("300000");
    }

    private ProcessBuilder process(String... arguments) {
        ProcessBuilder builder = JavaProcess.of(
                ReadingsArchiveProcess.class,
                temporary.resolve("process.log"),
                List.of("-XX:TieredStopAtLevel=1", "-Xmx40m", "-Djava.io.tmpdir=" + temporary),
                arguments);
        builder.environment().putAll(hub.environment());
        return builder;
    }

    private String log() throws java.io.IOException {
        return Files.readString(temporary.resolve("process.log"));
    }
}
