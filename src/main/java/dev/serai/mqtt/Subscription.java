package dev.serai.mqtt;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One session that is read, from a start to a stop: one thread keeps the connection, one reads, one processes; with a
 * decoder a fourth decodes the next batch meanwhile. Used once, by one thread.
 */
final class Subscription<L extends Subscription.Line> {

    private static final Logger LOG = LogManager.getLogger(Subscription.class);

    /** Keeps a connection, until a stop. */
    interface Line extends Runnable {

        /** Whether messages can come. */
        boolean isConnected();

        /** Ends the connection there is. */
        void disconnect() throws InterruptedException;
    }

    /** Makes a line that fills an inbox. */
    interface Lines<L> {
        L of(Inbox inbox, CountDownLatch stopping);
    }

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Inbox inbox;
    private final L line;
    private final Thread keeper;
    private final Thread worker;
    private final @Nullable Thread decoder;

    /** @param threads makes a thread of the route from its purpose and its work */
    Subscription(
            MqttEndpoint endpoint,
            String routeId,
            BatchWorker.Step step,
            Observers observers,
            BiFunction<String, Runnable, Thread> threads,
            Lines<L> lines) {
        inbox = new Inbox(endpoint.limits());
        line = lines.of(inbox, stopping);
        BatchWorker work = new BatchWorker(
                routeId,
                inbox,
                endpoint.getDecoder(),
                step,
                observers,
                stopping,
                Duration.ofMillis(endpoint.getRetryDelayMs()),
                Duration.ofMillis(endpoint.getRetryMaxDelayMs()));
        Runnable lookahead = work.lookahead();
        decoder = lookahead == null ? null : threads.apply("mqtt-decoder", lookahead);
        keeper = threads.apply("mqtt-keeper", line);
        worker = threads.apply("mqtt-worker", work);
    }

    void start() {
        if (decoder != null) {
            decoder.start();
        }
        worker.start();
        keeper.start();
    }

    L line() {
        return line;
    }

    boolean isConnected() {
        return line.isConnected();
    }

    /** Messages of the connection that are here and not acknowledged. */
    int unacknowledged() {
        return inbox.unacknowledged();
    }

    /** Takes nothing more; the batch under way ends and is acknowledged, if it ends in that time. */
    void stop(long patienceMs) throws InterruptedException {
        stopping.countDown();
        inbox.close();
        join(worker, patienceMs);
        if (decoder != null) {
            decoder.interrupt();
            join(decoder, patienceMs);
        }
        line.disconnect();
        keeper.interrupt();
        join(keeper, patienceMs);
    }

    private static void join(Thread thread, long patienceMs) throws InterruptedException {
        thread.join(Math.max(1, patienceMs));
        if (thread.isAlive()) {
            LOG.warn("{} has not ended in {} ms and is interrupted", thread.getName(), patienceMs);
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(1));
        }
    }
}
