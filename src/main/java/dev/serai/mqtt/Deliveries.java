package dev.serai.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the messages of one connection out of its packets. Errors: {@link IOException}. Not thread-safe. */
final class Deliveries {

    private static final int TOPIC_EXCERPT = 200;

    private final Connection connection;
    private final BrokerAddress address;
    private final int maxMessageBytes;
    private final Connection.Listener listener;
    private final TopicNames topics = new TopicNames();

    Deliveries(Connection connection, BrokerAddress address, int maxMessageBytes, Connection.Listener listener) {
        this.connection = connection;
        this.address = address;
        this.maxMessageBytes = maxMessageBytes;
        this.listener = listener;
    }

    /**
     * The message of the packet that is to be read.
     *
     * @return nothing if it is larger than is taken: then the listener has been told
     */
    @Nullable
    Delivery next(Packets in, Instant at, long now) throws IOException {
        int qos = (in.type() >> 1) & 3;
        int from = in.position();
        int topicLength = in.number(from);
        if (in.excess() > 0) {
            int shown = Math.min(Math.min(topicLength, TOPIC_EXCERPT), in.limit() - from - 2);
            listener.tooLarge(
                    new String(in.buffer(), from + 2, shown, StandardCharsets.UTF_8), in.limit() - from + in.excess());
            return null;
        }
        int position = from + 2 + topicLength;
        int packetId = 0;
        if (qos > 0) {
            packetId = in.number(position);
            position += 2;
        }
        if (qos > 1) {
            throw new BrokerException("%s sends with QoS 2, which was not asked for".formatted(address));
        }
        int payload = in.behindProperties(position);
        if (in.limit() - payload > maxMessageBytes) {
            listener.tooLarge(topics.name(in.buffer(), from + 2, topicLength), in.limit() - payload);
            return null;
        }
        byte[] bytes = new byte[in.limit() - payload];
        System.arraycopy(in.buffer(), payload, bytes, 0, bytes.length);
        return new Delivery(
                new ReceivedMessage(topics.name(in.buffer(), from + 2, topicLength), bytes, at, (in.type() & 1) != 0),
                packetId,
                connection,
                now);
    }
}
