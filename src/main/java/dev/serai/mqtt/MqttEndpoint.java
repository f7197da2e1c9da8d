package dev.serai.mqtt;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.jspecify.annotations.Nullable;

/**
 * A topic of a broker, with the options of Camel's {@code paho-mqtt5} and those of {@code batching=true}.
 *
 * <p>Public because Camel sets its options by reflection.
 */
public final class MqttEndpoint extends PahoMqtt5Endpoint {

    private static final int MAX_WINDOW = 65_535;

    private final MqttComponent component;
    private boolean batching;
    private int batchSize = 5_000;
    private long batchIntervalMs = 250;
    private long batchBytes = 16L << 20;
    private int maxMessageBytes = 8 << 20;
    private long retryDelayMs = 1_000;
    private long retryMaxDelayMs = 30_000;
    private double silentAfterGaps = 30;
    private long silentAfterMs = 30_000;
    private long queueLimit;
    private int queueProbe;
    private @Nullable BatchDecoder decoder;

    MqttEndpoint(String uri, String topic, MqttComponent component, PahoMqtt5Configuration configuration) {
        super(uri, topic, component, configuration);
        this.component = component;
    }

    /** Who says which sessions this process reads; null where the subscription is this process's own. */
    @Nullable
    Sharing sharing() {
        Sharing sharing = component.sharing();
        return sharing != null && sharing.isShared(clientId()) ? sharing : null;
    }

    String clientId() {
        return String.valueOf(getConfiguration().getClientId());
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (!batching) {
            return super.createConsumer(processor);
        }
        validate();
        BatchingConsumer consumer = new BatchingConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    private void validate() {
        PahoMqtt5Configuration asked = getConfiguration();
        require(getClient() == null, "client", "left out", "a client");
        require(
                asked.getClientId() != null && !asked.getClientId().isBlank(),
                "clientId",
                "the name under which the broker keeps the messages, such as serai-sensors",
                String.valueOf(asked.getClientId()));
        require(
                asked.getQos() < 2,
                "qos",
                "1 or 0, because QoS 2 cannot be acknowledged after processing",
                String.valueOf(asked.getQos()));
        require(batchSize > 0, "batchSize", "1 or more messages", String.valueOf(batchSize));
        require(batchIntervalMs > 0, "batchIntervalMs", "1 or more", String.valueOf(batchIntervalMs));
        require(batchBytes > 0, "batchBytes", "1 or more", String.valueOf(batchBytes));
        require(maxMessageBytes > 0, "maxMessageBytes", "1 or more", String.valueOf(maxMessageBytes));
        require(retryDelayMs > 0, "retryDelayMs", "1 or more", String.valueOf(retryDelayMs));
        require(
                asked.getReceiveMaximum() > 0 && asked.getReceiveMaximum() <= MAX_WINDOW,
                "receiveMaximum",
                "1 to 65535 messages",
                String.valueOf(asked.getReceiveMaximum()));
        addresses();
    }

    private void require(boolean met, String option, String expected, String seen) {
        if (!met) {
            throw new IllegalArgumentException("paho-mqtt5:%s with batching: %s has to be %s; it is '%s'"
                    .formatted(getTopic(), option, expected, seen));
        }
    }

    List<BrokerAddress> addresses() {
        String several = getConfiguration().getServerURIs();
        String urls = several == null || several.isBlank() ? getConfiguration().getBrokerUrl() : several;
        return Arrays.stream(urls.split(",", -1)).map(BrokerAddress::of).toList();
    }

    boolean usesTls() {
        String url = getConfiguration().getBrokerUrl();
        return url != null && (url.startsWith("ssl:") || url.startsWith("mqtts:"));
    }

    MqttConnectionOptions connectionOptions() {
        return createMqttConnectionOptions();
    }

    Inbox.Limits limits() {
        return new Inbox.Limits(
                batchSize,
                batchBytes,
                TimeUnit.MILLISECONDS.toNanos(batchIntervalMs),
                getConfiguration().getReceiveMaximum());
    }

    public boolean isBatching() {
        return batching;
    }

    /** Whether an exchange carries a {@link MessageBatch} and is acknowledged when it has completed. */
    public void setBatching(boolean batching) {
        this.batching = batching;
    }

    public int getBatchSize() {
        return batchSize;
    }

    /** Messages that fill a batch. */
    public void setBatchSize(int batchSize) {
        this.batchSize = batchSize;
    }

    public long getBatchIntervalMs() {
        return batchIntervalMs;
    }

    /** Milliseconds after which the oldest message is processed, however few there are. */
    public void setBatchIntervalMs(long batchIntervalMs) {
        this.batchIntervalMs = batchIntervalMs;
    }

    public long getBatchBytes() {
        return batchBytes;
    }

    /** Bytes of payload that fill a batch; as many more may wait in memory. */
    public void setBatchBytes(long batchBytes) {
        this.batchBytes = batchBytes;
    }

    public int getMaxMessageBytes() {
        return maxMessageBytes;
    }

    /** Bytes of payload of the largest message that is taken; a larger one stays with the broker, with a warning. */
    public void setMaxMessageBytes(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    public long getRetryDelayMs() {
        return retryDelayMs;
    }

    /** Milliseconds before a batch that failed is processed again; doubles with each failure. */
    public void setRetryDelayMs(long retryDelayMs) {
        this.retryDelayMs = retryDelayMs;
    }

    public long getRetryMaxDelayMs() {
        return retryMaxDelayMs;
    }

    /** The longest such pause, in milliseconds. */
    public void setRetryMaxDelayMs(long retryMaxDelayMs) {
        this.retryMaxDelayMs = retryMaxDelayMs;
    }

    public double getSilentAfterGaps() {
        return silentAfterGaps;
    }

    /** So many times the usual time between two messages without one is a silence; 0 for never. */
    public void setSilentAfterGaps(double silentAfterGaps) {
        this.silentAfterGaps = silentAfterGaps;
    }

    public long getSilentAfterMs() {
        return silentAfterMs;
    }

    /** No shorter time than so many milliseconds is a silence. */
    public void setSilentAfterMs(long silentAfterMs) {
        this.silentAfterMs = silentAfterMs;
    }

    public long getQueueLimit() {
        return queueLimit;
    }

    /** Messages that the broker keeps for an absent subscriber, to warn when that is little; 0 for no limit. */
    public void setQueueLimit(long queueLimit) {
        this.queueLimit = queueLimit;
    }

    public int getQueueProbe() {
        return queueProbe;
    }

    /**
     * Messages that are published after the first connect, to a topic and a session that nobody else has, to see whether the
     * broker keeps as many for an absent subscriber; 0 for none. Not where the limit is given.
     */
    public void setQueueProbe(int queueProbe) {
        this.queueProbe = queueProbe;
    }

    public @Nullable BatchDecoder getDecoder() {
        return decoder;
    }

    /** What makes the body of an exchange from its {@link MessageBatch}; without one that is the body. */
    public void setDecoder(@Nullable BatchDecoder decoder) {
        this.decoder = decoder;
    }
}
