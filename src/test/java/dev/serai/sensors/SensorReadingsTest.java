package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.batch.Batch;
import dev.serai.mqtt.MessageBatch;
import dev.serai.mqtt.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which messages are readings and what they say, and why the others are none. */
class SensorReadingsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T06:00:30Z");

    private static Batch read(String topic, String... payloads) {
        return new SensorReadings(7)
                .decode(new MessageBatch(Arrays.stream(payloads)
                        .map(payload ->
                                new ReceivedMessage(topic, payload.getBytes(StandardCharsets.UTF_8), NOW, false))
                        .toList()));
    }

    private static String[] texts(Batch batch, String column) {
        return (String[]) Objects.requireNonNull(batch.parameters().get(column));
    }

    private static long[] times(Batch batch) {
        return (long[]) Objects.requireNonNull(batch.parameters().get("measured_us"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"id": "A", "dt": "2026-11-21T06:00:00.162205", "value": 2}           | 2026-11-21T06:00:00.162205Z | 2
                    {"id": "A", "dt": "2026-11-21T06:00:00", "value": 2.50}               | 2026-11-21T06:00:00Z        | 2.50
                    {"id": "A", "dt": "2026-11-21T06:00:00Z", "value": -0.5}              | 2026-11-21T06:00:00Z        | -0.5
                    {"id": "A", "dt": "2026-11-21 07:00:00.5+01:00", "value": 1e2}        | 2026-11-21T06:00:00.500Z    | 100
                    {"id": "A", "dt": "2026-11-20T23:30:00-0630", "value": 45}            | 2026-11-21T06:00:00Z        | 45
                    {"sensor_id": "A", "timestamp": 1795240800.25, "value": 1}            | 2026-11-21T06:00:00.250Z    | 1
                    {"id": null, "sensor_id": "A", "dt": null, "timestamp": 1795240800, "value": 1} | 2026-11-21T06:00:00Z | 1
                    {"dt": "2026-11-21T06:00:00.0000005", "value": 1, "id": "A", "x": {"value": [9]}} | 2026-11-21T06:00:00Z | 1
                    {"dt": "2026-11-21T06:00:00.0000015", "value": 1, "id": "A"}          | 2026-11-21T06:00:00.000002Z | 1""")
    void forms_that_are_read(String payload, String measuredAt, String value) {
        Batch batch = read("sensors", payload);

        assertThat(batch.rejected()).isEqualTo("[]");
        assertThat(texts(batch, "sensor_ids")).containsExactly("A");
        assertThat(Instants.of(times(batch)[0])).isEqualTo(Instant.parse(measuredAt));
        assertThat(texts(batch, "value_digits")).containsExactly(value);
    }

    @Test
    void the_topic_names_the_sensor_where_the_message_does_not() {
        Batch batch = read("sensors/Hall 7/left", "{\"dt\": 1795240800, \"value\": 1}");

        assertThat(texts(batch, "sensor_ids")).containsExactly("Hall 7/left");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    no JSON                                          | NOT_JSON      | reading: must be JSON, was no JSON
                    {"id": "A", "dt": "2026-11-21T06:00:00", "val    | NOT_JSON      | reading: must be JSON, was {"id"
                    {"id": "A"} {"id": "A"}                          | NOT_JSON      | reading: must end with its object, was
                    [1]                                              | NOT_AN_OBJECT | reading: must be a JSON object, was [1]
                    {"dt": 1795240800, "value": 1}                   | ID_MISSING    | 'id' must be a text such as "Sensor 1", or the topic sensors/Sensor 1, was nothing
                    {"id": 7, "dt": 1795240800, "value": 1}          | ID_INVALID    | 'id' must be a text of 1 to 200 characters such as "Sensor 1", was 7
                    {"id": "A", "value": 1}                          | DT_MISSING    | 'dt' must be a time
                    {"id": "A", "dt": "yesterday", "value": 1}       | DT_INVALID    | , was "yesterday"
                    {"id": "A", "dt": "2026-02-29T06:00:00", "value": 1} | DT_INVALID | , was "2026-02-29T06:00:00"
                    {"id": "A", "timestamp": 1795240800250, "value": 1} | TIMESTAMP_INVALID | 'timestamp' must be a time of the years 1700 to 2199
                    {"id": "A", "dt": 1795240800}                    | VALUE_MISSING | 'value' must be a number such as 21.5
                    {"id": "A", "dt": 1795240800, "value": "2"}      | VALUE_INVALID | , was "2"
                    {"id": "A", "dt": 1795240800, "value": 1e400}    | VALUE_INVALID | , was 1e400
                    {"id": "A", "dt": "?", "value": {}}              | DT_INVALID    | ; 'value' must be a number""")
    void what_is_none_says_what_was_expected_and_what_was_seen(String payload, String code, String message)
            throws Exception {
        Batch batch = read("sensors", payload);

        JsonNode rejected = new ObjectMapper().readTree(batch.rejected());
        assertThat(rejected).hasSize(1);
        assertThat(rejected.get(0).get("code").asText()).isEqualTo("SENSOR_READING_" + code);
        assertThat(rejected.get(0).get("message").asText()).contains(message);
        JsonNode letter =
                new ObjectMapper().readTree(rejected.get(0).get("payload").asText());
        assertThat(letter.get("topic").asText()).isEqualTo("sensors");
        assertThat(letter.get("payload").asText()).isEqualTo(payload);
    }

    @Test
    void a_bad_one_among_good_ones_is_the_only_one_that_is_rejected() throws Exception {
        Batch batch = read(
                "sensors",
                "{\"id\": \"A\", \"dt\": 1795240801, \"value\": 1}",
                "?",
                "{\"id\": \"A\", \"dt\": 1795240800, \"value\": 2}",
                "{\"id\": \"A\", \"dt\": 1795240801, \"value\": 1}");

        assertThat(batch.read()).isEqualTo(4);
        assertThat(texts(batch, "value_digits"))
                .as("in the order of time, each key once")
                .containsExactly("2", "1");
        assertThat(new ObjectMapper().readTree(batch.rejected()).findValuesAsText("position"))
                .isEqualTo(List.of("1"));
    }

    @Test
    void a_clock_that_is_wrong_is_flagged() {
        Batch batch = read(
                "sensors",
                "{\"id\": \"A\", \"dt\": \"1970-01-01T00:00:07\", \"value\": 1}",
                "{\"id\": \"A\", \"dt\": \"2026-11-14T06:00:29\", \"value\": 1}",
                "{\"id\": \"A\", \"dt\": \"2026-11-14T06:00:30\", \"value\": 1}",
                "{\"id\": \"A\", \"dt\": \"2026-11-21T06:05:30\", \"value\": 1}",
                "{\"id\": \"A\", \"dt\": \"2026-11-21T06:05:31\", \"value\": 1}",
                "{\"id\": \"A\", \"dt\": \"2199-01-01T00:00:00\", \"value\": 1}");

        assertThat(texts(batch, "clock_faults")).containsExactly("past", "past", null, null, "future", "future");
    }
}
