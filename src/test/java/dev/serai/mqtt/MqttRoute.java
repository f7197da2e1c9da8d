package dev.serai.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** A route that consumes a topic in batches and does with them what a test says. Close after use. */
final class MqttRoute implements AutoCloseable {

    /** What a test does with a batch. */
    interface Work {
        void on(MessageBatch batch) throws Exception;
    }

    static final String ID = "stream";

    final Told told = new Told();
    /** What has gone through, in order. */
    final List<MessageBatch> done = new CopyOnWriteArrayList<>();

    final CamelContext camel = new DefaultCamelContext();
    private final MqttComponent component = new MqttComponent();

    /** @param options of the endpoint, beside those that every test needs */
    MqttRoute(Broker broker, String topic, Map<String, ?> options, Work work) throws Exception {
        this(broker, topic, options, null, work);
    }

    /** @param sharing which sessions to read; null for one of its own */
    MqttRoute(Broker broker, String topic, Map<String, ?> options, @Nullable Sharing sharing, Work work)
            throws Exception {
        Map<String, String> all = new TreeMap<>(Map.of(
                "batching", "true",
                "clientId", "client-of-" + topic.replaceAll("\\W", "-"),
                "brokerUrl", broker.url(),
                "batchIntervalMs", "50",
                "retryDelayMs", "10",
                "retryMaxDelayMs", "20",
                "maxReconnectDelay", "100"));
        if (!broker.user().isEmpty()) {
            all.put("userName", broker.user());
            all.put("password", "RAW(" + broker.password() + ")");
        }
        options.forEach(
                (key, value) -> all.put(key, value instanceof BatchDecoder ? "#decoder" : String.valueOf(value)));
        if (options.get("decoder") instanceof BatchDecoder decoder) {
            camel.getRegistry().bind("decoder", decoder);
        }
        List<String> pairs = new ArrayList<>();
        all.forEach((key, value) -> pairs.add(key + "=" + value));
        component.setSharing(sharing);
        camel.getRegistry().bind("paho-mqtt5-component", component);
        camel.getRegistry().bind("told", told);
        camel.getShutdownStrategy().setTimeout(20);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("paho-mqtt5:%s?%s".formatted(topic, String.join("&", pairs)))
                        .routeId(ID)
                        .process(exchange -> {
                            MessageBatch batch = exchange.getMessage().getBody(MessageBatch.class);
                            work.on(batch);
                            done.add(batch);
                        });
            }
        });
        camel.start();
    }

    /** Leaves the subscription to the broker. */
    void stop() throws Exception {
        camel.getRouteController().stopRoute(ID);
    }

    void start() throws Exception {
        camel.getRouteController().startRoute(ID);
    }

    /** Payloads of what has gone through, in order. */
    List<String> payloads() {
        return done.stream()
                .flatMap(MessageBatch::stream)
                .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void close() {
        camel.stop();
    }
}
