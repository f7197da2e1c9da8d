package dev.serai.mqtt;

import java.time.Instant;

/**
 * One message as it came.
 *
 * <p>Two are equal only if they are the same object: a payload is not compared. The payload is not copied; nobody changes it.
 *
 * @param topic to which it was published
 * @param payload byte for byte as published
 * @param receivedAt when it came from the broker; again later if it came again
 * @param retained whether it is one the broker had kept for new subscribers rather than a new one
 */
@SuppressWarnings("ArrayRecordComponent") // a copy per message would cost a tenth of the throughput
public record ReceivedMessage(String topic, byte[] payload, Instant receivedAt, boolean retained) {

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "%s: %d bytes at %s".formatted(topic, payload.length, receivedAt);
    }
}
