package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.CamelContext;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Consumer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Producer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** A route file says everything in the usual form. */
class YamlTest {

    private static MqttEndpoint endpoint(CamelContext camel, String parameters) throws Exception {
        camel.getRegistry().bind("paho-mqtt5-component", new MqttComponent());
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("stream.camel.yaml", """
                        - route:
                            id: stream
                            autoStartup: "false"
                            from:
                              uri: paho-mqtt5:sensors/#
                              parameters:
                                brokerUrl: tcp://127.0.0.1:1
                        %s
                              steps:
                                - log:
                                    message: came
                        """.formatted(
                        parameters.indent(8).stripTrailing())));
        camel.start();
        return (MqttEndpoint) camel.getRoute("stream").getEndpoint();
    }

    @Test
    void options_of_batching_stand_beside_those_of_camel() throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            MqttEndpoint endpoint = endpoint(camel, """
                    clientId: serai-test
                    batching: "true"
                    batchSize: 17
                    batchIntervalMs: 1000
                    batchBytes: 4096
                    maxMessageBytes: 2048
                    retryDelayMs: 5
                    retryMaxDelayMs: 6
                    silentAfterGaps: 7.5
                    silentAfterMs: 8
                    queueLimit: 9
                    receiveMaximum: 100""");

            assertThat(endpoint.getTopic()).isEqualTo("sensors/#");
            assertThat(endpoint.limits()).isEqualTo(new Inbox.Limits(17, 4096, 1_000_000_000L, 100));
            assertThat(endpoint.getMaxMessageBytes()).isEqualTo(2048);
            assertThat(endpoint.getRetryDelayMs()).isEqualTo(5);
            assertThat(endpoint.getRetryMaxDelayMs()).isEqualTo(6);
            assertThat(endpoint.getSilentAfterGaps()).isEqualTo(7.5);
            assertThat(endpoint.getSilentAfterMs()).isEqualTo(8);
            assertThat(endpoint.getQueueLimit()).isEqualTo(9);
            assertThat(camel.getRoute("stream").getConsumer()).isInstanceOf(BatchingConsumer.class);
        }
    }

    @Test
    void what_is_not_said_is_durable() throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            MqttEndpoint endpoint = endpoint(camel, """
                    clientId: serai-test
                    batching: "true\"""");

            assertThat(endpoint.getConfiguration().isCleanStart()).isFalse();
            assertThat(endpoint.getConfiguration().getQos()).isEqualTo(1);
            assertThat(endpoint.getConfiguration().getSessionExpiryInterval()).isEqualTo(604_800);
        }
    }

    @Test
    void without_batching_everything_is_camels() throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            MqttEndpoint endpoint = endpoint(camel, "clientId: serai-test");

            assertThat(endpoint.getConfiguration().isCleanStart()).isTrue();
            assertThat(endpoint.getConfiguration().getQos()).isEqualTo(2);
            assertThat(camel.getRoute("stream").getConsumer()).isInstanceOf(PahoMqtt5Consumer.class);
            assertThat(endpoint.createProducer()).isInstanceOf(PahoMqtt5Producer.class);
        }
    }

    @Test
    void a_durable_subscription_needs_a_name_of_its_own() {
        assertThatThrownBy(() -> {
                    try (CamelContext camel = new DefaultCamelContext()) {
                        endpoint(camel, "batching: \"true\"");
                    }
                })
                .hasStackTraceContaining("clientId has to be the name under which the broker keeps the messages");
    }

    @Test
    void qos_2_is_refused_with_the_reason() {
        assertThatThrownBy(() -> {
                    try (CamelContext camel = new DefaultCamelContext()) {
                        endpoint(camel, "batching: \"true\"\nclientId: serai-test\nqos: 2");
                    }
                })
                .hasStackTraceContaining("qos has to be 1 or 0, because QoS 2 cannot be acknowledged after processing");
    }

    @Test
    void an_address_that_batching_does_not_know_is_refused() {
        assertThatThrownBy(() -> {
                    try (CamelContext camel = new DefaultCamelContext()) {
                        endpoint(camel, "batching: \"true\"\nclientId: serai-test\nserverURIs: ws://127.0.0.1:80");
                    }
                })
                .hasStackTraceContaining("brokerUrl has to be like tcp://127.0.0.1:1883");
    }
}
