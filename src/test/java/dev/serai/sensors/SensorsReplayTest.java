package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.archive.Readings;
import dev.serai.console.OperatorClient;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import dev.serai.stores.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A day of the raw lake, loaded again. */
@WithStack
class SensorsReplayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int READINGS = 200;
    private static final int MESSAGES = READINGS + 10;

    private final Instant from = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(5, ChronoUnit.MINUTES);
    private Hub hub;
    private String day;

    /** A day that has readings, some of them twice, late, in conflict, and some messages that are none. */
    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
        try (Sensors sensors = new Sensors(hub)) {
            for (int i = 0; i < READINGS; i++) {
                sensors.send(reading(i, i));
            }
            for (int i = 0; i < 4; i++) {
                sensors.send(reading(i * 10, i * 10));
                sensors.send("poison " + i % 2);
            }
            sensors.send(reading(7, 1_000));
            sensors.send(new byte[] {(byte) 0xff, 0});
        }
        Lake.awaitLines(hub, MESSAGES, PATIENCE);
        await().atMost(PATIENCE)
                .until(() -> hub.value("select sum(read) from ops.load where dataset = 'sensors.reading'")
                        .equals(Integer.toString(MESSAGES)));
        List<String> days = Lake.keys(hub).stream()
                .map(key -> key.replaceFirst("raw/dt=([^/]+)/.*", "$1"))
                .distinct()
                .toList();
        assertThat(days).as("a test around midnight is to be repeated").hasSize(1);
        day = days.get(0);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private String reading(int number, int value) {
        return Sensors.reading("Sensor " + number % 3, from.plusSeconds(number).toString(), value);
    }

    private List<String> everything() throws Exception {
        return Stream.of("sensors.reading", "sensors.reading_1min", "sensors.latest", "ops.dead_letter")
                .flatMap(table -> {
                    try {
                        return hub.rows("select * from %s order by 1, 2".formatted(table)).stream();
                    } catch (java.sql.SQLException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    private String replay(String pipeline, String which, int exit) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        assertThat(new OperatorClient(hub.settings(), new PrintStream(printed, true, StandardCharsets.UTF_8))
                        .operate("replay", pipeline, which))
                .isEqualTo(exit);
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void what_is_there_stays_exactly_as_it_is() throws Exception {
        List<String> before = everything();

        assertThat(replay("sensors", day, 0))
                .contains(
                        "pipeline=sensors cause=replay state=succeeded read=%d inserted=0 updated=0 unchanged=%d rejected=0"
                                .formatted(MESSAGES, MESSAGES))
                .contains("raw lake of sensors on %s: %d objects loaded"
                        .formatted(day, Lake.keys(hub).size()));

        assertThat(everything()).isEqualTo(before);
        assertThat(replay("sensors", "2001-02-03", 0)).contains("raw lake of sensors on 2001-02-03: 0 objects loaded");
    }

    @Test
    void what_was_lost_is_back_and_counted_once() throws Exception {
        String readings = "select sensor_id, measured_at, value, clock_fault from sensors.reading order by 1, 2";
        String letters = "select code, message, payload from ops.dead_letter order by payload";
        List<String> before = hub.rows(readings);
        List<String> lettersBefore = hub.rows(letters);
        assertThat(before).hasSize(READINGS);
        assertThat(lettersBefore).hasSize(4);
        // some with their minute, some without, a minute alone, and a letter of each kind
        hub.rows("delete from sensors.reading where sensor_id = 'Sensor 1'");
        hub.rows("delete from sensors.reading where sensor_id = 'Sensor 2' and value > 100");
        hub.rows("delete from sensors.reading_1min where sensor_id = 'Sensor 2'");
        hub.rows("delete from ops.dead_letter where payload not like '%poison 1%'");

        assertThat(replay("sensors", day, 0)).contains("state=succeeded read=%d".formatted(MESSAGES));

        assertThat(hub.rows(readings)).isEqualTo(before);
        assertThat(hub.rows(letters)).isEqualTo(lettersBefore);
        assertThat(hub.value("select count(*) from sensors.minute_to_count")).isEqualTo("0");
        new Readings(hub).requireRollupIsRight();

        // an empty table and no minutes, as in a new database
        hub.rows("truncate sensors.reading, sensors.reading_1min, sensors.latest");
        replay("sensors", day, 0);
        assertThat(hub.rows(readings)).isEqualTo(before);
        new Readings(hub).requireRollupIsRight();
    }

    @Test
    void a_broken_object_is_named_and_does_not_stop_the_others() throws Exception {
        hub.rows("truncate sensors.reading, sensors.reading_1min");
        String key = Lake.keys(hub).get(0);
        byte[] whole = hub.object("sensor-data", key);
        String broken = "raw/dt=%s/hour=00/0-broken.jsonl.gz".formatted(day);
        try (S3Client s3 = ObjectStore.connect(hub.settings())) {
            s3.putObject(
                    put -> put.bucket("sensor-data").key(broken),
                    RequestBody.fromBytes(Arrays.copyOf(whole, whole.length / 2)));
        }

        assertThat(replay("sensors", day, 1))
                .contains("state=failed")
                .contains("LAKE_OBJECT_BROKEN: 1 objects are not whole")
                .contains("s3://sensor-data/" + broken);

        assertThat(hub.value("select count(*) from sensors.reading")).isEqualTo(Integer.toString(READINGS));
        new Readings(hub).requireRollupIsRight();
    }

    @Test
    void a_day_or_a_pipeline_that_is_none_is_named() throws Exception {
        assertThat(replay("sensors", "20.11.2026", 1))
                .isEqualTo("DAY must be a day in UTC such as 2026-11-20, was \"20.11.2026\"\n");
        assertThat(replay("users", "2026-11-20", 1))
                .startsWith("DAY goes with a pipeline that keeps every message (sensors), was \"users\"");
        assertThat(hub.rows("select run_id from ops.run where cause = 'replay'"))
                .isEmpty();
    }
}
