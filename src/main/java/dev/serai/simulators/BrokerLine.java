package dev.serai.simulators;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * The sensors' connection to the broker. A message is given up only when it is closed or too large for the broker: while the broker is away
 * {@link #publish} waits and tries again, first after 0.2 s, then less and less often, every 5 s at last.
 *
 * <p>Paho directly and not through Camel's producer, which connects when its route starts and fails then, and waits
 * without a limit for an acknowledgement that a broken connection never brings. With QoS 1 a message may arrive twice. <br>
 * {@link #publish} is for one thread at a time; {@link #close} for any.
 */
public final class BrokerLine implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(BrokerLine.class);
    private static final int AT_ONCE = 1_000;
    private static final long CONNECT_TIMEOUT_MS = 5_000;
    private static final long ACKNOWLEDGEMENT_TIMEOUT_MS = 10_000;
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 5_000;
    private static final int REFUSED = 0x80;

    private final String url;
    private final MqttConnectionOptions options;
    private final int qos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable MqttAsyncClient client;
    private long pauseMs = FIRST_PAUSE_MS;

    /**
     * Does not connect yet.
     *
     * @param qos 0 or 1
     */
    BrokerLine(String url, String user, String password, int qos) {
        this.url = url;
        this.qos = qos;
        options = new MqttConnectionOptions();
        options.setUserName(user);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        options.setCleanStart(true);
        options.setAutomaticReconnect(false); // a client that has lost its connection is thrown away, counters and all
        options.setConnectionTimeout((int) TimeUnit.MILLISECONDS.toSeconds(CONNECT_TIMEOUT_MS));
    }

    /** Returns when the broker has taken all of them, or when this is closed. */
    public void publish(List<SensorMessage> messages) throws InterruptedException {
        Deque<SensorMessage> waiting = new ArrayDeque<>(messages);
        while (!waiting.isEmpty() && !isClosed(0)) {
            try {
                send(connected(), waiting);
                pauseMs = FIRST_PAUSE_MS;
            } catch (MqttException e) {
                if (!isClosed(0)) {
                    waitOut(e, waiting.size());
                }
            }
        }
        if (isClosed(0)) {
            disconnect(); // it may have connected meanwhile
        }
    }

    @Override
    public void close() {
        closed.countDown();
        disconnect();
    }

    /** Puts some on the way, waits for their acknowledgements and takes from the queue those that came. */
    private void send(MqttAsyncClient to, Deque<SensorMessage> waiting) throws MqttException, InterruptedException {
        List<IMqttToken> underWay = new ArrayList<>();
        try {
            for (SensorMessage message : waiting) {
                if (underWay.size() == AT_ONCE) {
                    break;
                }
                byte[] payload = message.payload().getBytes(StandardCharsets.UTF_8);
                underWay.add(to.publish(message.topic(), payload, qos, false));
            }
        } catch (MqttException e) {
            switch (e.getReasonCode()) {
                case MqttClientException.REASON_CODE_MAX_INFLIGHT -> {
                    // Paho tells of an acknowledgement before it counts it: a small window looks full when it is not
                    if (underWay.isEmpty()) {
                        isClosed(1);
                    }
                }
                case MqttClientException.REASON_CODE_OUTGOING_PACKET_TOO_LARGE -> {
                    if (underWay.isEmpty()) {
                        waiting.removeFirst();
                        LOG.warn("the broker at {} does not take a message as large as that; it is given up", url);
                    }
                }
                default -> throw e;
            }
        }
        for (IMqttToken token : underWay) {
            token.waitForCompletion(ACKNOWLEDGEMENT_TIMEOUT_MS);
            int[] reasons = token.getReasonCodes();
            if (reasons != null && Arrays.stream(reasons).anyMatch(reason -> reason >= REFUSED)) {
                throw new MqttException(reasons[0]);
            }
            waiting.removeFirst();
        }
    }

    private MqttAsyncClient connected() throws MqttException {
        MqttAsyncClient now = client;
        if (now != null && now.isConnected()) {
            return now;
        }
        disconnect();
        MqttAsyncClient next =
                new MqttAsyncClient(url, "serai-simulator-" + UUID.randomUUID(), new MemoryPersistence());
        client = next;
        next.connect(options).waitForCompletion(CONNECT_TIMEOUT_MS);
        LOG.info("the sensors publish to {}", url);
        return next;
    }

    private void waitOut(MqttException failure, int waiting) throws InterruptedException {
        disconnect();
        if (pauseMs == FIRST_PAUSE_MS) {
            LOG.warn("the broker at {} takes no readings: {}; {} wait, and none are measured", url, failure, waiting);
        }
        isClosed(pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }

    /** Also ends the threads of a client that never came to a connection. */
    private void disconnect() {
        MqttAsyncClient last = client;
        client = null;
        if (last == null) {
            return;
        }
        try {
            last.disconnectForcibly(0, 0, false);
        } catch (MqttException e) {
            LOG.debug("{} was not connected: {}", url, e.toString());
        }
        try {
            last.close(true);
        } catch (MqttException e) {
            LOG.warn("the connection to {} was not closed: {}", url, e.toString());
        }
    }

    private boolean isClosed(long waitMs) throws InterruptedException {
        return closed.await(waitMs, TimeUnit.MILLISECONDS);
    }
}
