package dev.serai.mqtt;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** The messages of one exchange, in the order in which they came; never empty, cannot be changed. Thread-safe. */
public final class MessageBatch extends AbstractList<ReceivedMessage> implements RandomAccess {

    private final ReceivedMessage[] messages;
    private final long bytes;

    public MessageBatch(List<ReceivedMessage> messages) {
        this.messages = messages.toArray(ReceivedMessage[]::new);
        if (this.messages.length == 0) {
            throw new IllegalArgumentException("a batch has one message at least");
        }
        long sum = 0;
        for (ReceivedMessage message : this.messages) {
            sum += message.payload().length;
        }
        bytes = sum;
    }

    static MessageBatch of(List<Delivery> deliveries) {
        return new MessageBatch(deliveries.stream().map(Delivery::message).toList());
    }

    @Override
    public ReceivedMessage get(int index) {
        return messages[index];
    }

    @Override
    public int size() {
        return messages.length;
    }

    /** Size of all payloads. */
    public long bytes() {
        return bytes;
    }

    /** Short: it stands in log lines and in Hawtio. */
    @Override
    public String toString() {
        return "%d messages, %d bytes, from %s on".formatted(messages.length, bytes, messages[0].receivedAt());
    }
}
