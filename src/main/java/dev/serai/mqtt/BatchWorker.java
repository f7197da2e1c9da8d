package dev.serai.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Takes batches from the inbox, has each processed until it goes through, and acknowledges it then. Runs until a stop. */
final class BatchWorker implements Runnable {

    private static final Logger LOG = LogManager.getLogger(BatchWorker.class);

    /** What becomes of a batch. */
    interface Step {
        /** Throws if it did not go through and has to be tried again. */
        void process(MessageBatch batch) throws Exception;
    }

    private final String routeId;
    private final Inbox inbox;
    private final Step step;
    private final Observers observers;
    private final CountDownLatch stopping;
    private final Duration firstPause;
    private final Duration longestPause;

    BatchWorker(
            String routeId,
            Inbox inbox,
            Step step,
            Observers observers,
            CountDownLatch stopping,
            Duration firstPause,
            Duration longestPause) {
        this.routeId = routeId;
        this.inbox = inbox;
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
                List<Delivery> deliveries = inbox.take();
                if (deliveries.isEmpty()) {
                    return;
                }
                MessageBatch batch = MessageBatch.of(deliveries);
                if (processed(batch)) {
                    acknowledge(deliveries);
                    observers.tell(observer -> observer.processed(routeId, batch.size()));
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("route={} stopped without an end; what was not acknowledged stays with the broker", routeId);
        }
    }

    /** Whether it went through; if not, the route stops. */
    private boolean processed(MessageBatch batch) throws InterruptedException {
        Duration pause = firstPause;
        while (true) {
            Throwable failure = failure(batch);
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

    private @Nullable Throwable failure(MessageBatch batch) throws InterruptedException {
        try {
            step.process(batch);
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
