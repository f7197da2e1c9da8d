package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same with another broker, which sends as fast as it can and has limits of its own. */
class MosquittoTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 50_000;

    @BeforeAll
    static void mosquitto_is_here() {
        Assumptions.assumeTrue(Mosquitto.isHere(), "mosquitto is not on this machine");
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    @Test
    void a_backlog_comes_completely_and_in_order_also_after_a_restart(@TempDir Path directory) throws Exception {
        try (Mosquitto mosquitto = new Mosquitto(directory, Mosquitto.KEEPS_EVERYTHING)) {
            mosquitto.start();
            try (MqttRoute route = new MqttRoute(mosquitto.broker(), "t", Map.of(), batch -> {})) {
                await().atMost(PATIENCE).until(() -> route.told.connected.get() == 1);
                route.stop();
                try (Publisher publisher = mosquitto.broker().publisher()) {
                    publisher.publish("t", 1, MESSAGES, String::valueOf);
                }
                mosquitto.stop();
                mosquitto.start();
                route.start();
                await().atMost(PATIENCE).until(() -> route.told.processed.get() >= MESSAGES);
                assertThat(route.payloads()).isEqualTo(numbers(MESSAGES));
                assertThat(route.told.warned).isEmpty();
            }
        }
    }

    @Test
    void what_it_takes_from_publishers_is_not_taken_for_what_it_sends(@TempDir Path directory) throws Exception {
        try (Mosquitto mosquitto = new Mosquitto(directory, List.of("max_inflight_messages 20"))) {
            mosquitto.start();
            try (MqttRoute route = new MqttRoute(mosquitto.broker(), "t", Map.of("batchIntervalMs", 500), batch -> {});
                    Publisher publisher = mosquitto.broker().publisher()) {
                await().atMost(PATIENCE).until(() -> route.told.connected.get() == 1);
                publisher.publish("t", 1, 200, String::valueOf);
                await().atMost(PATIENCE).until(() -> route.told.processed.get() >= 200);
                assertThat(route.payloads()).isEqualTo(numbers(200));
                assertThat(route.told.warned).isEmpty();
            }
        }
    }

    @Test
    void a_broker_that_grants_qos_0_only_is_a_warning(@TempDir Path directory) throws Exception {
        try (Mosquitto mosquitto = new Mosquitto(directory, List.of("max_qos 0"))) {
            mosquitto.start();
            try (MqttRoute route = new MqttRoute(mosquitto.broker(), "t", Map.of(), batch -> {})) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(route.told.warned)
                        .anyMatch(warning -> warning.contains("grants QoS 0 only")));
            }
        }
    }

    @Test
    void a_broker_that_keeps_few_messages_for_an_absent_subscriber_is_a_warning(@TempDir Path directory)
            throws Exception {
        try (Mosquitto mosquitto =
                new Mosquitto(directory, List.of("max_queued_messages 100", "max_inflight_messages 20"))) {
            mosquitto.start();
            try (MqttRoute route = new MqttRoute(mosquitto.broker(), "t", Map.of("queueProbe", 500), batch -> {})) {
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(route.told.warned)
                                        .anyMatch(
                                                warning -> warning.matches(
                                                        ".*of 500 messages the broker kept 1\\d\\d for an absent subscriber and dropped the others.*")));
            }
        }
    }

    @Test
    void a_broker_that_keeps_all_of_them_is_no_warning(@TempDir Path directory) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.started(directory)) {
            QueueProbe probe = new QueueProbe(mosquitto.url(), new MqttConnectionOptions(), "client-of-t");
            assertThat(probe.kept(500)).isEqualTo(500);
        }
    }

    @Test
    void who_loses_its_subscription_to_another_client_is_told_that_it_may_be_so(@TempDir Path directory)
            throws Exception {
        try (Mosquitto mosquitto = new Mosquitto(directory, Mosquitto.KEEPS_EVERYTHING)) {
            mosquitto.start();
            try (MqttRoute first = new MqttRoute(mosquitto.broker(), "t", Map.of(), batch -> {})) {
                await().atMost(PATIENCE).until(() -> first.told.connected.get() == 1);
                try (MqttRoute second = new MqttRoute(mosquitto.broker(), "t", Map.of(), batch -> {})) {
                    // It says nothing when it gives a session to another client.
                    await().atMost(PATIENCE).untilAsserted(() -> assertThat(first.told.disconnected)
                            .anyMatch(reason -> reason.contains("another client connects as 'client-of-t'")));
                    await().atMost(PATIENCE).until(() -> second.told.connected.get() >= 1);
                }
                try (Publisher publisher = mosquitto.broker().publisher()) {
                    publisher.publish("t", 1, 10, String::valueOf);
                }
                await().atMost(PATIENCE).until(() -> first.told.processed.get() >= 10);
                assertThat(first.payloads()).isEqualTo(numbers(10));
            }
        }
    }
}
