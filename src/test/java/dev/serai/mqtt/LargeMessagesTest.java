package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Memory is bounded by bytes as well as by messages. */
@WithStack
class LargeMessagesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MB = 1 << 20;

    private final Broker broker;
    private final String topic = "large/" + UUID.randomUUID();

    LargeMessagesTest(LocalStack stack) {
        broker = Broker.of(stack);
    }

    private void publish(int... sizes) throws Exception {
        try (Publisher publisher = broker.publisher()) {
            for (int size : sizes) {
                byte[] payload = new byte[size];
                new Random(size).nextBytes(payload);
                publisher.send(topic, 1, payload);
            }
            publisher.awaitTaken();
        }
    }

    private static byte[] expected(int size) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        return payload;
    }

    @Test
    void a_batch_has_no_more_bytes_than_it_may_and_the_rest_waits_at_the_broker() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger whileWaiting = new AtomicInteger();
        try (MqttRoute route =
                new MqttRoute(broker, topic, Map.of("batchBytes", 4 * MB, "keepAliveInterval", 2), batch -> {
                    goOn.await();
                    whileWaiting.incrementAndGet();
                })) {
            await().atMost(PATIENCE).until(() -> route.told.connected.get() == 1);
            int[] sizes = new int[60];
            java.util.Arrays.setAll(sizes, i -> MB + i);
            publish(sizes);
            await().atMost(PATIENCE).until(() -> route.told.received.get() > 3);
            int inMemory = route.told.received.get();
            goOn.countDown();
            await().atMost(PATIENCE).until(() -> route.payloads().size() >= 60);

            assertThat(inMemory).isLessThan(12);
            assertThat(route.done).allSatisfy(batch -> assertThat(batch.bytes()).isLessThanOrEqualTo(4 * MB));
            assertThat(route.done.stream().flatMap(MessageBatch::stream))
                    .allSatisfy(message -> assertThat(message.payload()).isEqualTo(expected(message.payload().length)));
        }
    }

    @Test
    void one_that_is_too_large_stays_with_the_broker_and_is_named_and_the_others_come() throws Exception {
        try (MqttRoute route =
                new MqttRoute(broker, topic, Map.of("maxMessageBytes", MB, "keepAliveInterval", 2), batch -> {})) {
            await().atMost(PATIENCE).until(() -> route.told.connected.get() == 1);
            publish(10, MB, MB + 1, 3 * MB, 20);
            await().atMost(PATIENCE).until(() -> route.told.processed.get() == 3);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(route.told.warned)
                    .anyMatch(warning -> warning.contains("'" + topic + "' is larger than maxMessageBytes")));
            assertThat(route.told.disconnected).isEmpty();
        }

        try (MqttRoute route = new MqttRoute(broker, topic, Map.of("maxMessageBytes", 4 * MB), batch -> {})) {
            await().atMost(PATIENCE).until(() -> route.told.processed.get() == 2);
            assertThat(route.done.stream().flatMap(MessageBatch::stream))
                    .extracting(message -> message.payload().length)
                    .containsExactly(MB + 1, 3 * MB);
        }
    }
}
