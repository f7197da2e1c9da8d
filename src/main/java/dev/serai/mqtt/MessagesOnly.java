package dev.serai.mqtt;

import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** For a short session that waits for messages: that something else has happened shows in that they do not come in time. */
abstract class MessagesOnly implements MqttCallback {

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        // then they do not come
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        // nor then
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // it publishes nothing
    }

    @Override
    public void connectComplete(boolean reconnect, String uri) {
        // who connects knows
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // is not asked for
    }
}
