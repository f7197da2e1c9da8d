package dev.serai.mqtt;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * How many messages a broker holds, where it says so as Mosquitto does, in {@code $SYS/broker/store/messages/count}.
 *
 * <p>Asked with a session of its own that leaves nothing behind, on a thread of its own, when somebody wants to know and the
 * last answer is ten seconds old; a broker that says nothing is asked every five minutes. Thread-safe.
 */
final class BrokerStore {

    private static final Logger LOG = LogManager.getLogger(BrokerStore.class);
    private static final String TOPIC = "$SYS/broker/store/messages/count";
    private static final long PATIENCE_MS = 2_000;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONG_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long FRESH_NANOS = Duration.ofSeconds(30).toNanos();

    private final String url;
    private final String clientId;
    private final Supplier<MqttConnectionOptions> options;
    private final Function<Runnable, Thread> threads;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Answer last;

    /** What was said, and when. */
    private record Answer(OptionalLong messages, long atNanos, long pauseNanos) {}

    /**
     * @param options new ones for each session: user, password, TLS
     * @param threads makes the thread that asks
     */
    BrokerStore(
            String url, String clientId, Supplier<MqttConnectionOptions> options, Function<Runnable, Thread> threads) {
        this.url = url;
        this.clientId = clientId + "-store";
        this.options = options;
        this.threads = threads;
        this.last = new Answer(OptionalLong.empty(), System.nanoTime(), 0);
    }

    /** The last answer, if it is fresh; asks anew if it is time to. */
    OptionalLong messages() {
        Answer known = last;
        long age = System.nanoTime() - known.atNanos();
        if (age >= known.pauseNanos() && asking.compareAndSet(false, true)) {
            threads.apply(this::ask).start();
        }
        return age < FRESH_NANOS ? known.messages() : OptionalLong.empty();
    }

    private void ask() {
        try {
            OptionalLong messages = answer();
            last = new Answer(messages, System.nanoTime(), messages.isPresent() ? PAUSE_NANOS : LONG_PAUSE_NANOS);
        } catch (MqttException | ExecutionException e) {
            LOG.debug("{} does not say how many messages it holds: {}", url, e.getMessage());
            last = new Answer(OptionalLong.empty(), System.nanoTime(), PAUSE_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // a stop
        } finally {
            asking.set(false);
        }
    }

    private OptionalLong answer() throws MqttException, InterruptedException, ExecutionException {
        MqttConnectionOptions session = options.get();
        session.setAutomaticReconnect(false);
        session.setCleanStart(true);
        session.setSessionExpiryInterval(0L);
        CompletableFuture<Long> said = new CompletableFuture<>();
        MqttClient client = new MqttClient(url, clientId, new MemoryPersistence());
        try {
            client.setTimeToWait(PATIENCE_MS);
            client.setCallback(new MessagesOnly() {
                @Override
                public void messageArrived(String topic, MqttMessage message) {
                    said.complete(Long.parseLong(new String(message.getPayload(), StandardCharsets.US_ASCII)));
                }
            });
            client.connect(session);
            client.subscribe(TOPIC, 0);
            OptionalLong messages = OptionalLong.of(said.get(PATIENCE_MS, TimeUnit.MILLISECONDS));
            client.disconnect();
            return messages;
        } catch (TimeoutException e) {
            client.disconnect();
            return OptionalLong.empty();
        } finally {
            client.close(true);
        }
    }
}
