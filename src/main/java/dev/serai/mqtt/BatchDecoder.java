package dev.serai.mqtt;

/**
 * Turns a batch into the body of its exchange, while the batch before is still being processed: the option {@code decoder}.
 *
 * <p>Called by two threads, never by both for the same batch at the same time. What it throws counts as a failure of the batch,
 * which is tried again; a message that is no good therefore has to be part of what it yields.
 */
@FunctionalInterface
public interface BatchDecoder {

    Object decode(MessageBatch batch);
}
