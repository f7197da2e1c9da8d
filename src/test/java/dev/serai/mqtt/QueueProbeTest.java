package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;

/** The local broker keeps everything for an absent subscriber; see {@link MosquittoTest} for one that does not. */
@WithStack
class QueueProbeTest {

    private static final int MESSAGES = 300;

    private final Broker broker;
    private final String clientId = "probed-" + UUID.randomUUID();

    QueueProbeTest(LocalStack stack) {
        broker = Broker.of(stack);
    }

    private QueueProbe probe(String password) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(broker.user());
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        return new QueueProbe(broker.url(), options, clientId);
    }

    @Test
    void all_that_was_kept_is_counted_each_time_anew() throws Exception {
        assertThat(probe(broker.password()).kept(MESSAGES)).isEqualTo(MESSAGES);
        assertThat(probe(broker.password()).kept(1)).isOne();
    }

    @Test
    void a_broker_that_does_not_let_it_in_is_an_error() {
        assertThatThrownBy(() -> probe("wrong").kept(1)).isInstanceOf(MqttException.class);
    }
}
