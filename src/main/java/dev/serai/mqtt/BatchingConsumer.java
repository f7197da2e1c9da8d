package dev.serai.mqtt;

import dev.serai.ledger.StreamObserver;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Consumes a durable subscription in batches: an exchange each, acknowledged in order once it has completed.
 *
 * <p>Three threads: one keeps the connection, one reads, one processes; with a decoder a fourth, which decodes the next batch
 * meanwhile. A batch that fails is processed again after a
 * growing pause until it goes through or the route stops; then the broker has it still. See docs/decisions/0005.
 */
final class BatchingConsumer extends DefaultConsumer implements Backlog {

    private static final Logger LOG = LogManager.getLogger(BatchingConsumer.class);

    private final MqttEndpoint endpoint;
    private final BrokerStore store;
    private volatile @Nullable Running running;

    /** From a start to the next stop. */
    private record Running(
            CountDownLatch stopping,
            Inbox inbox,
            Keeper keeper,
            Thread keeperThread,
            Thread worker,
            @Nullable Thread decoder) {}

    BatchingConsumer(MqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.store = new BrokerStore(
                endpoint.addresses().get(0).toString(),
                String.valueOf(endpoint.getConfiguration().getClientId()),
                endpoint::connectionOptions,
                work -> thread("mqtt-store", work));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        CountDownLatch stopping = new CountDownLatch(1);
        Inbox inbox = new Inbox(endpoint.limits());
        Observers observers = new Observers(camel().getRegistry().findByType(StreamObserver.class));
        Keeper keeper =
                new Keeper(endpoint, getRouteId(), inbox, observers, stopping, work -> thread("mqtt-reader", work));
        BatchWorker worker = new BatchWorker(
                getRouteId(),
                inbox,
                endpoint.getDecoder(),
                this::process,
                observers,
                stopping,
                Duration.ofMillis(endpoint.getRetryDelayMs()),
                Duration.ofMillis(endpoint.getRetryMaxDelayMs()));
        Runnable lookahead = worker.lookahead();
        Thread decoder = lookahead == null ? null : thread("mqtt-decoder", lookahead);
        Running now = new Running(
                stopping, inbox, keeper, thread("mqtt-keeper", keeper), thread("mqtt-worker", worker), decoder);
        running = now;
        if (decoder != null) {
            decoder.start();
        }
        now.worker().start();
        now.keeperThread().start();
    }

    @Override
    public OptionalLong unacknowledged() {
        Running now = running;
        return now == null || !now.keeper().isConnected()
                ? OptionalLong.empty()
                : OptionalLong.of(now.inbox().unacknowledged());
    }

    @Override
    public OptionalLong heldByBroker() {
        Running now = running;
        return now == null || !now.keeper().isConnected() ? OptionalLong.empty() : store.messages();
    }

    private CamelContext camel() {
        return endpoint.getCamelContext();
    }

    private Thread thread(String what, Runnable work) {
        return camel().getExecutorServiceManager().newThread(what + " " + getRouteId(), work);
    }

    private void process(Object body) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            exchange.getMessage().setBody(body);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
                throw new IllegalStateException("the route rolled the batch back");
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }

    /** Takes nothing more; the batch under way ends and is acknowledged, if it ends in the time that Camel gives. */
    @Override
    protected void doStop() throws Exception {
        Running last = running;
        if (last != null) {
            running = null;
            last.stopping().countDown();
            last.inbox().close();
            join(last.worker());
            if (last.decoder() != null) {
                last.decoder().interrupt();
                join(last.decoder());
            }
            last.keeper().disconnect();
            last.keeperThread().interrupt();
            join(last.keeperThread());
        }
        super.doStop();
    }

    private void join(Thread thread) throws InterruptedException {
        long patienceMs = camel().getShutdownStrategy()
                .getTimeUnit()
                .toMillis(camel().getShutdownStrategy().getTimeout());
        thread.join(Math.max(1, patienceMs));
        if (thread.isAlive()) {
            LOG.warn("{} has not ended in {} ms and is interrupted", thread.getName(), patienceMs);
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(1));
        }
    }
}
