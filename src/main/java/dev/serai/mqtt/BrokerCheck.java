package dev.serai.mqtt;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Finds in what a broker answers the ways in which it would lose messages. Pure. */
final class BrokerCheck {

    private BrokerCheck() {}

    /**
     * Of a connection that has just begun.
     *
     * @param again whether this process was connected before, so that the broker has to have a session
     */
    static List<String> warnings(
            MqttConnectionOptions asked, MqttConnAck answer, int qos, int grantedQos, boolean again) {
        List<String> warnings = new ArrayList<>();
        MqttProperties told = answer.getProperties();
        long expiry = asked.getSessionExpiryInterval() == null ? 0 : asked.getSessionExpiryInterval();
        Long keeps = told.getSessionExpiryInterval();
        if (again && !asked.isCleanStart() && !answer.getSessionPresent()) {
            warnings.add(
                    "the broker has lost the session: what was published while this subscriber was away, and was not"
                            + " received yet, is missing; does it keep sessions on disk?");
        }
        if (asked.isCleanStart() || expiry == 0) {
            warnings.add("what is published while this subscriber is away is lost: set cleanStart to false and"
                    + " sessionExpiryInterval to the seconds of the longest outage");
        } else if (keeps != null && keeps < expiry) {
            warnings.add(
                    "the broker keeps the session for %d seconds of outage instead of %d".formatted(keeps, expiry));
        }
        if (qos == 0) {
            warnings.add("with QoS 0 messages are lost at each outage: set qos to 1");
        } else if (grantedQos == 0 || (told.getMaximumQoS() != null && told.getMaximumQoS() == 0)) {
            warnings.add("the broker grants QoS 0 only: messages are lost at each outage");
        }
        return warnings;
    }

    /** @param found so many unacknowledged messages the broker sends; 0 if as many as asked */
    static List<String> windowWarnings(int found, int asked) {
        return found == 0
                ? List.of()
                : List.of(
                        ("the broker sends only %d messages without an acknowledgement, not %d: batches stay that small:"
                                        + " raise its limit of messages in flight")
                                .formatted(found, asked));
    }
}
