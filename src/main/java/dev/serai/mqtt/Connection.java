package dev.serai.mqtt;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.packet.MqttConnAck;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker with one subscription, from its begin to its end; used once.
 *
 * <p>{@link #open} connects, {@link #read} reads until the end, on a thread of its own; everything else may be called by
 * any thread. Rare packets are Paho's; what comes and is acknowledged a hundred thousand times a second is read and written
 * here. Errors: {@link IOException} whose message is fit for an operator.
 */
final class Connection {

    private static final int PUBLISH = 3;
    private static final int SUBACK = 9;
    private static final int PINGRESP = 13;
    private static final int DISCONNECT = 14;
    private static final int PUBACK_BYTES = 4;
    private static final int GOOD_BYE_SECONDS = 2;
    /** Packet head, topic and properties of a message whose payload is as large as it may be. */
    private static final int MAX_HEAD_BYTES = 1 << 17;

    /** What a reader is told of beside the messages. */
    interface Listener {
        void arrived(int messages, Instant at);

        void tooLarge(String topic, int bytes);
    }

    private final BrokerAddress address;
    private final String clientId;
    private final MqttConnectionOptions options;
    private final Handshake handshake;
    private final int maxMessageBytes;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicReference<@Nullable IOException> end = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final CountDownLatch readerEnded = new CountDownLatch(1);
    private volatile boolean answered;
    private volatile boolean reading;
    private volatile boolean leaving;
    private volatile int grantedQos = -1;
    private volatile long lastReadNanos = System.nanoTime();
    private volatile long lastWriteNanos = System.nanoTime();
    private @Nullable Socket socket;
    private @Nullable Packets packets;
    private @Nullable OutputStream out;

    Connection(BrokerAddress address, String clientId, MqttConnectionOptions options, int maxMessageBytes) {
        this.address = address;
        this.clientId = clientId;
        this.options = options;
        this.handshake = new Handshake(address, clientId, options);
        this.maxMessageBytes = maxMessageBytes;
    }

    /** Connects and yields the broker's answer. */
    MqttConnAck open() throws IOException {
        try {
            Socket connecting = address.socket(options);
            synchronized (this) {
                socket = connecting;
            }
            if (hasEnded()) {
                connecting.close();
                throw new BrokerException("stopped");
            }
            address.connect(connecting, options);
            out = connecting.getOutputStream();
            packets = new Packets(connecting.getInputStream(), maxMessageBytes + MAX_HEAD_BYTES);
            write(handshake.request());
            MqttConnAck answer = handshake.answer(packets);
            answered = true;
            connecting.setSoTimeout(0);
            return answer;
        } catch (IOException e) {
            throw inWords(e);
        }
    }

    /** Asks for the messages; they and the answer come to {@link #read}. */
    void subscribe(String topicFilter, int qos) throws IOException {
        write(Handshake.subscription(topicFilter, qos));
    }

    /** Waits for the answer to {@link #subscribe}; yields the QoS that the broker grants. */
    int awaitSubscribed() throws IOException, InterruptedException {
        boolean inTime = subscribed.await(options.getConnectionTimeout(), TimeUnit.SECONDS);
        IOException failure = end.get();
        if (failure != null) {
            throw failure;
        }
        if (!inTime) {
            throw new BrokerException("%s did not answer the subscription for %d seconds"
                    .formatted(address, options.getConnectionTimeout()));
        }
        return grantedQos;
    }

    /** Hands messages to the inbox until the connection ends; once it is being left they stay with the broker. */
    void read(Inbox inbox, Listener listener) {
        reading = true;
        try {
            Packets in = packets;
            if (in == null) {
                throw new IllegalStateException("not open");
            }
            Deliveries deliveries = new Deliveries(this, address, maxMessageBytes, listener);
            List<Delivery> chunk = new ArrayList<>();
            while (!hasEnded()) {
                in.next();
                long now = System.nanoTime();
                Instant at = Instant.now();
                lastReadNanos = now;
                do {
                    if (in.type() >> 4 == PUBLISH) {
                        Delivery delivery = deliveries.next(in, at, now);
                        if (delivery != null) {
                            chunk.add(delivery);
                        }
                    } else {
                        other(in);
                    }
                } while (in.nextBuffered());
                if (!chunk.isEmpty() && !leaving) {
                    listener.arrived(chunk.size(), at);
                    inbox.put(chunk, this);
                    lastReadNanos = System.nanoTime();
                }
                chunk.clear();
            }
        } catch (IOException e) {
            end(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(new BrokerException("stopped"));
        } catch (RuntimeException | OutOfMemoryError e) {
            end(new BrokerException("reading failed: " + e, e));
        } finally {
            readerEnded.countDown();
        }
    }

    private void other(Packets in) throws IOException {
        switch (in.type() >> 4) {
            case PINGRESP -> {
                // that it came at all is what counts
            }
            case SUBACK -> {
                int code = in.buffer()[in.behindProperties(in.position() + 2)] & 0xff;
                if (code >= ReasonCode.FAILURE) {
                    throw new BrokerException(
                            "%s refuses the subscription: %s".formatted(address, ReasonCode.words(code)));
                }
                grantedQos = code;
                subscribed.countDown();
            }
            case DISCONNECT -> {
                int code = in.limit() == in.position() ? 0 : in.buffer()[in.position()] & 0xff;
                throw code == ReasonCode.SESSION_TAKEN_OVER
                        ? BrokerException.takenOver(clientId)
                        : new BrokerException(
                                "%s has ended the connection: %s".formatted(address, ReasonCode.words(code)));
            }
            default ->
                throw new BrokerException(
                        "%s sends what was not asked for: packet type %d".formatted(address, in.type() >> 4));
        }
    }

    /** Acknowledges in this order. Once the connection has ended it does nothing: the broker sends the messages again. */
    void acknowledge(int[] packetIds, int count) {
        byte[] packet = new byte[count * PUBACK_BYTES];
        for (int i = 0; i < count; i++) {
            packet[i * PUBACK_BYTES] = 0x40;
            packet[i * PUBACK_BYTES + 1] = 2;
            packet[i * PUBACK_BYTES + 2] = (byte) (packetIds[i] >> 8);
            packet[i * PUBACK_BYTES + 3] = (byte) packetIds[i];
        }
        writeIfOpen(packet);
    }

    private void writeIfOpen(byte[] packet) {
        if (hasEnded()) {
            return;
        }
        try {
            write(packet);
        } catch (IOException e) {
            end(inWords(e));
        }
    }

    private void write(byte[] packet) throws IOException {
        writing.lock();
        try {
            OutputStream to = out;
            if (to == null) {
                throw new IllegalStateException("not open");
            }
            to.write(packet);
            to.flush();
            lastWriteNanos = System.nanoTime();
        } finally {
            writing.unlock();
        }
    }

    /**
     * Shows the broker that the subscriber lives, and ends the connection when the broker does not.
     *
     * @param blocked whether nothing is read because nothing can be taken in
     */
    void keepAlive(int seconds, boolean blocked) {
        if (seconds <= 0) {
            return;
        }
        long now = System.nanoTime();
        long period = TimeUnit.SECONDS.toNanos(seconds);
        if (blocked) {
            lastReadNanos = now;
        }
        if (now - lastReadNanos > period + period / 2) {
            end(new BrokerException("%s has sent nothing for %d seconds, not even an answer to a ping"
                    .formatted(address, TimeUnit.NANOSECONDS.toSeconds(now - lastReadNanos))));
        } else if (now - Math.min(lastReadNanos, lastWriteNanos) > period / 2 && now - lastWriteNanos > period / 4) {
            // Not while an acknowledgement is being written, which may take as long as the broker does.
            if (writing.tryLock()) {
                try {
                    ping();
                } finally {
                    writing.unlock();
                }
            }
        }
    }

    /** Asks for an answer. */
    void ping() {
        writeIfOpen(new byte[] {(byte) 0xC0, 0});
    }

    /** Whether anything has come since then, by {@link System#nanoTime}. */
    boolean hasReadSince(long nanos) {
        return lastReadNanos - nanos > 0;
    }

    boolean hasEnded() {
        return end.get() != null;
    }

    /** Why it has ended; null while it has not. */
    @Nullable
    IOException reason() {
        return end.get();
    }

    boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /**
     * Says good-bye, so that no will is published; the session stays as long as was agreed.
     *
     * <p>Reads on until the broker has closed its side: closing with something unread would reset the connection, and
     * acknowledgements on their way would be lost.
     */
    void disconnect(String why) throws InterruptedException {
        leaving = true;
        try {
            if (reading && !hasEnded()) {
                write(new byte[] {(byte) 0xE0, 0});
                Socket open = socket();
                if (open != null) {
                    open.shutdownOutput();
                }
                readerEnded.await(GOOD_BYE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (IOException e) {
            end(e);
        } finally {
            end(new BrokerException(why));
        }
    }

    /** Whether nothing it delivers is wanted any more. */
    boolean isLeaving() {
        return leaving || hasEnded();
    }

    private synchronized @Nullable Socket socket() {
        return socket;
    }

    /** Ends it, for the first reason that is given. */
    void end(IOException reason) {
        if (!end.compareAndSet(null, inWords(reason))) {
            return;
        }
        subscribed.countDown();
        Socket open = socket();
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        ended.countDown();
    }

    private IOException inWords(IOException e) {
        return BrokerException.of(e, address, clientId, options.getConnectionTimeout(), answered);
    }
}
