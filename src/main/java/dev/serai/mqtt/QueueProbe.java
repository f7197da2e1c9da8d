package dev.serai.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * Finds out whether a broker keeps some thousand messages for an absent subscriber, by trying: MQTT has no question for that,
 * and many brokers drop all but a thousand unless they are told otherwise.
 *
 * <p>A session of its own on a topic of its own, {@code serai-probe/<client id>}, that is removed afterwards. Errors:
 * {@link MqttException} where the broker does not let it. Used once.
 */
final class QueueProbe {

    private static final long PATIENCE_MS = 30_000;
    private static final long EXPIRY_SECONDS = 300;
    private static final long LOOK_MS = 100;
    private static final int AT_LEAST_ONCE = 1;
    private static final byte[] MESSAGE = {'1'};
    private static final byte[] END = "end".getBytes(StandardCharsets.US_ASCII);

    private final String url;
    private final MqttConnectionOptions options;
    private final String clientId;
    private final String topic;

    /** @param options those of the subscriber: user, password, TLS */
    QueueProbe(String url, MqttConnectionOptions options, String clientId) {
        this.url = url;
        this.options = options;
        this.clientId = clientId + "-probe";
        this.topic = "serai-probe/" + clientId;
        options.setAutomaticReconnect(false);
    }

    @FunctionalInterface
    private interface Work {
        void with(MqttClient client) throws MqttException, InterruptedException;
    }

    /** How many of these messages the broker kept. */
    int kept(int messages) throws MqttException, InterruptedException {
        Collected collected = new Collected();
        session(clientId, true, EXPIRY_SECONDS, collected, absent -> absent.subscribe(topic, AT_LEAST_ONCE));
        try {
            session(clientId + "-sender", true, 0, collected, sender -> {
                for (int i = 0; i < messages; i++) {
                    publish(sender, MESSAGE);
                }
                session(clientId, false, EXPIRY_SECONDS, collected, back -> awaitEnd(sender, collected));
            });
        } finally {
            session(clientId, true, 0, collected, forgotten -> {});
        }
        return collected.kept.get();
    }

    /** All that was kept has come when a message comes that is published now; again, because a queue that is full drops it. */
    private void awaitEnd(MqttClient sender, Collected collected) throws MqttException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        do {
            if (System.nanoTime() > deadline) {
                throw new MqttException(MqttClientException.REASON_CODE_CLIENT_TIMEOUT);
            }
            publish(sender, END);
        } while (!collected.end.await(LOOK_MS, TimeUnit.MILLISECONDS));
    }

    private void session(String id, boolean anew, long expirySeconds, MqttCallback callback, Work work)
            throws MqttException, InterruptedException {
        MqttClient client = new MqttClient(url, id, new MemoryPersistence());
        try {
            client.setTimeToWait(PATIENCE_MS);
            client.setCallback(callback);
            options.setCleanStart(anew);
            options.setSessionExpiryInterval(expirySeconds);
            client.connect(options);
            work.with(client);
            client.disconnect();
        } finally {
            client.close(true);
        }
    }

    private void publish(MqttClient sender, byte[] payload) throws MqttException {
        while (true) {
            try {
                sender.publish(topic, payload, AT_LEAST_ONCE, false);
                return;
            } catch (MqttException e) {
                // Paho counts what is on the way a moment too late, where the broker allows only a few.
                if (e.getReasonCode() != MqttClientException.REASON_CODE_MAX_INFLIGHT) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private static final class Collected extends MessagesOnly {

        private final AtomicInteger kept = new AtomicInteger();
        private final CountDownLatch end = new CountDownLatch(1);

        @Override
        public void messageArrived(String to, MqttMessage message) {
            if (message.getPayload().length == END.length) {
                end.countDown();
            } else {
                kept.incrementAndGet();
            }
        }
    }
}
