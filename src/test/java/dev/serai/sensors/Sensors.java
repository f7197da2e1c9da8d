package dev.serai.sensors;

import dev.serai.Hub;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Publishes to the broker that a hub listens to, with QoS 1: a message that was sent is the broker's. Close after use. */
final class Sensors implements AutoCloseable {

    private static final int AT_LEAST_ONCE = 1;
    private static final long PATIENCE_MS = 30_000;

    private final MqttClient client;
    private final String topic;

    Sensors(Hub hub) throws MqttException {
        topic = topicOf(hub);
        client = new MqttClient(
                hub.settings().text("sensors.mqtt.url"), "sender-" + UUID.randomUUID(), new MemoryPersistence());
        client.setTimeToWait(PATIENCE_MS);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(hub.settings().text("sensors.mqtt.user"));
        options.setPassword(hub.settings().text("sensors.mqtt.password").getBytes(StandardCharsets.UTF_8));
        client.connect(options);
    }

    /** The part of a hub's topics that stands for "sensors". */
    static String topicOf(Hub hub) {
        return hub.settings().text("sensors.mqtt.topic").replace("/#", "");
    }

    void send(String payload) throws MqttException {
        send(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** @param below of the topic: sensors/below */
    void sendTo(String below, String payload) throws MqttException {
        send(topic + "/" + below, payload.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] payload) throws MqttException {
        send(topic, payload);
    }

    private void send(String to, byte[] payload) throws MqttException {
        client.publish(to, payload, AT_LEAST_ONCE, false);
    }

    static String reading(String sensor, String time, Object value) {
        return "{\"id\": \"%s\", \"dt\": \"%s\", \"value\": %s}".formatted(sensor, time, value);
    }

    @Override
    public void close() throws MqttException {
        client.disconnect();
        client.close();
    }
}
