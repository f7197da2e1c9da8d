package dev.serai.ledger;

import java.time.Duration;
import java.time.Instant;

/**
 * Told by a stream's consumer how it is.
 *
 * <p>Called on the threads of the consumer: an implementation must not block and must not throw. One in the registry is told
 * of every stream; a stream goes on without one as well. Implementations are thread-safe.
 */
public interface StreamObserver {

    /** This process reads it no more, for another one does: there is nothing to say of it here until it is connected again. */
    void left(String routeId);

    /** The subscription stands. */
    void connected(String routeId);

    /** There is no connection, and why; also told when a first connect fails. The consumer goes on trying. */
    void disconnected(String routeId, String reason);

    /**
     * Messages have arrived; nothing has been done with them yet. Told about once a second while messages come, also
     * while what came before cannot be processed.
     *
     * @param messages since the last time it was told
     * @param at when the last of them came
     */
    void received(String routeId, int messages, Instant at);

    /** Has gone through: the messages of a batch are acknowledged now. Ends what {@link #failed} had begun. */
    void processed(String routeId, int messages);

    /**
     * No message for far longer than usual; the consumer connects again, once per silence. Ends with {@link #received}.
     *
     * @param since how long there has been none
     * @param usual the usual time between two messages
     */
    void silent(String routeId, Duration since, Duration usual);

    /** A batch did not go through and nothing of it is acknowledged; it is tried again after the pause. */
    void failed(String routeId, Throwable failure, Duration nextTry);

    /**
     * Something an operator has to know, such as that the broker would drop messages in a longer outage. Replaces the
     * warning before.
     *
     * @param warning empty when there is nothing to warn of any more
     */
    void warned(String routeId, String warning);

    /**
     * What the source is expected to do while nobody listens; told again when it changes.
     *
     * @param queueLimit messages that the source keeps meanwhile; 0 for all, or if it is not known
     * @param perSecond messages that come
     */
    void foretold(String routeId, long queueLimit, double perSecond);
}
