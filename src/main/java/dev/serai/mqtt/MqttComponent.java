package dev.serai.mqtt;

import java.util.Map;
import javax.net.SocketFactory;
import org.apache.camel.Endpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.spi.annotations.Component;
import org.jspecify.annotations.Nullable;

/**
 * Camel's {@code paho-mqtt5} with one option more: {@code batching=true} makes a consumer a durable one that acknowledges
 * whole batches after they have been processed. Everything else is Camel's.
 *
 * <p>With it, what is not said is: QoS 1, {@code cleanStart=false}, a session that outlives a week of outage, and at most half a
 * minute between two tries to connect.
 */
@Component("paho-mqtt5")
public final class MqttComponent extends PahoMqtt5Component {

    private static final long WEEK_SECONDS = 7 * 24 * 3_600;
    private static final int MAX_RECONNECT_MS = 30_000;

    private @Nullable SocketFactory tlsSockets;
    private @Nullable Sharing sharing;

    /** Makes the sockets of connections to {@code ssl://}, where an endpoint does not say otherwise. */
    public void setTlsSockets(@Nullable SocketFactory tlsSockets) {
        this.tlsSockets = tlsSockets;
    }

    /** Says which sessions of a shared subscription this process reads; without it each subscription is its own. */
    public void setSharing(@Nullable Sharing sharing) {
        this.sharing = sharing;
    }

    @Nullable
    Sharing sharing() {
        return sharing;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        PahoMqtt5Configuration configuration = getConfiguration().copy();
        if (Boolean.parseBoolean(String.valueOf(parameters.get("batching")))) {
            configuration.setQos(1);
            configuration.setCleanStart(false);
            configuration.setSessionExpiryInterval(WEEK_SECONDS);
            configuration.setMaxReconnectDelay(MAX_RECONNECT_MS);
        }
        MqttEndpoint endpoint = new MqttEndpoint(uri, remaining, this, configuration);
        endpoint.setClient(getClient());
        setProperties(endpoint, parameters);
        SocketFactory factory = tlsSockets;
        if (factory != null && endpoint.usesTls() && endpoint.getConfiguration().getSocketFactory() == null) {
            endpoint.getConfiguration().setSocketFactory(factory);
        }
        return endpoint;
    }
}
