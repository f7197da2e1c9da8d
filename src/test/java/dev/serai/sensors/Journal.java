package dev.serai.sensors;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Publishes numbered messages with QoS 1, steadily, and keeps a journal of those that the broker has acknowledged, and when.
 *
 * <p>A broker that is away is looked for again, and what it has not acknowledged is sent again, as any QoS 1 publisher does.
 * Its methods are for one thread. Close after use.
 */
public final class Journal implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int ON_THE_WAY = 200;
    private static final int REFUSED = 0x80;
    private static final long TICK_MS = 10;

    private final String url;
    private final String user;
    private final String password;
    private final String topic;
    private final int perTick;
    private final Messages messages;
    private final Map<Integer, Instant> acknowledged = new ConcurrentHashMap<>();
    private final NavigableSet<Integer> open = new ConcurrentSkipListSet<>();
    private final Thread thread = new Thread(this::run, "journal");
    private volatile boolean running = true;
    private boolean paused;
    private int next;

    /** @param perSecond messages, in hundreds */
    public Journal(String url, String user, String password, String topic, int perSecond, Messages messages) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.topic = topic;
        this.perTick = (int) (perSecond * TICK_MS / 1_000);
        this.messages = messages;
        thread.setDaemon(true);
        thread.start();
    }

    /** Publishes no more, and yields when the broker has acknowledged everything. */
    public void pause() {
        synchronized (this) {
            paused = true;
        }
        await().atMost(PATIENCE).until(open::isEmpty);
    }

    public synchronized void resume() {
        paused = false;
    }

    /** How many different messages there are so far: their numbers are those below. */
    public synchronized int sent() {
        return next;
    }

    /** The message of a number; while it pauses. */
    String payload(int number) {
        return messages.payload(number);
    }

    /** Numbers of the messages that are the broker's. */
    public BitSet acknowledged() {
        BitSet numbers = new BitSet();
        acknowledged.keySet().forEach(numbers::set);
        return numbers;
    }

    /** When the broker acknowledged each of them first. */
    public Map<Integer, Instant> acknowledgedAt() {
        return Map.copyOf(acknowledged);
    }

    private void run() {
        while (running) {
            try (Line line = new Line()) {
                for (int number : List.copyOf(open)) {
                    line.send(number);
                }
                while (running && line.client.isConnected()) {
                    tick(line);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MS));
                }
            } catch (MqttException away) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MS * 10));
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    private synchronized void tick(Line line) throws MqttException, InterruptedException {
        for (int i = 0; !paused && i < perTick; i++) {
            int number = next++;
            for (int copy = 0; copy < messages.copies(number); copy++) {
                line.send(number);
            }
        }
    }

    /** One connection. */
    private final class Line implements AutoCloseable {

        private final Semaphore room = new Semaphore(ON_THE_WAY);
        private final MqttAsyncClient client =
                new MqttAsyncClient(url, "journal-" + UUID.randomUUID(), new MemoryPersistence());

        Line() throws MqttException {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName(user);
            options.setPassword(password.getBytes(StandardCharsets.UTF_8));
            options.setConnectionTimeout((int) PATIENCE.toSeconds());
            try {
                client.connect(options).waitForCompletion(PATIENCE.toMillis());
            } catch (MqttException e) {
                close();
                throw e;
            }
        }

        void send(int number) throws MqttException, InterruptedException {
            open.add(number);
            while (!room.tryAcquire(TICK_MS, TimeUnit.MILLISECONDS)) {
                if (!client.isConnected()) {
                    throw new MqttException(MqttClientException.REASON_CODE_CLIENT_NOT_CONNECTED);
                }
            }
            byte[] payload = messages.payload(number).getBytes(StandardCharsets.UTF_8);
            client.publish(topic, payload, 1, false, number, new MqttActionListener() {
                @Override
                public void onSuccess(IMqttToken token) {
                    room.release();
                    for (int code : token.getReasonCodes()) {
                        if (code >= REFUSED) {
                            return; // and it stays open
                        }
                    }
                    acknowledged.putIfAbsent(number, Instant.now());
                    open.remove(number);
                }

                @Override
                public void onFailure(IMqttToken token, Throwable exception) {
                    room.release();
                }
            });
        }

        @Override
        public void close() throws MqttException {
            client.disconnectForcibly(0, 0, false);
            client.close(true);
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.interrupt();
        thread.join();
    }
}
