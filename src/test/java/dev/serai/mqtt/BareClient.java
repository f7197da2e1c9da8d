package dev.serai.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The least that a durable subscriber made with Paho can do: acknowledges each message by hand and forgets it. */
public final class BareClient {

    private static final int WEEK_SECONDS = 604_800;
    private static final int PATIENCE_MINUTES = 30;

    private BareClient() {}

    private static MqttConnectionOptions options(Broker broker) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval((long) WEEK_SECONDS);
        options.setReceiveMaximum(65_535);
        options.setAutomaticReconnect(false);
        if (!broker.user().isEmpty()) {
            options.setUserName(broker.user());
            options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        }
        return options;
    }

    /** Makes a session that the broker keeps messages for. */
    public static void subscribe(Broker broker, String clientId, String topicFilter) throws MqttException {
        MqttClient client = new MqttClient(broker.url(), clientId, new MemoryPersistence());
        client.connect(options(broker));
        client.subscribe(topicFilter, 1);
        client.disconnect();
        client.close();
    }

    /** Drains a session that holds so many messages, of which those after the warm-up count. */
    public static Pace drain(Broker broker, String clientId, int warmUp, int measured) throws Exception {
        int messages = warmUp + measured;
        MqttClient client = new MqttClient(broker.url(), clientId, new MemoryPersistence());
        client.setManualAcks(true);
        Pace pace = new Pace(warmUp, measured);
        AtomicInteger count = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        client.setCallback(new MqttCallback() {
            @Override
            public void messageArrived(String topic, MqttMessage message) throws Exception {
                client.messageArrivedComplete(message.getId(), message.getQos());
                int n = count.incrementAndGet();
                if (n % 1_000 == 0 || n == messages) {
                    pace.reached(n);
                }
                if (n == messages) {
                    done.countDown();
                }
            }

            @Override
            public void disconnected(MqttDisconnectResponse response) {
                System.err.println("the bare client was disconnected: " + response);
            }

            @Override
            public void mqttErrorOccurred(MqttException exception) {
                System.err.println("the bare client: " + exception);
            }

            @Override
            public void deliveryComplete(IMqttToken token) {
                // it publishes nothing
            }

            @Override
            public void connectComplete(boolean reconnect, String uri) {
                // the backlog says so
            }

            @Override
            public void authPacketArrived(int reasonCode, MqttProperties properties) {
                // is not asked for
            }
        });
        client.connect(options(broker));
        if (!done.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            throw new TimeoutException("the bare client got only " + count);
        }
        client.disconnect();
        client.close();
        return pace;
    }
}
