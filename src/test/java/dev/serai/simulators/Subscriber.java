package dev.serai.simulators;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.simulators.SensorsTest.Message;
import dev.serai.stack.LocalStack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** A plain MQTT client that has subscribed to everything of the sensors. For one thread. Close after use. */
final class Subscriber implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    private final MqttClient client;

    Subscriber(LocalStack stack) throws MqttException {
        Map<String, String> settings = stack.settings();
        client = new MqttClient(
                String.valueOf(settings.get("sensors.mqtt.url")), "test-" + UUID.randomUUID(), new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(settings.get("sensors.mqtt.user"));
        options.setPassword(
                String.valueOf(settings.get("sensors.mqtt.password")).getBytes(UTF_8));
        options.setAutomaticReconnect(false);
        client.connect(options);
        MqttProperties properties = new MqttProperties();
        properties.setSubscriptionIdentifiers(List.of(1));
        IMqttMessageListener listener = (topic, message) -> received.add(new Message(
                topic, new String(message.getPayload(), UTF_8), message.getQos(), message.isRetained(), Instant.now()));
        client.subscribe(
                new MqttSubscription[] {new MqttSubscription("sensors/#", 1)}, new IMqttMessageListener[] {listener});
    }

    /** The next so many that are wanted, those that came meanwhile left out. */
    List<Message> next(int count, Predicate<Message> wanted) throws InterruptedException {
        received.clear();
        List<Message> messages = new ArrayList<>();
        while (messages.size() < count) {
            Message message = poll();
            if (wanted.test(message)) {
                messages.add(message);
            }
        }
        return messages;
    }

    /** All that have come and come until something has happened, and so many more. */
    List<Message> nextAfter(int count, BooleanSupplier happened) throws InterruptedException {
        List<Message> messages = new ArrayList<>();
        while (!happened.getAsBoolean()) {
            messages.add(poll());
        }
        received.drainTo(messages);
        for (int i = 0; i < count; i++) {
            messages.add(poll());
        }
        return messages;
    }

    private Message poll() throws InterruptedException {
        Message message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(message).as("a message within %d s", PATIENCE_SECONDS).isNotNull();
        return message;
    }

    @Override
    public void close() {
        try {
            client.disconnectForcibly(0, 0, false);
            client.close(true);
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }
}
