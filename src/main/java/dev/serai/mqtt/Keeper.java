package dev.serai.mqtt;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a subscription connected: connects, watches, connects again with growing pauses, and says how it is. Runs until a
 * stop; {@link #disconnect} may be called by any thread.
 */
final class Keeper implements Subscription.Line, Connection.Listener {

    private static final Logger LOG = LogManager.getLogger(Keeper.class);
    private static final long TICK_MS = 250;
    private static final int TICKS_PER_REPORT = 4;
    private static final long FIRST_PAUSE_MS = 500;
    private static final Duration RATE_PERIOD = Duration.ofMinutes(1);

    private final MqttEndpoint endpoint;
    private final Session session;
    private final String routeId;
    private final Inbox inbox;
    private final Observers observers;
    private final CountDownLatch stopping;
    private final Function<Runnable, Thread> reader;
    private final MqttConnectionOptions options;
    private final List<BrokerAddress> addresses;
    private final UsualGap gap;
    private final OutageOutlook outlook;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile Instant lastArrival = Instant.EPOCH;
    private volatile String tooLarge = "";
    private volatile String probeWarning = "";
    private volatile long foundLimit;
    private volatile @Nullable Connection connection;
    private volatile boolean subscribed;
    private volatile boolean connectedBefore;
    private boolean silence;
    private List<String> connectWarnings = List.of();
    private String warning = "";
    private double toldRate = -1;
    private long toldLimit;
    private String lastReason = "";

    /** @param reader makes the thread that reads a connection */
    Keeper(
            MqttEndpoint endpoint,
            Session session,
            String routeId,
            Inbox inbox,
            Observers observers,
            CountDownLatch stopping,
            Function<Runnable, Thread> reader) {
        this.endpoint = endpoint;
        this.session = session;
        this.routeId = routeId;
        this.inbox = inbox;
        this.observers = observers;
        this.stopping = stopping;
        this.reader = reader;
        this.options = endpoint.connectionOptions();
        this.addresses = endpoint.addresses();
        long now = System.nanoTime();
        this.gap = new UsualGap(endpoint.getSilentAfterGaps(), Duration.ofMillis(endpoint.getSilentAfterMs()), now);
        this.outlook = new OutageOutlook(endpoint.getQueueLimit(), RATE_PERIOD, now);
    }

    @Override
    public void run() {
        long longestMs = endpoint.getConfiguration().getMaxReconnectDelay();
        long pauseMs = FIRST_PAUSE_MS;
        boolean takenOver = false;
        for (int attempt = 0; !isStopping(); attempt++) {
            if (!session.mayConnect(takenOver)) {
                if (pause(FIRST_PAUSE_MS)) {
                    return;
                }
                continue;
            }
            long begin = System.nanoTime();
            silence = false;
            IOException reason = live(new Connection(
                    addresses.get(attempt % addresses.size()),
                    session.clientId(),
                    options,
                    endpoint.getMaxMessageBytes()));
            if (isStopping()) {
                return;
            }
            if (silence) {
                pauseMs = FIRST_PAUSE_MS;
                continue;
            }
            if (System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(2 * longestMs)) {
                pauseMs = FIRST_PAUSE_MS;
            }
            takenOver = reason instanceof BrokerException broker && broker.isTakenOver();
            if (takenOver) {
                pauseMs = longestMs;
            }
            pauseMs = Math.min(pauseMs, longestMs);
            disconnected(String.valueOf(reason.getMessage()), pauseMs);
            if (pause(pauseMs)) {
                return;
            }
            pauseMs *= 2;
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** Whether a stop came in between. */
    private boolean pause(long ms) {
        try {
            return stopping.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void disconnected(String reason, long pauseMs) {
        if (!reason.equals(lastReason)) {
            LOG.warn("route={} disconnected: {}; tries again, first in {} ms", routeId, reason, pauseMs);
            lastReason = reason;
        }
        observers.tell(observer -> observer.disconnected(routeId, reason));
    }

    /** One connection from begin to end; yields why it ended. */
    private IOException live(Connection current) {
        connection = current;
        try {
            if (isStopping()) {
                throw new BrokerException("stopped");
            }
            MqttConnAck answer = current.open();
            Integer announced = answer.getProperties().getReceiveMaximum();
            inbox.begin(answer.getSessionPresent(), announced == null ? 0 : announced);
            reader.apply(() -> current.read(inbox, this)).start();
            current.subscribe(session.topicFilter(), endpoint.getConfiguration().getQos());
            connected(answer, current.awaitSubscribed());
            subscribed = true;
            Integer seconds = answer.getProperties().getServerKeepAlive();
            watch(current, seconds == null ? options.getKeepAliveInterval() : seconds);
        } catch (IOException e) {
            current.end(e);
        } catch (InterruptedException e) {
            current.end(new BrokerException("stopped"));
        } catch (RuntimeException e) {
            LOG.error("route={} a connection failed unexpectedly", routeId, e);
            current.end(new BrokerException("a connection failed unexpectedly: " + e, e));
        }
        subscribed = false;
        inbox.end(current);
        IOException reason = current.reason();
        return reason == null ? new BrokerException("ended") : reason;
    }

    private void connected(MqttConnAck answer, int grantedQos) {
        LOG.info(
                "route={} connected as '{}', subscribed to '{}' with QoS {}, {}",
                routeId,
                session.clientId(),
                session.topicFilter(),
                grantedQos,
                answer.getSessionPresent() ? "with the session it had" : "with a new session");
        lastReason = "";
        observers.tell(observer -> observer.connected(routeId));
        connectWarnings = BrokerCheck.warnings(
                options, answer, endpoint.getConfiguration().getQos(), grantedQos, connectedBefore);
        if (!connectedBefore && session.probes() && endpoint.getQueueProbe() > 0 && endpoint.getQueueLimit() == 0) {
            reader.apply(this::probe).start();
        }
        connectedBefore = true;
        warn();
    }

    /** On a thread of its own, while messages come. */
    private void probe() {
        int messages = endpoint.getQueueProbe();
        try {
            int kept = new QueueProbe(addresses.get(0).toString(), endpoint.connectionOptions(), session.clientId())
                    .kept(messages);
            if (kept < messages) {
                foundLimit = Math.max(1, kept);
                probeWarning =
                        "of %d messages the broker kept %d for an absent subscriber and dropped the others: raise its limit of queued messages"
                                .formatted(messages, kept);
            }
        } catch (MqttException | RuntimeException e) {
            probeWarning =
                    "how many messages the broker keeps for an absent subscriber could not be tried (%s): give queueLimit, or queueProbe 0"
                            .formatted(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // a stop
        }
    }

    private void watch(Connection current, int keepAliveSeconds) throws InterruptedException {
        int tick = 0;
        gap.notListening(System.nanoTime());
        outlook.notListening(System.nanoTime());
        while (!current.awaitEnd(TICK_MS)) {
            current.keepAlive(keepAliveSeconds, inbox.isBlocked());
            long now = System.nanoTime();
            if (++tick % TICKS_PER_REPORT == 0) {
                report(now);
            }
            if (inbox.holdsBack()) {
                gap.notListening(now);
            } else if (arrived.get() == 0 && gap.isNewSilence(now)) {
                silent(current, gap.since(now), gap.usual());
            }
        }
        report(System.nanoTime());
    }

    private void silent(Connection current, Duration since, Duration usual) throws InterruptedException {
        LOG.warn("route={} no message for {}, usually every {}: connects again", routeId, since, usual);
        observers.tell(observer -> observer.silent(routeId, since, usual));
        silence = true;
        current.disconnect("no message came");
    }

    private void report(long now) {
        int messages = arrived.getAndSet(0);
        if (messages > 0) {
            gap.arrived(messages, now);
            outlook.arrived(messages);
            Instant at = lastArrival;
            observers.tell(observer -> observer.received(routeId, messages, at));
        } else if (inbox.holdsBack()) {
            outlook.notListening(now);
        }
        warn();
        foretell();
    }

    /** What an outage of this subscriber may cost, once it is known and whenever it changes. */
    private void foretell() {
        OptionalDouble rate = outlook.rate();
        if (rate.isPresent() && (rate.getAsDouble() != toldRate || outlook.queueLimit() != toldLimit)) {
            toldRate = rate.getAsDouble();
            toldLimit = outlook.queueLimit();
            observers.tell(observer -> observer.foretold(routeId, toldLimit, toldRate));
        }
    }

    private void warn() {
        List<String> warnings = new ArrayList<>(connectWarnings);
        warnings.addAll(BrokerCheck.windowWarnings(
                inbox.foundWindow(), endpoint.getConfiguration().getReceiveMaximum()));
        if (foundLimit > 0) {
            outlook.limitedTo(foundLimit);
        }
        warnings.add(probeWarning);
        warnings.add(outlook.warning(System.nanoTime()));
        warnings.add(tooLarge);
        warnings.removeIf(String::isEmpty);
        String all = String.join("; ", warnings);
        if (!all.equals(warning)) {
            warning = all;
            LOG.warn("route={} {}", routeId, all.isEmpty() ? "nothing to warn of any more" : all);
            observers.tell(observer -> observer.warned(routeId, all));
        }
    }

    // ---- told by the reader --------------------------------------------------------------------------------------

    @Override
    public void arrived(int messages, Instant at) {
        lastArrival = at;
        arrived.addAndGet(messages);
    }

    @Override
    public void tooLarge(String topic, int bytes) {
        tooLarge =
                "a message of %d bytes on '%s' is larger than maxMessageBytes %d: it is not taken and stays with the broker"
                        .formatted(bytes, topic, endpoint.getMaxMessageBytes());
    }

    /** Whether the subscription stands. */
    @Override
    public boolean isConnected() {
        return subscribed;
    }

    /** Whether the subscription has stood at any time. */
    boolean hasSubscribed() {
        return connectedBefore;
    }

    /** Ends the connection there is. */
    @Override
    public void disconnect() throws InterruptedException {
        Connection last = connection;
        if (last != null) {
            last.disconnect("stopped");
        }
    }
}
