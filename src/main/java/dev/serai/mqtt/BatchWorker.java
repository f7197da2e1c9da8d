package dev.serai.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Takes batches, has each processed until it goes through, and acknowledges it then. Runs until a stop. */
final class BatchWorker implements Runnable {

    private static final Logger LOG = LogManager.getLogger(BatchWorker.class);

    /** What becomes of a batch. */
    interface Step {
        /**
         * Throws if it did not go through and has to be tried again.
         *
         * @param body the batch, or what it was decoded to
         */
        void process(Object body) throws Exception;
    }

    private final String routeId;
    private final Inbox inbox;
    private final @Nullable BatchDecoder decoder;
    private final @Nullable Lookahead lookahead;
    private final Step step;
    private final Observers observers;
    private final CountDownLatch stopping;
    private final Duration firstPause;
    private final Duration longestPause;

    /** @param decoder null to process batches as they are */
    BatchWorker(
            String routeId,
            Inbox inbox,
            @Nullable BatchDecoder decoder,
            Step step,
            Observers observers,
            CountDownLatch stopping,
            Duration firstPause,
            Duration longestPause) {
        this.routeId = routeId;
        this.inbox = inbox;
        this.decoder = decoder;
        this.lookahead = decoder == null ? null : new Lookahead(inbox, decoder);
        this.step = step;
        this.observers = observers;
        this.stopping = stopping;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Lookahead.Decoded next = next();
                List<Delivery> deliveries = next.deliveries();
                if (deliveries.isEmpty()) {
                    return;
                }
                MessageBatch batch = MessageBatch.of(deliveries);
                if (processed(batch, next.body())) {
                    acknowledge(deliveries);
                    observers.tell(observer -> observer.processed(routeId, batch.size()));
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("route={} stopped without an end; what was not acknowledged stays with the broker", routeId);
        }
    }

    /** What has to run beside this, on a thread of its own; null if nothing has to. */
    @Nullable
    Runnable lookahead() {
        return lookahead;
    }

    private Lookahead.Decoded next() throws InterruptedException {
        return lookahead == null ? new Lookahead.Decoded(inbox.take(), null) : lookahead.take();
    }

    /** Whether it went through; if not, the route stops. */
    private boolean processed(MessageBatch batch, @Nullable Object decoded) throws InterruptedException {
        Duration pause = firstPause;
        while (true) {
            Throwable failure = failure(batch, decoded);
            if (failure == null) {
                return true;
            }
            if (stopping.getCount() == 0) {
                return false;
            }
            tell(failure, pause, batch);
            if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            Duration next = pause.multipliedBy(2);
            pause = next.compareTo(longestPause) < 0 ? next : longestPause;
        }
    }

    private @Nullable Throwable failure(MessageBatch batch, @Nullable Object decoded) throws InterruptedException {
        try {
            step.process(decoded != null ? decoded : decoder != null ? decoder.decode(batch) : batch);
            return null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
            return e;
        }
    }

    private void tell(Throwable failure, Duration pause, MessageBatch batch) {
        LOG.warn("route={} a batch of {} did not go through: {}; again in {}", routeId, batch, failure, pause);
        observers.tell(observer -> observer.failed(routeId, failure, pause));
    }

    /** In the order of arrival; those of a connection that has ended come again. */
    private void acknowledge(List<Delivery> deliveries) {
        int[] packetIds = new int[deliveries.size()];
        int count = 0;
        Connection connection = null;
        for (Delivery delivery : deliveries) {
            if (!delivery.isAwaited()) {
                continue;
            }
            if (delivery.connection() != connection) {
                acknowledge(connection, packetIds, count);
                connection = delivery.connection();
                count = 0;
            }
            packetIds[count++] = delivery.packetId();
        }
        acknowledge(connection, packetIds, count);
    }

    private void acknowledge(@Nullable Connection connection, int[] packetIds, int count) {
        if (connection != null && count > 0 && !connection.hasEnded()) {
            inbox.acknowledged(count, connection);
            connection.acknowledge(packetIds, count);
        }
    }
}
