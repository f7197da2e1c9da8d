package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two consumers of one subscription, told by the test who reads which session. */
@WithStack
class SharingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 400;

    private final Broker broker;
    private final String topic = "sharing/" + UUID.randomUUID();
    private final String clientId = "client-of-" + topic.replaceAll("\\W", "-");

    SharingTest(LocalStack stack) {
        broker = Broker.of(stack);
    }

    /** Tells what the test says. */
    private static final class Leader implements Sharing {

        private final Map<String, Sessions> joined = new ConcurrentHashMap<>();
        private final List<String> ended = new CopyOnWriteArrayList<>();

        @Override
        public boolean isShared(String clientId) {
            return true;
        }

        @Override
        public void join(String clientId, Sessions sessions) {
            joined.put(clientId, sessions);
        }

        @Override
        public void leave(String clientId) {
            joined.remove(clientId);
        }

        @Override
        public boolean mayConnect(String clientId, String session, boolean takenOver) {
            return !takenOver;
        }

        @Override
        public void aloneEnded(String clientId) {
            ended.add(clientId);
        }

        Sharing.Sessions of(String clientId) {
            return Objects.requireNonNull(joined.get(clientId));
        }
    }

    private void publish(Broker at, int from) throws Exception {
        try (Publisher publisher = at.publisher()) {
            publisher.publish(topic, 1, MESSAGES, i -> Integer.toString(from + i));
        }
    }

    private static List<String> numbers(int to) {
        return IntStream.range(0, to).mapToObj(Integer::toString).toList();
    }

    private MqttRoute route(Broker at, Sharing sharing) throws Exception {
        return new MqttRoute(at, topic, Map.of(), sharing, batch -> {});
    }

    private static void awaitConnected(MqttRoute route, int times) {
        await().atMost(PATIENCE).until(() -> route.told.connected.get() >= times);
    }

    @Test
    void a_session_of_the_dead_is_emptied_by_who_takes_it() throws Exception {
        takeOver(broker);
    }

    @Test
    void so_it_is_at_a_mosquitto(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Mosquitto.isHere(), "mosquitto is not on this machine");
        try (Mosquitto mosquitto = Mosquitto.started(directory)) {
            takeOver(mosquitto.broker());
        }
    }

    private void takeOver(Broker at) throws Exception {
        Leader first = new Leader();
        Leader second = new Leader();
        try (MqttRoute living = route(at, first);
                MqttRoute dying = route(at, second)) {
            first.of(clientId).begin(Sharing.session(clientId, 1));
            second.of(clientId).begin(Sharing.session(clientId, 2));
            awaitConnected(living, 1);
            awaitConnected(dying, 1);
            publish(at, 0);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(both(living, dying))
                    .containsExactlyInAnyOrderElementsOf(numbers(MESSAGES)));
            assertThat(living.payloads()).isNotEmpty();
            assertThat(dying.payloads()).isNotEmpty();

            dying.stop();
            publish(at, MESSAGES);
            first.of(clientId).begin(Sharing.session(clientId, 2));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(both(living, dying))
                    .containsExactlyInAnyOrderElementsOf(numbers(2 * MESSAGES)));

            // One that was only held up finds its session taken, and leaves it alone.
            dying.start();
            second.of(clientId).begin(Sharing.session(clientId, 1));
            awaitConnected(dying, 2);
            publish(at, 2 * MESSAGES);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(both(living, dying)).containsAll(numbers(3 * MESSAGES)));
        }
    }

    private static List<String> both(MqttRoute one, MqttRoute other) {
        return Stream.concat(one.payloads().stream(), other.payloads().stream()).toList();
    }

    @Test
    void what_a_single_process_left_at_the_broker_is_emptied_and_its_session_ended() throws Exception {
        endAlone(broker);
    }

    @Test
    void so_it_is_at_a_mosquitto_too(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Mosquitto.isHere(), "mosquitto is not on this machine");
        try (Mosquitto mosquitto = Mosquitto.started(directory)) {
            endAlone(mosquitto.broker());
        }
    }

    @Test
    void a_session_that_a_process_alone_makes_anew_is_ended_once_more() throws Exception {
        Leader leader = new Leader();
        try (MqttRoute shared = route(broker, leader)) {
            leader.of(clientId).begin(Sharing.session(clientId, 1));
            await().atMost(PATIENCE).until(() -> leader.ended.contains(clientId));
            try (MqttRoute single = new MqttRoute(broker, topic, Map.of(), batch -> {})) {
                awaitConnected(single, 1);
            }
            int before = leader.ended.size();
            publish(broker, 0);
            await().atMost(PATIENCE).until(() -> leader.ended.size() > before + 1);
            assertThat(shared.payloads()).containsAll(numbers(MESSAGES));
        }
        requireNothingUnderTheOldName(broker);
    }

    /** As in the raw lake, whose batches are a minute long: when one ends, the next has begun. */
    @Test
    void it_is_ended_although_there_is_always_something_that_is_not_acknowledged() throws Exception {
        try (MqttRoute single = new MqttRoute(broker, topic, Map.of(), batch -> {})) {
            awaitConnected(single, 1);
        }
        publish(broker, 0);
        Leader leader = new Leader();
        ScheduledExecutorService source = Executors.newSingleThreadScheduledExecutor();
        try (Publisher publisher = broker.publisher();
                MqttRoute shared =
                        new MqttRoute(broker, topic, Map.of("batchIntervalMs", "4000"), leader, batch -> {})) {
            ScheduledFuture<?> published = source.scheduleAtFixedRate(
                    () -> {
                        try {
                            publisher.publish(topic, 1, 1, i -> "more");
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    0,
                    1,
                    TimeUnit.SECONDS);
            leader.of(clientId).begin(Sharing.session(clientId, 1));
            await().atMost(PATIENCE).until(() -> leader.ended.contains(clientId));
            assertThat(published.isDone()).isFalse();
            assertThat(shared.payloads()).containsAll(numbers(MESSAGES));
        } finally {
            source.shutdownNow();
        }
    }

    private void endAlone(Broker at) throws Exception {
        try (MqttRoute single = new MqttRoute(at, topic, Map.of(), batch -> {})) {
            awaitConnected(single, 1);
        }
        publish(at, 0);
        Leader leader = new Leader();
        try (MqttRoute shared = route(at, leader)) {
            leader.of(clientId).begin(Sharing.session(clientId, 1));
            await().atMost(PATIENCE).until(() -> leader.ended.contains(clientId));
            assertThat(shared.payloads()).containsExactlyInAnyOrderElementsOf(numbers(MESSAGES));

            publish(at, MESSAGES);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(shared.payloads())
                    .containsExactlyInAnyOrderElementsOf(numbers(2 * MESSAGES)));
        }
        requireNothingUnderTheOldName(at);
    }

    private void requireNothingUnderTheOldName(Broker at) throws Exception {
        try (MqttRoute single = new MqttRoute(at, topic, Map.of(), batch -> {})) {
            awaitConnected(single, 1);
            try (Publisher publisher = at.publisher()) {
                publisher.publish(topic, 1, 1, i -> "last");
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(single.payloads()).containsExactly("last"));
        }
    }
}
