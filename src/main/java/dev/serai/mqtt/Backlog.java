package dev.serai.mqtt;

import java.util.OptionalLong;

/** What waits for the consumer of a subscription, as far as it is known. Implementations are thread-safe. */
public interface Backlog {

    /** Messages that are here and not acknowledged: they wait, or are being processed. Empty without a connection. */
    OptionalLong unacknowledged();

    /**
     * Messages that the broker holds for all of its subscribers, retained ones included, so that no more can wait for this
     * one. As the broker said it last, half a minute ago at most; asking is left to another thread. Empty where it does not
     * say it, or has not yet.
     */
    OptionalLong heldByBroker();
}
