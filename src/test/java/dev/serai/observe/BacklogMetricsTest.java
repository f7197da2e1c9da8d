package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.mqtt.Mosquitto;
import dev.serai.mqtt.Publish;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for a subscription is told as far as it is known; what is not known is absent and not zero. */
@WithStack
class BacklogMetricsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MESSAGES = 300;

    /** So long that nothing of this test is written to the lake. */
    private static final Map<String, String> LAKE_WAITS = Map.of("sensors.lake.interval-ms", "3600000");

    private final LocalStack stack;
    private final Path directory;

    BacklogMetricsTest(LocalStack stack, @TempDir Path directory) {
        this.stack = stack;
        this.directory = directory;
    }

    @Test
    void a_broker_that_tells_what_it_holds_is_believed() throws Exception {
        Assumptions.assumeTrue(Mosquitto.isHere(), "mosquitto is not on this machine");
        try (Mosquitto mosquitto = new Mosquitto(
                directory,
                Stream.concat(Mosquitto.KEEPS_EVERYTHING.stream(), Stream.of("sys_interval 1"))
                        .toList())) {
            mosquitto.start();
            Map<String, String> settings = new HashMap<>(LAKE_WAITS);
            settings.put("sensors.mqtt.url", mosquitto.url());
            try (Hub hub = new Hub(stack, settings)) {
                publish(hub);

                waits(hub);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                samples(hub).get("serai_broker_messages{pipeline=\"sensors-mqtt-to-s3\"}"))
                        .isNotNull()
                        .isGreaterThanOrEqualTo(MESSAGES));

                mosquitto.kill();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(samples(hub).keySet())
                                .noneMatch(name -> name.startsWith("serai_stream_unacknowledged{")
                                        || name.startsWith("serai_broker_messages{")));
            }
        }
    }

    @Test
    void of_a_broker_that_does_not_tell_only_what_is_here_is_known() throws Exception {
        try (Hub hub = new Hub(stack, LAKE_WAITS)) {
            publish(hub);

            waits(hub);
            assertThat(samples(hub).keySet()).noneMatch(name -> name.startsWith("serai_broker_messages{"));
        }
    }

    /** All of it in PostgreSQL, nothing of it in the lake. */
    private static void waits(Hub hub) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(samples(hub))
                .containsEntry("serai_stream_unacknowledged{pipeline=\"sensors\"}", 0.0)
                .containsEntry("serai_stream_unacknowledged{pipeline=\"sensors-mqtt-to-s3\"}", (double) MESSAGES)
                .containsEntry("serai_batch_records_sum{pipeline=\"sensors\"}", (double) MESSAGES)
                .doesNotContainKey("serai_batch_records_sum{pipeline=\"sensors-mqtt-to-s3\"}"));
    }

    private void publish(Hub hub) throws Exception {
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
        Path messages = directory.resolve("messages.json");
        Files.write(
                messages,
                IntStream.range(0, MESSAGES)
                        .mapToObj(i -> "{\"id\": \"Sensor 1\", \"dt\": \"2026-11-21T06:%02d:%02d\", \"value\": 1}"
                                .formatted(i / 60, i % 60))
                        .toList());
        new Publish(hub.settings(), new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
                .lines(List.of(hub.settings().text("sensors.mqtt.topic").replace("/#", "/one"), messages.toString()));
    }

    private static Map<String, Double> samples(Hub hub) throws Exception {
        return hub.managed("/metrics")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(
                                line.substring(line.lastIndexOf(' ') + 1).replace("+Inf", "Infinity"))));
    }
}
