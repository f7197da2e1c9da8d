package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sensors pipelines on the real servers: what arrives where. */
@WithStack
class SensorsPipelineTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private Hub hub;
    private Sensors sensors;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        sensors = new Sensors(hub);
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
    }

    @AfterEach
    void stop() throws Exception {
        sensors.close();
        hub.close();
    }

    private void awaitValue(String sql, String expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(hub.value(sql)).isEqualTo(expected));
    }

    private static String minutesAgo(int minutes, double seconds) {
        return Instant.now()
                .truncatedTo(ChronoUnit.MINUTES)
                .minus(minutes, ChronoUnit.MINUTES)
                .plusMillis((long) (seconds * 1000))
                .toString()
                .replace("Z", "");
    }

    @Test
    void a_reading_is_in_its_table_its_minute_and_the_newest_ones() throws Exception {
        hub.run("sensors-list");
        String at = minutesAgo(1, 10.25);
        String later = minutesAgo(1, 50);
        sensors.send(Sensors.reading("Sensor 1", at, 2));
        sensors.send(Sensors.reading("Sensor 1", later, 4.5));
        sensors.send(Sensors.reading("Sensor 1", at, 2));
        sensors.sendTo("Nobody", "{\"timestamp\": \"%s\", \"value\": -1}".formatted(at));

        awaitValue(
                "select count(*), sum(value), count(*) filter (where unknown_sensor) from sensors.reading", "3|5.5|1");
        assertThat(hub.value(
                        "select measured_at = ?::timestamptz, received_at > measured_at, clock_fault, unsettled from sensors.reading where value = 2",
                        at + "Z"))
                .isEqualTo("t|t|null|f");
        assertThat(hub.rows(
                        "select sensor_id, readings, sum, min, max, last, late from sensors.reading_1min order by 1"))
                .containsExactly("Nobody|1|-1|-1|-1|-1|0", "Sensor 1|2|6.5|2|4.5|4.5|0");
        assertThat(hub.rows("select sensor_id, value from sensors.latest order by 1"))
                .containsExactly("Nobody|-1", "Sensor 1|4.5");
    }

    @Test
    void the_statement_goes_through_as_often_as_it_is_sent() throws Exception {
        // The driver would prepare it on the server from the fifth time on, and is then mistaken about its columns.
        for (int batch = 1; batch <= 12; batch++) {
            sensors.send(Sensors.reading("Sensor 1", minutesAgo(0, batch), batch));
            awaitValue("select count(*) from sensors.reading", Integer.toString(batch));
        }
        awaitValue(
                "select sum(read), sum(inserted), sum(batches) from ops.load where dataset = 'sensors.reading'",
                "12|12|12");
        hub.stop();
        assertThat(hub.value(
                        "select count(*) from ops.stream where pipeline = 'sensors' and failing_since_at is not null"))
                .isEqualTo("0");
        assertThat(hub.value("select xact_rollback from pg_stat_database where datname = current_database()"))
                .isEqualTo("0");
    }

    @Test
    void a_conflict_and_bad_messages_go_to_the_dead_letter_exactly_as_they_came() throws Exception {
        String at = minutesAgo(0, 0);
        String second = "{\"value\": 3,  \"id\": \"Sensor 1\", \"note\": \"\\u0000 \\\" \\\\ ü\", \"dt\": \"%s\"}"
                .formatted(at);
        sensors.send(Sensors.reading("Sensor 1", at, 2));
        awaitValue("select count(*) from sensors.reading", "1");
        sensors.send(second);
        sensors.send(second);
        sensors.send("no JSON");
        sensors.send(new byte[] {(byte) 0xff, 0, 1});
        sensors.send(Sensors.reading("Sensor 1", at, 2));

        awaitValue(
                "select coalesce(sum(read), 0), coalesce(sum(inserted), 0), coalesce(sum(unchanged), 0), coalesce(sum(rejected), 0) from ops.load where dataset = 'sensors.reading'",
                "6|1|1|4");
        assertThat(hub.rows("select code, count(*) from ops.dead_letter group by code order by code"))
                .containsExactly("SENSOR_READING_CONFLICT|1", "SENSOR_READING_NOT_JSON|1", "SENSOR_READING_NOT_UTF8|1");
        assertThat(envelope("SENSOR_READING_CONFLICT").path("payload").asText()).isEqualTo(second);
        assertThat(envelope("SENSOR_READING_CONFLICT").path("topic").asText()).isEqualTo(Sensors.topicOf(hub));
        assertThat(Base64.getDecoder()
                        .decode(envelope("SENSOR_READING_NOT_UTF8")
                                .path("payload_base64")
                                .asText()))
                .containsExactly(0xff, 0, 1);
        assertThat(hub.value("select message from ops.dead_letter where code = 'SENSOR_READING_CONFLICT'"))
                .isEqualTo("reading: 'value' of Sensor 1 at %s must be 2, as was stored first, was 3"
                        .formatted(at + ".000000Z"));
        assertThat(hub.value("select sum(value), sum(sum) from sensors.reading, sensors.reading_1min"))
                .isEqualTo("2|2");
    }

    private JsonNode envelope(String code) throws Exception {
        return new ObjectMapper().readTree(hub.value("select payload from ops.dead_letter where code = ?", code));
    }

    @Test
    void every_message_is_in_the_raw_lake_exactly_as_it_came() throws Exception {
        List<byte[]> sent = new ArrayList<>();
        sent.add("{\"id\": \"Sensor 1\", \"dt\": \"%s\", \"value\": 2}"
                .formatted(minutesAgo(0, 1))
                .getBytes(StandardCharsets.UTF_8));
        sent.add("no \"JSON\" \\ \u0001 ü 🌡\n".getBytes(StandardCharsets.UTF_8));
        sent.add(new byte[] {(byte) 0xc3, 0x28, 0, -1});
        sent.add(new byte[0]);
        for (byte[] message : sent) {
            sensors.send(message);
        }

        Lake.awaitLines(hub, sent.size(), PATIENCE);
        for (int i = 0; i < sent.size(); i++) {
            JsonNode line = Lake.of(hub).get(i);
            byte[] payload = line.has("payload")
                    ? line.get("payload").asText().getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode(line.get("payload_base64").asText());
            assertThat(payload).isEqualTo(sent.get(i));
            assertThat(line.get("topic").asText()).isEqualTo(Sensors.topicOf(hub));
            assertThat(Instant.parse(line.get("received_at").asText()))
                    .isBetween(Instant.now().minusSeconds(60), Instant.now());
        }
        assertThat(hub.keys("sensor-data")).allSatisfy(key -> assertThat(key)
                .matches("raw/dt=\\d{4}-\\d\\d-\\d\\d/hour=\\d\\d/\\d{8}T\\d{6}\\.\\d{6}Z-[0-9a-f]{16}\\.jsonl\\.gz"));
        awaitValue(
                "select sum(read), sum(inserted), min(dataset) from ops.load where pipeline = 'sensors-mqtt-to-s3'",
                "4|4|s3://sensor-data/raw/");
    }

    @Test
    void a_repaired_dead_letter_loads_and_closes() throws Exception {
        sensors.send("{\"id\": \"Sensor 1\", \"dt\": \"%s\", \"value\": \"7\"}".formatted(minutesAgo(0, 1)));
        sensors.send("no JSON");
        awaitValue("select count(*) from ops.dead_letter", "2");
        hub.rows("""
                update ops.dead_letter set repaired = replace(payload::jsonb ->> 'payload', '"7"', '7.25')
                where code = 'SENSOR_READING_VALUE_INVALID'""");

        assertThat(hub.replay("sensors"))
                .contains("cause=replay state=succeeded read=2 inserted=1 updated=0 unchanged=0 rejected=1")
                .contains("dead letters of sensors: 1 open");
        assertThat(hub.value("select value from sensors.reading")).isEqualTo("7.25");
    }

    @Test
    void a_minute_of_the_stream_is_a_run_and_a_load() throws Exception {
        for (int i = 0; i < 5; i++) {
            sensors.send(Sensors.reading("Sensor 1", minutesAgo(0, i), i));
            int expected = i + 1;
            awaitValue("select count(*) from sensors.reading", Integer.toString(expected));
        }
        hub.stop(); // which ends the minute

        assertThat(hub.rows("select distinct cause, state from ops.run where pipeline = 'sensors'"))
                .containsExactly("stream|succeeded");
        assertThat(hub.value("select sum(read), sum(inserted), count(*) <= 2 from ops.run where pipeline = 'sensors'"))
                .isEqualTo("5|5|t");
        assertThat(
                        hub.value(
                                "select count(*) = (select count(*) from ops.run where pipeline = 'sensors'), sum(batches) from ops.load where dataset = 'sensors.reading'"))
                .isEqualTo("t|5");
    }
}
