package dev.serai.simulators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plain subscriber of the stack's broker sees of the simulated sensors. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SensorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LocalStack stack;
    private RunningSimulators running;
    private Subscriber subscriber;

    @BeforeAll
    void start(LocalStack given) throws Exception {
        stack = given;
        subscriber = new Subscriber(stack);
        running = new RunningSimulators(7, "sensors", stack.settings());
        rate(100);
    }

    @AfterAll
    void stop() {
        running.close();
        subscriber.close();
    }

    @AfterEach
    void disarm() {
        running.simulators().failures().disarm("sensors");
    }

    @Test
    void each_sensor_of_the_list_sends_readings_within_its_range() throws Exception {
        JsonNode list = JSON.readTree(Path.of("routes/sensors/sensors.json").toFile());
        List<Message> seen = subscriber.next(200, message -> true);

        assertThat(seen.stream()
                        .map(message -> message.json().path("id").asText())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(names(list));
        assertThat(seen).allSatisfy(message -> {
            assertThat(message.topic()).isEqualTo("sensors");
            assertThat(message.qos()).isEqualTo(1);
            assertThat(message.retained()).isFalse();
            assertThat(names(message.json())).containsExactlyInAnyOrder("id", "dt", "value");
            assertThat(message.json().path("dt").asText())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{6})?");
            assertThat(message.age()).isBetween(Duration.ofSeconds(-1), Duration.ofSeconds(20));
            assertThat(message.json().path("value").isInt()).isTrue();
            JsonNode range = list.path(message.json().path("id").asText()).path("range");
            assertThat(message.json().path("value").intValue())
                    .isBetween(range.path(0).intValue(), range.path(1).intValue());
        });
    }

    @Test
    void the_rate_is_set_while_they_run() throws Exception {
        try {
            rate(20);
            assertThat(running.get("/simulators/sensors/records").body())
                    .isEqualTo("{\"source\":\"sensors\",\"records\":20}");
            List<Instant> instants =
                    subscriber
                            .next(
                                    40,
                                    message ->
                                            message.json().path("id").asText().equals("Sensor 2"))
                            .stream()
                            .map(Message::measuredAt)
                            .toList();
            // the first may be of the rate before; a reading that came too late was never measured: never shorter
            for (int i = 10; i < instants.size(); i++) {
                assertThat(Duration.between(instants.get(i - 1), instants.get(i)))
                        .isGreaterThan(Duration.ofMillis(45));
            }
        } finally {
            rate(100);
        }
    }

    @Test
    void repeat_is_the_same_message_twice() throws Exception {
        arm(FailureKind.REPEAT, 3);
        List<Message> seen = subscriber.nextAfter(50, this::used);
        Map<String, Long> times = seen.stream().collect(Collectors.groupingBy(Message::payload, Collectors.counting()));
        assertThat(times.values().stream().filter(count -> count == 2)).hasSize(3);
        assertThat(times.values()).allMatch(count -> count <= 2);
    }

    @Test
    void conflict_is_another_value_for_the_same_sensor_and_instant() throws Exception {
        arm(FailureKind.CONFLICT, 2);
        Map<String, Set<String>> values = subscriber.nextAfter(50, this::used).stream()
                .collect(Collectors.groupingBy(
                        message -> message.json().path("id").asText()
                                + message.json().path("dt").asText(),
                        Collectors.mapping(
                                message -> message.json().path("value").asText(), Collectors.toSet())));
        assertThat(values.values().stream().filter(set -> set.size() == 2)).hasSize(2);
    }

    @Test
    void out_of_order_steps_back() throws Exception {
        running.put("/simulators/sensors/failures?kind=out-of-order&times=4&delayMs=60000");
        List<Message> seen = subscriber.nextAfter(50, this::used);
        assertThat(seen).filteredOn(message -> message.age().toSeconds() >= 59).hasSize(4);
    }

    @Test
    void a_gap_is_silence_of_all_and_then_they_go_on() throws Exception {
        running.put("/simulators/sensors/failures?kind=gap&times=1&delayMs=1500");
        List<Instant> instants = subscriber.nextAfter(100, this::used).stream()
                .map(Message::measuredAt)
                .sorted()
                .toList();
        long widest = 0;
        for (int i = 1; i < instants.size(); i++) {
            widest = Math.max(
                    widest,
                    Duration.between(instants.get(i - 1), instants.get(i)).toMillis());
        }
        assertThat(widest).isBetween(1_400L, 60_000L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    truncated      | sensors   | \\{"id":"Sensor \\d","dt":"?[-0-9T:]*
                    empty          | sensors   | ''
                    wrong-types    | sensors   | \\{"id":7,"dt":true,"value":"warm"}
                    missing-value  | sensors   | \\{"id":"Sensor \\d","dt":"[^"]+"}
                    float-value    | sensors   | .*"value":-?\\d+\\.5}
                    whole-seconds  | sensors   | .*"dt":"[^".]+","value":-?\\d+}
                    epoch-seconds  | sensors   | .*"dt":\\d{10}\\.\\d{6},"value":-?\\d+}
                    other-names    | sensors   | \\{"sensor_id":"Sensor \\d","timestamp":"[^"]+","value":-?\\d+}
                    unknown-sensor | sensors   | \\{"id":"Unlisted Sensor \\d","dt":"[^"]+","value":-?\\d+}
                    own-topic      | sensors/Sensor \\d | \\{"dt":"[^"]+","value":-?\\d+}
                    future-clock   | sensors   | .*"dt":"203\\d-.*
                    past-clock     | sensors   | .*"dt":"197\\d-.*
                    oversized      | sensors   | \\{"id":"Sensor \\d","dt":"[^"]+","value":-?\\d+,"note":"x{2097152}"}
                    """)
    void a_defect_is_in_as_many_messages_as_were_armed(String kind, String topic, String payload) throws Exception {
        String armed = running.put("/simulators/sensors/failures?kind=" + kind + "&times=3")
                .body();
        assertThat(armed).isEqualTo("{\"source\":\"sensors\",\"kind\":\"%s\",\"times\":3}".formatted(kind));

        List<Message> seen = subscriber.nextAfter(50, this::used);

        assertThat(seen)
                .filteredOn(message ->
                        message.topic().matches(topic) && message.payload().matches(payload))
                .hasSize(3);
    }

    @Test
    void only_what_a_sensor_can_do_wrong_is_armed() {
        assertThat(running.put("/simulators/sensors/failures?kind=html").statusCode())
                .isEqualTo(400);
        assertThat(running.put("/simulators/sensors/failures?kind=empty&delayMs=5")
                        .body())
                .contains("absent unless kind is time-out or drip or gap or out-of-order");
    }

    @Test
    void qos_0_is_a_setting() throws Exception {
        running.simulators()
                .failures()
                .arm("sensors", Failure.of(FailureKind.GAP, 1).withDelayMs(600_000));
        await().until(this::used);
        try (RunningSimulators once =
                        new RunningSimulators(8, "sensors", with(stack.settings(), "simulators.sensors.qos", "0"));
                Subscriber fresh = new Subscriber(stack)) {
            assertThat(fresh.next(5, message -> message.qos() == 0)).hasSize(5);
            assertThat(once.get("/simulators").body()).isEqualTo("{\"simulators\":[\"sensors\"]}");
        } finally {
            restart();
        }
    }

    @Test
    void they_wait_for_a_broker_that_is_away_and_go_on_when_it_is_back() throws Exception {
        stack.mqtt().stop();
        running.close();
        running = new RunningSimulators(7, "sensors", stack.settings());
        assertThat(running.get("/simulators").statusCode()).isEqualTo(200);
        stack.mqtt().start();
        subscriber.close();
        subscriber = new Subscriber(stack);
        rate(100);
        assertThat(subscriber.next(50, message -> true)).hasSize(50);

        stack.mqtt().stop();
        stack.mqtt().start();
        subscriber.close();
        subscriber = new Subscriber(stack);
        assertThat(subscriber.next(50, message -> true)).hasSize(50);
    }

    @Test
    void they_end_at_once_although_the_broker_is_away() {
        Map<String, String> nobody = with(stack.settings(), "sensors.mqtt.url", "tcp://127.0.0.1:1");
        RunningSimulators waiting = new RunningSimulators(9, "sensors", nobody);
        long start = System.nanoTime();
        waiting.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void a_list_that_cannot_be_played_is_an_error_that_says_why(@TempDir Path directory) throws Exception {
        Path list = Files.writeString(directory.resolve("list.json"), "{\"Oven\": {\"range\": [9]}}");
        Settings settings = Settings.load(
                Map.of("SENSORS_LIST_FILE", list.toString(), "SIMULATORS_PORT", "" + RunningSimulators.freePort()),
                List.of());
        assertThatThrownBy(() -> Simulators.start(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SENSORS_LIST_FILE: " + list)
                .hasMessageContaining("a range such as [0, 45] for \"Oven\"; was [9]");
    }

    private void restart() {
        running.close();
        running = new RunningSimulators(7, "sensors", stack.settings());
        rate(100);
    }

    private boolean used() {
        return running.simulators().failures().armed("sensors").kind() == FailureKind.NONE;
    }

    private void arm(FailureKind kind, int times) {
        running.simulators().failures().arm("sensors", Failure.of(kind, times));
    }

    private void rate(int perSecond) {
        assertThat(running.put("/simulators/sensors/records?count=" + perSecond).statusCode())
                .isEqualTo(200);
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> more = new java.util.HashMap<>(settings);
        more.put(key, value);
        return more;
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    /** A message as it came. */
    record Message(String topic, String payload, int qos, boolean retained, Instant receivedAt) {

        JsonNode json() {
            try {
                return JSON.readTree(payload);
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        Instant measuredAt() {
            return LocalDateTime.parse(json().path("dt").asText()).toInstant(ZoneOffset.UTC);
        }

        Duration age() {
            return Duration.between(measuredAt(), receivedAt);
        }
    }
}
