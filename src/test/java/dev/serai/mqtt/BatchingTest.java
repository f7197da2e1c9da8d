package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.faults.Relay;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.StatefulService;
import org.junit.jupiter.api.Test;

/** What goes in comes out, in batches, and is acknowledged after it has been processed and not before. */
@WithStack
class BatchingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Broker broker;
    private final String topic = "batching/" + UUID.randomUUID();

    BatchingTest(LocalStack stack) {
        broker = Broker.of(stack);
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private void publish(int count) throws Exception {
        try (Publisher publisher = broker.publisher()) {
            publisher.publish(topic, 1, count, String::valueOf);
        }
    }

    /** A subscription that the broker keeps, with a backlog. */
    private void backlog(int count) throws Exception {
        try (MqttRoute route = new MqttRoute(broker, topic, Map.of(), batch -> {})) {
            awaitConnected(route, 1);
        }
        publish(count);
    }

    private static void awaitConnected(MqttRoute route, int times) {
        await().atMost(PATIENCE).until(() -> route.told.connected.get() >= times);
    }

    private static List<String> distinct(MqttRoute route) {
        return route.payloads().stream().distinct().toList();
    }

    private static void awaitDone(MqttRoute route, int messages) {
        await().atMost(PATIENCE).until(() -> route.payloads().size() >= messages);
    }

    /** Writes each message twice. */
    private static MessageBatch doubled(MessageBatch batch) {
        return new MessageBatch(batch.stream()
                .map(message -> {
                    String text = new String(message.payload(), StandardCharsets.UTF_8);
                    byte[] twice = (text + " " + text).getBytes(StandardCharsets.UTF_8);
                    return new ReceivedMessage(message.topic(), twice, message.receivedAt(), message.retained());
                })
                .toList());
    }

    @Test
    void an_exchange_carries_what_its_batch_is_decoded_to_whatever_fails_on_the_way() throws Exception {
        backlog(3_000);
        AtomicInteger decodings = new AtomicInteger();
        BatchDecoder decoder = batch -> {
            if (decodings.incrementAndGet() % 3 == 0) {
                throw new IllegalStateException("every third time");
            }
            return doubled(batch);
        };
        AtomicBoolean refuses = new AtomicBoolean(true);

        try (MqttRoute route = new MqttRoute(broker, topic, Map.of("batchSize", 100, "decoder", decoder), batch -> {
            if (refuses.get()) {
                throw new IllegalStateException("the store is away");
            }
        })) {
            await().atMost(PATIENCE).until(() -> decodings.get() >= 2 && route.told.failed.size() >= 2);
            route.stop(); // with a batch under way and one decoded ahead: both stay with the broker
            refuses.set(false);
            route.start();
            awaitDone(route, 3_000);

            assertThat(route.payloads())
                    .isEqualTo(numbers(3_000).stream().map(n -> n + " " + n).toList());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(route.told.processed).hasValue(3_000));
        }
    }

    @Test
    void a_backlog_comes_completely_and_in_order_when_the_route_starts() throws Exception {
        backlog(20_000);

        Overheard talk = new Overheard();
        try (Relay relay = new Relay(port(broker), () -> talk);
                MqttRoute route =
                        new MqttRoute(broker.at(relay.port()), topic, Map.of("batchSize", 1000), batch -> {})) {
            awaitDone(route, 20_000);

            // The broker itself does not always keep the order of a backlog.
            assertThat(route.payloads()).isEqualTo(talk.came()).containsExactlyInAnyOrderElementsOf(numbers(20_000));
            assertThat(route.done).allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(1000));
            assertThat(route.done).hasSizeLessThan(1_000);
            await().atMost(PATIENCE).until(() -> route.told.received.get() == 20_000);
            assertThat(route.told.processed).hasValue(20_000);
        }
    }

    @Test
    void a_message_is_as_it_was_published() throws Exception {
        try (MqttRoute route = new MqttRoute(broker, topic + "/#", Map.of(), batch -> {});
                Publisher publisher = broker.publisher()) {
            awaitConnected(route, 1);
            byte[] payload = {0, -1, 127, -128, 13, 10};
            publisher.send(topic + "/näheres/🌡", 1, payload);
            publisher.send(topic, 1, new byte[0]);
            publisher.awaitTaken();
            awaitDone(route, 2);

            List<ReceivedMessage> messages =
                    route.done.stream().flatMap(MessageBatch::stream).toList();
            assertThat(messages.get(0).topic()).isEqualTo(topic + "/näheres/🌡");
            assertThat(messages.get(0).payload()).isEqualTo(payload);
            assertThat(messages.get(0).retained()).isFalse();
            assertThat(messages.get(1).topic()).isEqualTo(topic);
            assertThat(messages.get(1).payload()).isEmpty();
            assertThat(messages.get(1).receivedAt())
                    .isAfterOrEqualTo(messages.get(0).receivedAt());
        }
    }

    @Test
    void what_was_not_processed_comes_again_to_the_next_process() throws Exception {
        backlog(100);
        try (MqttRoute failing = new MqttRoute(broker, topic, Map.of("batchSize", 30), batch -> {
            throw new IllegalStateException("the database is away");
        })) {
            await().atMost(PATIENCE).until(() -> failing.told.failed.size() >= 3);
            assertThat(failing.told.failed)
                    .allSatisfy(failure -> assertThat(failure).hasMessage("the database is away"));
            assertThat(failing.told.processed).hasValue(0);
        }

        try (MqttRoute route = new MqttRoute(broker, topic, Map.of(), batch -> {})) {
            awaitDone(route, 100);
            assertThat(route.payloads()).containsExactlyInAnyOrderElementsOf(numbers(100));
        }
    }

    @Test
    void more_failures_than_the_receive_maximum_do_not_stall_and_keep_the_order() throws Exception {
        backlog(200);
        AtomicInteger attempts = new AtomicInteger();
        Overheard talk = new Overheard();
        try (Relay relay = new Relay(port(broker), () -> talk);
                MqttRoute route = new MqttRoute(
                        broker.at(relay.port()), topic, Map.of("receiveMaximum", 5, "batchSize", 2), batch -> {
                            if (attempts.incrementAndGet() % 3 != 0) {
                                throw new IllegalStateException("not yet");
                            }
                        })) {
            awaitDone(route, 200);
            // The broker itself does not always keep the order when its window is small.
            assertThat(route.payloads()).isEqualTo(talk.came()).containsExactlyInAnyOrderElementsOf(numbers(200));
        }
    }

    @Test
    void a_full_receive_window_is_a_batch_however_long_the_interval() throws Exception {
        backlog(100);
        try (MqttRoute route = new MqttRoute(
                broker,
                topic,
                Map.of("receiveMaximum", 10, "batchSize", 1000, "batchIntervalMs", 3_600_000),
                batch -> {})) {
            awaitDone(route, 100);
            assertThat(route.payloads()).containsExactlyInAnyOrderElementsOf(numbers(100));
        }
    }

    @Test
    void acknowledgements_are_sent_in_order_after_the_exchange() throws Exception {
        backlog(500);
        Overheard talk = new Overheard();
        AtomicBoolean early = new AtomicBoolean();
        AtomicInteger before = new AtomicInteger();
        try (Relay relay = new Relay(port(broker), () -> talk);
                MqttRoute route = new MqttRoute(broker.at(relay.port()), topic, Map.of("batchSize", 50), batch -> {
                    if (talk.acknowledged().size() > before.getAndAdd(batch.size())) {
                        early.set(true);
                    }
                })) {
            awaitDone(route, 500);
            await().atMost(PATIENCE).until(() -> talk.acknowledged().size() == 500);

            assertThat(talk.acknowledged()).isEqualTo(talk.came()).containsExactlyInAnyOrderElementsOf(numbers(500));
            assertThat(early).isFalse();
        }
    }

    @Test
    void nothing_is_acknowledged_on_another_connection_than_the_one_that_delivered() throws Exception {
        backlog(100);
        List<Overheard> talks = new CopyOnWriteArrayList<>();
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Relay relay = new Relay(port(broker), () -> {
                    Overheard talk = new Overheard();
                    talks.add(talk);
                    return talk;
                });
                MqttRoute route = new MqttRoute(
                        broker.at(relay.port()),
                        topic,
                        Map.of("batchSize", 10, "batchIntervalMs", 10_000, "keepAliveInterval", 1),
                        batch -> {
                            inFirst.countDown();
                            goOn.await();
                        })) {
            inFirst.await();
            Overheard first = talks.get(0);
            await().atMost(PATIENCE).until(() -> first.delivered.size() == 100);
            first.cut();
            awaitConnected(route, 2);
            goOn.countDown();
            awaitDone(route, 110);

            await().atMost(PATIENCE)
                    .until(() -> talks.get(talks.size() - 1).acknowledged().size() == 100);
            assertThat(first.acknowledged()).isEmpty();
            Overheard last = talks.get(talks.size() - 1);
            assertThat(last.acknowledged()).isEqualTo(last.came()).containsExactlyInAnyOrderElementsOf(numbers(100));
            assertThat(route.payloads().subList(0, 10)).isEqualTo(first.came().subList(0, 10));
            assertThat(route.payloads().subList(10, 110)).isEqualTo(last.came());
        }
    }

    @Test
    void a_stop_lets_the_batch_under_way_end_and_acknowledges_it() throws Exception {
        backlog(100);
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Overheard> talks = new CopyOnWriteArrayList<>();
        try (Relay relay = new Relay(port(broker), () -> {
                    Overheard talk = new Overheard();
                    talks.add(talk);
                    return talk;
                });
                MqttRoute route = new MqttRoute(
                        broker.at(relay.port()), topic, Map.of("batchSize", 10, "batchIntervalMs", 10_000), batch -> {
                            inFirst.countDown();
                            goOn.await();
                        })) {
            inFirst.await();
            CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> {
                try {
                    route.stop();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            StatefulService consumer =
                    (StatefulService) route.camel.getRoute(MqttRoute.ID).getConsumer();
            await().atMost(PATIENCE).until(() -> consumer.isStopping() || consumer.isStopped());
            goOn.countDown();
            stop.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            List<String> first = talks.get(0).came().subList(0, 10);
            assertThat(route.payloads()).isEqualTo(first);
            assertThat(talks.get(0).acknowledged()).isEqualTo(first);

            route.start();
            // A broker may lose an acknowledgement that came just before the good-bye, and send such a message again.
            await().atMost(PATIENCE).until(() -> distinct(route).size() == 100);
            assertThat(distinct(route)).containsExactlyInAnyOrderElementsOf(numbers(100));
        }
    }

    @Test
    void a_stop_ends_the_pause_after_a_failure() throws Exception {
        backlog(10);
        AtomicBoolean healed = new AtomicBoolean();
        try (MqttRoute route =
                new MqttRoute(broker, topic, Map.of("retryDelayMs", 3_600_000, "retryMaxDelayMs", 3_600_000), batch -> {
                    if (!healed.get()) {
                        throw new IllegalStateException("not yet");
                    }
                })) {
            await().atMost(PATIENCE).until(() -> route.told.failed.size() == 1);
            route.stop();
            healed.set(true);
            route.start();
            awaitDone(route, 10);
            assertThat(route.payloads()).containsExactlyInAnyOrderElementsOf(numbers(10));
        }
    }

    @Test
    void messages_of_qos_0_come_too_and_wait_where_they_are_while_nothing_is_processed() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (MqttRoute route = new MqttRoute(
                        broker,
                        topic,
                        Map.of("receiveMaximum", 100, "batchSize", 100, "keepAliveInterval", 1),
                        batch -> goOn.await());
                Publisher publisher = broker.publisher()) {
            awaitConnected(route, 1);
            publisher.publish(topic, 0, 5_000, String::valueOf);
            await().atMost(PATIENCE).until(() -> route.told.received.get() > 0);
            goOn.countDown();
            awaitDone(route, 5_000);
            assertThat(route.payloads()).containsExactlyInAnyOrderElementsOf(numbers(5_000));
            assertThat(route.told.connected).hasValue(1);
        }
    }

    static int port(Broker broker) {
        return java.net.URI.create(broker.url()).getPort();
    }
}
