package dev.serai.mqtt;

import java.io.IOException;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.jspecify.annotations.Nullable;

/**
 * Empties and ends the session of the time when a single process read the subscription, once the shared one stands.
 *
 * <p>Until it is ended it gets every message that the shared one gets as well: they are stored once, because every load is
 * idempotent. A moment in which nothing comes but the answer to a ping shows that nothing is waiting in it; it ends when
 * what had come until then is acknowledged. While messages come without a pause it goes on. A process of that time which still lives, as while processes are exchanged
 * one by one, makes the session anew: so it is looked for again, ever less often. Runs until a stop.
 */
final class AloneEnd implements Subscription.Line, Connection.Listener {

    private static final Logger LOG = LogManager.getLogger(AloneEnd.class);
    private static final long TICK_MS = 100;
    private static final long LONGEST_PAUSE_MS = TimeUnit.HOURS.toMillis(1);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);

    /**
     * A moment at which nothing came. Was nothing waiting at the broker then, or did it wait for acknowledgements? If more comes
     * later although nothing has been acknowledged in between, nothing was.
     *
     * @param acknowledged until then
     * @param last number of the last message that was here
     * @param arrivedNanos when it came
     * @param caughtUp whether nothing was waiting
     */
    private record Mark(long acknowledged, long last, long arrivedNanos, boolean caughtUp) {

        static Mark next(@Nullable Mark before, long acknowledged, int unacknowledged, long arrivedNanos) {
            if (before != null && before.caughtUp) {
                return before;
            }
            if (before != null && before.acknowledged == acknowledged) {
                return before.arrivedNanos == arrivedNanos
                        ? before
                        : new Mark(acknowledged, before.last, before.arrivedNanos, true);
            }
            return new Mark(acknowledged, acknowledged + unacknowledged, arrivedNanos, unacknowledged == 0);
        }

        boolean isAcknowledged(long now) {
            return caughtUp && now >= last;
        }
    }

    private final MqttEndpoint endpoint;
    private final Inbox inbox;
    private final CountDownLatch stopping;
    private final Function<Runnable, Thread> reader;
    private final BooleanSupplier sharedStands;
    private final Runnable ended;
    private volatile long arrivedNanos;
    private volatile boolean stays;
    /** Whether there was a session the last time. */
    private boolean found;

    private volatile @Nullable Connection connection;

    /**
     * Connects to nothing yet.
     *
     * @param sharedStands whether what comes from now on comes to the shared subscription as well
     * @param ended is told when there is no such session any more, each time
     */
    AloneEnd(
            MqttEndpoint endpoint,
            Inbox inbox,
            CountDownLatch stopping,
            Function<Runnable, Thread> reader,
            BooleanSupplier sharedStands,
            Runnable ended) {
        this.endpoint = endpoint;
        this.inbox = inbox;
        this.stopping = stopping;
        this.reader = reader;
        this.sharedStands = sharedStands;
        this.ended = ended;
    }

    @Override
    public void run() {
        long firstPauseMs = endpoint.getConfiguration().getMaxReconnectDelay();
        long pauseMs = firstPauseMs;
        try {
            while (!stopping.await(TICK_MS, TimeUnit.MILLISECONDS)) {
                if (!sharedStands.getAsBoolean()) {
                    continue;
                }
                if (emptied() && end()) {
                    ended.run();
                }
                pauseMs = found ? firstPauseMs : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
                stopping.await(pauseMs, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // a stop
        }
    }

    /** Reads what waits; false if the connection ended before. */
    private boolean emptied() throws InterruptedException {
        Connection current = new Connection(
                endpoint.addresses().get(0),
                endpoint.clientId(),
                endpoint.connectionOptions(),
                endpoint.getMaxMessageBytes());
        connection = current;
        try {
            MqttConnAck answer = current.open();
            found = answer.getSessionPresent();
            if (!found) {
                return true;
            }
            LOG.info("session '{}', of the time of one process, is emptied", endpoint.clientId());
            Integer announced = answer.getProperties().getReceiveMaximum();
            inbox.begin(true, announced == null ? 0 : announced);
            long begin = System.nanoTime();
            arrivedNanos = begin;
            reader.apply(() -> current.read(inbox, this)).start();
            Integer told = answer.getProperties().getServerKeepAlive();
            int seconds = told == null ? endpoint.connectionOptions().getKeepAliveInterval() : told;
            OptionalLong asked = OptionalLong.empty();
            Mark mark = null;
            while (!current.awaitEnd(TICK_MS)) {
                current.keepAlive(seconds, inbox.isBlocked());
                long now = System.nanoTime();
                if (mark != null && mark.isAcknowledged(inbox.acknowledged())) {
                    return true;
                }
                if (stays || now - begin < LEAST_NANOS || now - arrivedNanos < QUIET_NANOS || inbox.holdsBack()) {
                    asked = OptionalLong.empty();
                } else if (asked.isEmpty()) {
                    // A broker that has stalled does not answer either; one that answers has sent what it had before.
                    current.ping();
                    asked = OptionalLong.of(now);
                } else if (current.hasReadSince(asked.getAsLong())) {
                    mark = Mark.next(mark, inbox.acknowledged(), inbox.unacknowledged(), arrivedNanos);
                }
            }
            return false;
        } catch (IOException e) {
            LOG.debug("session '{}' cannot be emptied now: {}", endpoint.clientId(), e.getMessage());
            return false;
        } finally {
            current.disconnect("done");
            inbox.end(current);
        }
    }

    /** A clean start that keeps no session takes the place of the one there is; false if that cannot be done now. */
    private boolean end() throws InterruptedException {
        MqttConnectionOptions options = endpoint.connectionOptions();
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        Connection last = new Connection(
                endpoint.addresses().get(0), endpoint.clientId(), options, endpoint.getMaxMessageBytes());
        try {
            last.open();
            return true;
        } catch (IOException e) {
            LOG.debug("session '{}' cannot be ended now: {}", endpoint.clientId(), e.getMessage());
            return false;
        } finally {
            last.disconnect("done");
        }
    }

    @Override
    public void arrived(int messages, Instant at) {
        arrivedNanos = System.nanoTime();
    }

    @Override
    public void tooLarge(String topic, int bytes) {
        LOG.warn("a message of {} bytes on '{}' is larger than is taken", bytes, topic);
        stays = true; // so that nothing is lost with it
    }

    @Override
    public boolean isConnected() {
        Connection last = connection;
        return last != null && !last.hasEnded();
    }

    @Override
    public void disconnect() throws InterruptedException {
        Connection last = connection;
        if (last != null) {
            last.disconnect("stopped");
        }
    }
}
