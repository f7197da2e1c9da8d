package dev.serai.mqtt;

import java.io.IOException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttConnect;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.MqttSubscribe;
import org.eclipse.paho.mqttv5.common.packet.MqttWireMessage;

/**
 * What is said at the begin of a connection, in Paho's packets.
 *
 * <p>Errors: {@link BrokerException} if the broker refuses, or answers like none. Thread-safe as its options are.
 */
final class Handshake {

    private static final int CONNACK = 2;
    private static final int SUBSCRIBE_ID = 1;

    private final BrokerAddress address;
    private final String clientId;
    private final MqttConnectionOptions options;

    Handshake(BrokerAddress address, String clientId, MqttConnectionOptions options) {
        this.address = address;
        this.clientId = clientId;
        this.options = options;
    }

    /** The packet that asks for the connection. */
    byte[] request() throws BrokerException {
        MqttConnect connect = new MqttConnect(
                clientId,
                options.getMqttVersion(),
                options.isCleanStart(),
                options.getKeepAliveInterval(),
                options.getConnectionProperties(),
                options.getWillMessageProperties());
        connect.setUserName(options.getUserName());
        connect.setPassword(options.getPassword());
        if (options.getWillDestination() != null) {
            connect.setWillDestination(options.getWillDestination());
            connect.setWillMessage(options.getWillMessage());
        }
        return serialized(connect);
    }

    /** Reads what the broker says to it. */
    MqttConnAck answer(Packets in) throws IOException {
        in.next();
        if (in.type() >> 4 != CONNACK || in.limit() - in.position() < 2) {
            throw new BrokerException("%s does not answer like an MQTT broker".formatted(address));
        }
        int code = in.buffer()[in.position() + 1] & 0xff;
        if (ReasonCode.isLogin(code)) {
            throw new BrokerException(
                    "%s refuses user '%s': %s".formatted(address, options.getUserName(), ReasonCode.words(code)));
        }
        if (code != 0) {
            throw new BrokerException("%s refuses the connection: %s".formatted(address, ReasonCode.words(code)));
        }
        try {
            return new MqttConnAck(in.body());
        } catch (MqttException e) {
            throw new BrokerException(
                    "%s does not answer like an MQTT broker: %s".formatted(address, e.getMessage()), e);
        }
    }

    /** The packet that asks for the messages of a topic filter. */
    static byte[] subscription(String topicFilter, int qos) throws BrokerException {
        MqttSubscription subscription = new MqttSubscription(topicFilter, qos);
        // Retained messages once, not again after each reconnect.
        subscription.setRetainHandling(1);
        MqttSubscribe subscribe = new MqttSubscribe(subscription, new MqttProperties());
        subscribe.setMessageId(SUBSCRIBE_ID);
        return serialized(subscribe);
    }

    private static byte[] serialized(MqttWireMessage message) throws BrokerException {
        try {
            return message.serialize();
        } catch (MqttException e) {
            throw new BrokerException("cannot be written: " + message, e);
        }
    }
}
