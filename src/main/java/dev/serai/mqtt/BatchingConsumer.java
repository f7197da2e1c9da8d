package dev.serai.mqtt;

import dev.serai.ledger.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Consumes a durable subscription in batches: an exchange each, acknowledged in order once it has completed.
 *
 * <p>A batch that fails is processed again after a
 * growing pause until it goes through or the route stops; then the broker has it still. See docs/decisions/0005. Where
 * several processes share the subscription it reads the sessions that {@link Sharing} names, see docs/decisions/0021.
 */
final class BatchingConsumer extends DefaultConsumer implements Backlog {

    /** Where the session of a single process stands among those that are read. */
    private static final String ALONE = "";

    private final MqttEndpoint endpoint;
    private final BrokerStore store;
    private final Map<String, Subscription<?>> read = new ConcurrentHashMap<>();
    private @Nullable Sharing sharing;

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
        Sharing shared = endpoint.sharing();
        sharing = shared;
        if (shared == null) {
            begin(ALONE, Session.alone(endpoint.clientId(), endpoint.getTopic()));
        } else {
            shared.join(endpoint.clientId(), new Sessions(shared));
        }
    }

    /** What is begun and ended while the route runs. */
    private final class Sessions implements Sharing.Sessions {

        private final Sharing shared;

        Sessions(Sharing shared) {
            this.shared = shared;
        }

        @Override
        public void begin(String session) {
            Keeper keeper = BatchingConsumer.this.begin(
                    session, Session.shared(endpoint.clientId(), endpoint.getTopic(), session, shared));
            if (isFirst(session)) {
                BatchingConsumer.this.begin(
                        ALONE,
                        (inbox, stopping) -> new AloneEnd(
                                endpoint,
                                inbox,
                                stopping,
                                work -> thread("mqtt-reader", work),
                                keeper::hasSubscribed,
                                () -> shared.aloneEnded(endpoint.clientId())));
            }
        }

        @Override
        public void end(String session) {
            try {
                BatchingConsumer.this.end(session);
                if (isFirst(session)) {
                    BatchingConsumer.this.end(ALONE);
                }
                if (read.isEmpty()) {
                    observers().tell(observer -> observer.left(getRouteId()));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the process is about to end
            }
        }
    }

    private boolean isFirst(String session) {
        return session.equals(Sharing.session(endpoint.clientId(), 1));
    }

    private Keeper begin(String name, Session session) {
        return begin(
                name,
                (inbox, stopping) -> new Keeper(
                        endpoint,
                        session,
                        getRouteId(),
                        inbox,
                        observers(),
                        stopping,
                        work -> thread("mqtt-reader", work)));
    }

    private <L extends Subscription.Line> L begin(String name, Subscription.Lines<L> lines) {
        Subscription<L> subscription =
                new Subscription<>(endpoint, getRouteId(), this::process, observers(), this::thread, lines);
        read.put(name, subscription);
        subscription.start();
        return subscription.line();
    }

    private Observers observers() {
        return new Observers(camel().getRegistry().findByType(StreamObserver.class));
    }

    private void end(String name) throws InterruptedException {
        Subscription<?> last = read.remove(name);
        if (last != null) {
            last.stop(camel().getShutdownStrategy()
                    .getTimeUnit()
                    .toMillis(camel().getShutdownStrategy().getTimeout()));
        }
    }

    @Override
    public OptionalLong unacknowledged() {
        List<Subscription<?>> connected = connected();
        return connected.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(connected.stream()
                        .mapToLong(Subscription::unacknowledged)
                        .sum());
    }

    @Override
    public OptionalLong heldByBroker() {
        return connected().isEmpty() ? OptionalLong.empty() : store.messages();
    }

    private List<Subscription<?>> connected() {
        return List.copyOf(
                read.values().stream().filter(Subscription::isConnected).toList());
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
        Sharing shared = sharing;
        if (shared != null) {
            shared.leave(endpoint.clientId());
        }
        for (String name : read.keySet()) {
            end(name);
        }
        super.doStop();
    }
}
