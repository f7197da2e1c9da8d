package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.faults.Relay;
import dev.serai.stack.Durability;
import dev.serai.stack.LocalStack;
import dev.serai.stack.Login;
import dev.serai.stack.MqttServer;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The consumer keeps its subscription through what happens to a broker, and says what it was. */
@WithStack
class KeeperTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Login LOGIN = new Login("serai", "open sesame");

    private final Broker broker;
    private final String topic = "keeper/" + UUID.randomUUID();

    KeeperTest(LocalStack stack) {
        broker = Broker.of(stack);
    }

    private static MqttServer server(Path directory, int port) {
        return new MqttServer(directory, "127.0.0.1", port, LOGIN, Durability.THROW_AWAY);
    }

    private static Broker at(MqttServer server) {
        return new Broker("tcp://127.0.0.1:" + server.port(), LOGIN.user(), LOGIN.password());
    }

    private static void publish(Broker broker, String topic, String... payloads) throws Exception {
        try (Publisher publisher = broker.publisher()) {
            publisher.publish(topic, 1, payloads.length, i -> payloads[i]);
        }
    }

    private static void awaitConnected(MqttRoute route, int times) {
        await().atMost(PATIENCE).until(() -> route.told.connected.get() >= times);
    }

    private static void awaitPayloads(MqttRoute route, String... payloads) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(route.payloads()).contains(payloads));
    }

    private static void awaitReason(MqttRoute route, String reason) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(route.told.disconnected).anyMatch(text -> text.contains(reason)));
    }

    @Test
    void a_broker_that_stops_and_starts_is_found_again_with_what_it_kept(@TempDir Path directory) throws Exception {
        MqttServer server = server(directory, 0);
        server.start();
        try (MqttRoute route = new MqttRoute(at(server), topic, Map.of(), batch -> {})) {
            awaitConnected(route, 1);
            publish(at(server), topic, "before");
            awaitPayloads(route, "before");

            server.stop();
            awaitReason(route, "tcp://127.0.0.1:" + server.port());
            server.start();
            awaitConnected(route, 2);
            publish(at(server), topic, "after");

            awaitPayloads(route, "before", "after");
            assertThat(route.told.warned).noneMatch(warning -> warning.contains("lost the session"));
        } finally {
            server.stop();
        }
    }

    @Test
    void a_broker_that_comes_later_does_not_keep_a_route_from_starting(@TempDir Path directory) throws Exception {
        MqttServer server = server(directory, 0);
        try (MqttRoute route = new MqttRoute(at(server), topic, Map.of(), batch -> {})) {
            awaitReason(route, "nobody listens at tcp://127.0.0.1:" + server.port());
            assertThat(route.told.connected).hasValue(0);

            server.start();
            awaitConnected(route, 1);
            publish(at(server), topic, "first");
            awaitPayloads(route, "first");
        } finally {
            server.stop();
        }
    }

    @Test
    void a_session_that_the_broker_has_lost_is_a_warning_and_what_had_come_is_processed(@TempDir Path directory)
            throws Exception {
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        MqttServer server = server(directory, 0);
        server.start();
        try (MqttRoute route = new MqttRoute(at(server), topic, Map.of("batchSize", 1, "receiveMaximum", 10), batch -> {
            inFirst.countDown();
            goOn.await();
        })) {
            awaitConnected(route, 1);
            publish(at(server), topic, "1", "2", "3");
            inFirst.await();
            await().atMost(PATIENCE).until(() -> route.told.received.get() == 3);
            server.stop();
            awaitReason(route, "tcp://");
            delete(directory);
            server.start();
            awaitConnected(route, 2);
            goOn.countDown();
            awaitPayloads(route, "1", "2", "3");

            assertThat(route.told.warned).anyMatch(warning -> warning.contains("the broker has lost the session"));
            assertThat(route.payloads()).containsExactly("1", "2", "3");
        } finally {
            server.stop();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void a_wrong_password_is_named() throws Exception {
        Broker wrong = new Broker(broker.url(), broker.user(), "wrong");
        try (MqttRoute route = new MqttRoute(wrong, topic, Map.of(), batch -> {})) {
            awaitReason(route, "refuses user '%s': bad user name or password (134)".formatted(broker.user()));
        }
    }

    @Test
    void tls_where_there_is_none_is_named() throws Exception {
        Broker tls = new Broker(broker.url().replace("tcp:", "ssl:"), broker.user(), broker.password());
        try (MqttRoute route = new MqttRoute(tls, topic, Map.of("connectionTimeout", 2), batch -> {})) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(route.told.disconnected)
                    .anyMatch(text -> text.matches("(no TLS with |ssl://|the connection to ssl://).*")));
        }
    }

    @Test
    void a_host_that_does_not_exist_is_named() throws Exception {
        Broker nowhere = new Broker("tcp://broker.invalid:1883", "", "");
        try (MqttRoute route = new MqttRoute(nowhere, topic, Map.of(), batch -> {})) {
            awaitReason(route, "there is no host 'broker.invalid'");
        }
    }

    @Test
    void a_server_that_never_answers_is_named() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                MqttRoute route = new MqttRoute(
                        broker.at(mute.getLocalPort()), topic, Map.of("connectionTimeout", 1), batch -> {})) {
            awaitReason(route, "does not answer within 1 seconds");
        }
    }

    @Test
    void who_loses_its_subscription_to_another_client_says_so_and_does_not_fight() throws Exception {
        Map<String, Object> patient = Map.of("maxReconnectDelay", 3_600_000);
        try (MqttRoute first = new MqttRoute(broker, topic, patient, batch -> {})) {
            awaitConnected(first, 1);
            try (MqttRoute second = new MqttRoute(broker, topic, patient, batch -> {})) {
                awaitReason(first, "another client has connected as 'client-of-");
                awaitConnected(second, 1);
                publish(broker, topic, "for the second");
                awaitPayloads(second, "for the second");

                assertThat(first.told.connected).hasValue(1);
                assertThat(second.told.connected).hasValue(1);
            }
        }
    }

    @Test
    void a_silence_is_told_once_and_the_consumer_connects_again() throws Exception {
        try (MqttRoute route =
                new MqttRoute(broker, topic, Map.of("silentAfterGaps", 2, "silentAfterMs", 500), batch -> {})) {
            awaitConnected(route, 1);
            publish(broker, topic, "1");
            awaitConnected(route, 2);
            assertThat(route.told.silent).hasSize(1).allMatch(since -> since.toMillis() >= 500);

            publish(broker, topic, "2");
            awaitConnected(route, 3);
            assertThat(route.told.silent).hasSize(2);
            assertThat(route.payloads()).containsExactly("1", "2");
            assertThat(route.told.disconnected).isEmpty();
        }
    }

    @Test
    void waiting_for_a_sink_is_no_silence_of_the_source() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Overheard talk = new Overheard();
        try (Relay relay = new Relay(BatchingTest.port(broker), () -> talk);
                MqttRoute route = new MqttRoute(
                        broker.at(relay.port()),
                        topic,
                        Map.of("silentAfterGaps", 1, "silentAfterMs", 1, "receiveMaximum", 1, "keepAliveInterval", 1),
                        batch -> goOn.await())) {
            awaitConnected(route, 1);
            publish(broker, topic, "1", "2", "3");
            await().atMost(PATIENCE).until(() -> talk.pings() > 3);
            assertThat(route.told.silent).isEmpty();
            assertThat(route.told.connected).hasValue(1);
            goOn.countDown();
            awaitPayloads(route, "1", "2", "3");
        }
    }
}
