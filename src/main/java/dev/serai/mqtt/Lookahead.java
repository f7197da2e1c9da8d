package dev.serai.mqtt;

import java.util.List;
import java.util.concurrent.SynchronousQueue;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Takes batches from the inbox and decodes each while the one before is processed; one is ahead at the most. */
final class Lookahead implements Runnable {

    private static final Logger LOG = LogManager.getLogger(Lookahead.class);

    /**
     * What one exchange is made of.
     *
     * @param deliveries none after the last one
     * @param body null if it could not be decoded; it is tried again where a failure is told and repeated
     */
    record Decoded(List<Delivery> deliveries, @Nullable Object body) {}

    private final Inbox inbox;
    private final BatchDecoder decoder;
    private final SynchronousQueue<Decoded> next = new SynchronousQueue<>();

    Lookahead(Inbox inbox, BatchDecoder decoder) {
        this.inbox = inbox;
        this.decoder = decoder;
    }

    /** Waits for the next one. */
    Decoded take() throws InterruptedException {
        return next.take();
    }

    @Override
    public void run() {
        try {
            List<Delivery> deliveries;
            do {
                deliveries = inbox.take();
                next.put(new Decoded(deliveries, deliveries.isEmpty() ? null : decode(deliveries)));
            } while (!deliveries.isEmpty());
        } catch (InterruptedException e) {
            LOG.debug("stopped; what was not acknowledged stays with the broker");
        }
    }

    private @Nullable Object decode(List<Delivery> deliveries) {
        try {
            return decoder.decode(MessageBatch.of(deliveries));
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
            LOG.debug("a batch cannot be decoded ahead", e);
            return null;
        }
    }
}
