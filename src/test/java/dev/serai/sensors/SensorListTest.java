package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sensor list: each version of it in S3, and what it said when in {@code sensors.sensor}. */
@WithStack
class SensorListTest {

    private static final String FIRST = """
            {"A": {"lat": 10, "lng": 20, "unit": "C", "type": "temperature", "range": [0, 45], "description": "Hall"},
             "B": {"lat": 50, "lng": 50, "unit": "C"}}""";
    private static final String SECOND = """
            {"A": {"lat": 10, "lng": 20, "unit": "C", "type": "temperature", "range": [0, 45], "description": "Roof"},
             "C": {"lat": 0.5, "lng": -0.5, "unit": "%"}}""";

    private Hub hub;
    private Path list;

    @BeforeEach
    void start(LocalStack stack, @TempDir Path directory) throws Exception {
        list = Files.writeString(directory.resolve("sensors.json"), FIRST);
        hub = new Hub(stack, Map.of("sensors.list.file", list.toString()));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private List<String> sensors() throws Exception {
        return hub.rows(
                "select sensor_id, description, valid_to_at is null from sensors.sensor order by sensor_id, valid_from_at");
    }

    @Test
    void a_change_ends_what_was_said_before_and_the_same_list_changes_nothing() throws Exception {
        assertThat(hub.run("sensors-list")).contains("state=succeeded read=2 inserted=2");
        assertThat(hub.run("sensors-list")).contains("state=succeeded read=0");
        assertThat(sensors()).containsExactly("A|Hall|t", "B|null|t");
        assertThat(hub.value("select range_min, range_max, latitude from sensors.sensor where sensor_id = 'A'"))
                .isEqualTo("0|45|10");

        Files.writeString(list, SECOND);
        assertThat(hub.run("sensors-list")).contains("state=succeeded read=2 inserted=1 updated=1");
        assertThat(sensors()).containsExactly("A|Hall|f", "A|Roof|t", "B|null|f", "C|null|t");

        Files.writeString(list, FIRST);
        assertThat(hub.run("sensors-list")).contains("state=succeeded read=2");
        assertThat(sensors()).containsExactly("A|Hall|f", "A|Roof|f", "A|Hall|t", "B|null|f", "B|null|t", "C|null|f");

        assertThat(hub.keys("sensor-data").stream()
                        .filter(key -> key.startsWith("sensors/dt="))
                        .map(key -> new String(hub.object("sensor-data", key), StandardCharsets.UTF_8)))
                .containsExactly(FIRST, SECOND, FIRST);
    }

    @Test
    void a_bad_entry_goes_to_the_dead_letter_and_the_others_load() throws Exception {
        Files.writeString(list, FIRST.replace("50, \"lng\": 50", "91, \"lng\": 50"));

        assertThat(hub.run("sensors-list")).contains("read=2 inserted=1 updated=0 unchanged=0 rejected=1");

        assertThat(sensors()).containsExactly("A|Hall|t");
        assertThat(hub.value("select message like '%lat%91%' from ops.dead_letter where pipeline = 'sensors-list'"))
                .isEqualTo("t");
    }

    @Test
    void a_list_that_is_gone_or_broken_fails_its_run_and_leaves_the_sensors() throws Exception {
        hub.run("sensors-list");
        Files.writeString(list, "{");
        assertThat(hub.run("sensors-list")).contains("state=failed").contains("SENSOR_LIST_INVALID");
        Files.delete(list);
        assertThat(hub.run("sensors-list")).contains("state=failed").contains("SENSOR_LIST_UNREADABLE");

        assertThat(sensors()).containsExactly("A|Hall|t", "B|null|t");
    }

    @Test
    void partitions_are_made_ahead_and_take_what_had_come_for_their_days() throws Exception {
        String inNine = "(now() at time zone 'UTC')::date + 9";
        hub.rows("insert into sensors.reading (sensor_id, measured_at, value, received_at, run_id, unknown_sensor)"
                + " select 'A', (" + inNine + ")::timestamp at time zone 'UTC', 1, now(), gen_random_uuid(), false");
        assertThat(hub.value("select tableoid::regclass from sensors.reading")).isEqualTo("sensors.reading_default");
        String inSix = "sensors." + hub.value("select to_char(" + inNine + " - 3, '\"reading_\"YYYY_MM_DD')");
        hub.rows("drop table " + inSix);

        assertThat(hub.run("sensors-partitions")).contains("state=succeeded");
        assertThat(hub.value("select to_regclass(?)", inSix)).isEqualTo(inSix);
        assertThat(hub.value("select sensors.ensure_partition(" + inNine + ")")).isEqualTo("t");
        assertThat(hub.value("select tableoid::regclass::text from sensors.reading"))
                .isEqualTo("sensors." + hub.value("select to_char(" + inNine + ", '\"reading_\"YYYY_MM_DD')"));
    }
}
