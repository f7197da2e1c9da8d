package dev.serai.mqtt;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * Publishes as fast as a broker takes it: QoS 1 with many messages on the way, or QoS 0. For one thread. Close after use.
 */
public final class Publisher implements AutoCloseable {

    private static final int ON_THE_WAY = 10_000;
    private static final int PATIENCE_SECONDS = 120;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final Semaphore room = new Semaphore(ON_THE_WAY);
    private final CompletableFuture<Void> reader;
    private int packetId;

    public Publisher(String url, String user, String password) throws IOException {
        URI at = URI.create(url);
        socket = new Socket(at.getHost(), at.getPort());
        socket.setTcpNoDelay(true);
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (DataOutputStream connect = new DataOutputStream(body)) {
            connect.writeUTF("MQTT");
            connect.writeByte(5);
            connect.writeByte(user.isEmpty() ? 0b0000_0010 : 0b1100_0010);
            connect.writeShort(0);
            connect.writeByte(0);
            connect.writeUTF("");
            if (!user.isEmpty()) {
                connect.writeUTF(user);
                connect.writeUTF(password);
            }
        }
        packet(0x10, body.toByteArray());
        out.flush();
        int type = in.readUnsignedByte();
        in.skipNBytes(1);
        byte[] answer = in.readNBytes(2);
        in.skipNBytes(Math.max(0, in.available()));
        if (type != 0x20 || answer[1] != 0) {
            throw new IOException("not let in: " + answer[1]);
        }
        reader = CompletableFuture.runAsync(this::read, work -> {
            Thread thread = new Thread(work, "publisher");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Yields when the broker has all of them. */
    public void publish(String topic, int qos, int count, IntFunction<String> payload) throws Exception {
        for (int i = 0; i < count; i++) {
            send(topic, qos, payload.apply(i).getBytes(StandardCharsets.UTF_8));
        }
        awaitTaken();
    }

    /** Sends one, waiting for room only. */
    public void send(String topic, int qos, byte[] payload) throws IOException, InterruptedException {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        if (qos > 0 && !room.tryAcquire()) {
            out.flush();
            acquire(1);
        }
        int length = 2 + name.length + (qos > 0 ? 2 : 0) + 1 + payload.length;
        out.write(0x30 | (qos << 1));
        length(length);
        out.write(name.length >> 8);
        out.write(name.length);
        out.write(name);
        if (qos > 0) {
            packetId = packetId == 65_535 ? 1 : packetId + 1;
            out.write(packetId >> 8);
            out.write(packetId);
        }
        out.write(0);
        out.write(payload);
    }

    /** Yields when the broker has everything that was sent with QoS 1. */
    public void awaitTaken() throws IOException, InterruptedException {
        out.flush();
        acquire(ON_THE_WAY);
        room.release(ON_THE_WAY);
    }

    public void flush() throws IOException {
        out.flush();
    }

    private void acquire(int permits) throws InterruptedException, IOException {
        if (!room.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the broker does not take messages");
        }
    }

    private void packet(int type, byte[] body) throws IOException {
        out.write(type);
        length(body.length);
        out.write(body);
    }

    private void length(int length) throws IOException {
        int rest = length;
        while (rest > 127) {
            out.write(rest | 0x80);
            rest >>= 7;
        }
        out.write(rest);
    }

    private void read() {
        try {
            while (true) {
                int type = in.readUnsignedByte() >> 4;
                int length = in.readUnsignedByte();
                in.skipNBytes(length);
                if (type == 4) {
                    room.release();
                }
            }
        } catch (EOFException e) {
            return;
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException(e);
        }
    }
}
