package dev.serai.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * A message with what is needed to acknowledge it.
 *
 * @param packetId 0 for QoS 0, which is not acknowledged
 * @param connection that delivered it and alone may acknowledge it; null when that is no longer possible
 * @param arrivedNanos {@link System#nanoTime} of its arrival
 */
record Delivery(
        ReceivedMessage message, int packetId, @Nullable Connection connection, long arrivedNanos) {

    boolean isAwaited() {
        return packetId != 0;
    }

    Delivery withoutConnection() {
        return new Delivery(message, 0, null, arrivedNanos);
    }
}
