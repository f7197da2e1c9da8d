package dev.serai.mqtt;

import dev.serai.faults.Conversation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A connection to a broker on which is written down what was delivered and what was acknowledged. Thread-safe. */
final class Overheard implements Conversation {

    /** Payloads of the messages of QoS 1 that came, by their packet ids. */
    final Map<Integer, String> delivered = new ConcurrentHashMap<>();
    /** Payloads as they were acknowledged, in order; one that was never delivered here begins with a question mark. */
    private final List<String> came = new ArrayList<>();

    private final List<String> acknowledged = new ArrayList<>();

    private final ByteArrayOutputStream up = new ByteArrayOutputStream();
    private final ByteArrayOutputStream down = new ByteArrayOutputStream();
    private volatile boolean cut;
    private int pings;

    /** The next byte ends the connection. */
    void cut() {
        cut = true;
    }

    /** How often the client has shown that it lives. */
    synchronized int pings() {
        return pings;
    }

    /** Payloads as they came, in order. */
    synchronized List<String> came() {
        return List.copyOf(came);
    }

    synchronized List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    @Override
    public synchronized void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
        failIfCut();
        cut(bytes, up, (type, packet, from) -> {
            pings += type >> 4 == 12 ? 1 : 0;
            if (type >> 4 == 4) {
                int id = number(packet, from);
                acknowledged.add(delivered.getOrDefault(id, "?" + id));
            }
        });
        server.write(bytes);
    }

    @Override
    public synchronized void fromServer(byte[] bytes, OutputStream client) throws IOException {
        failIfCut();
        cut(bytes, down, (type, packet, from) -> {
            if (type >> 4 == 3 && (type & 2) != 0) {
                int id = from + 2 + number(packet, from);
                int payload = id + 3 + packet[id + 2];
                String text = new String(packet, payload, packet.length - payload, StandardCharsets.UTF_8);
                delivered.put(number(packet, id), text);
                came.add(text);
            }
        });
        client.write(bytes);
    }

    private void failIfCut() throws IOException {
        if (cut) {
            throw new IOException("cut");
        }
    }

    private interface Reader {
        void on(int type, byte[] packet, int from);
    }

    /** Hands on each packet that is whole and keeps the rest. */
    private static void cut(byte[] bytes, ByteArrayOutputStream kept, Reader reader) throws IOException {
        kept.write(bytes);
        byte[] all = kept.toByteArray();
        int next = 0;
        while (true) {
            int length = 0;
            int at = next + 1;
            int shift = 0;
            while (at < all.length && all[at] < 0) {
                length |= (all[at++] & 0x7f) << shift;
                shift += 7;
            }
            if (at >= all.length) {
                break;
            }
            length |= all[at++] << shift;
            if (at + length > all.length) {
                break;
            }
            byte[] packet = java.util.Arrays.copyOfRange(all, next, at + length);
            reader.on(packet[0] & 0xff, packet, at - next);
            next = at + length;
        }
        kept.reset();
        kept.write(all, next, all.length - next);
    }

    private static int number(byte[] packet, int at) {
        return (packet[at] & 0xff) << 8 | packet[at + 1] & 0xff;
    }
}
