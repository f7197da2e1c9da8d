package dev.serai.mqtt;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts what comes from a broker into packets, without a copy: the packet is {@link #buffer}, from {@link #position} to
 * {@link #limit}. Holds one packet at the most. Not thread-safe.
 */
final class Packets {

    private static final int SIZE = 1 << 16;
    private static final int MAX_LENGTH_BYTES = 4;

    private final InputStream in;
    private final int maxBytes;
    private byte[] buffer = new byte[SIZE];
    private int filled;
    private int next;
    private int type;
    private int position;
    private int limit;
    private int excess;

    /** @param maxBytes a larger packet is cut to this */
    Packets(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    byte[] buffer() {
        return buffer;
    }

    /** First byte of the packet: its type and flags. */
    int type() {
        return type;
    }

    int position() {
        return position;
    }

    int limit() {
        return limit;
    }

    /** How many bytes of the packet were cut off. */
    int excess() {
        return excess;
    }

    /** Moves on by one packet if it is whole already. */
    boolean nextBuffered() throws IOException {
        if (excess > 0) {
            skipExcess();
        }
        int length = 0;
        for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
            int at = next + 1 + i;
            if (at >= filled) {
                return false;
            }
            length |= (buffer[at] & 0x7f) << (7 * i);
            if (buffer[at] >= 0) {
                return nextBuffered(at + 1, length);
            }
        }
        throw new BrokerException("what comes is not MQTT: a packet's length has more than four bytes");
    }

    private boolean nextBuffered(int from, int length) throws IOException {
        int kept = Math.min(length, maxBytes);
        if (filled - from < kept) {
            require(from - next + kept);
            return false;
        }
        type = buffer[next] & 0xff;
        position = from;
        limit = from + kept;
        next = limit;
        excess = length - kept;
        return true;
    }

    /** Moves on by one packet, waiting for it. */
    void next() throws IOException {
        while (!nextBuffered()) {
            fill();
        }
    }

    /** Waits for more bytes. What was yielded before is gone. */
    private void fill() throws IOException {
        if (next > 0) {
            System.arraycopy(buffer, next, buffer, 0, filled - next);
            filled -= next;
            next = 0;
            if (filled < SIZE && buffer.length > SIZE) {
                buffer = Arrays.copyOf(buffer, SIZE);
            }
        }
        if (filled == buffer.length) {
            return;
        }
        int n = in.read(buffer, filled, buffer.length - filled);
        if (n < 0) {
            throw new EOFException("the connection was closed");
        }
        filled += n;
    }

    /** Goes past what is left of a packet that was cut. */
    private void skipExcess() throws IOException {
        int buffered = Math.min(excess, filled - next);
        next += buffered;
        in.skipNBytes(excess - buffered);
        excess = 0;
    }

    private void require(int bytes) {
        if (bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, bytes);
        }
    }

    /** A number of two bytes in the packet. */
    int number(int at) throws IOException {
        if (at + 2 > limit) {
            throw new BrokerException("what comes is not MQTT: a packet ends too early");
        }
        return ((buffer[at] & 0xff) << 8) | (buffer[at + 1] & 0xff);
    }

    /** Where what is behind a list of properties begins. */
    int behindProperties(int at) throws IOException {
        int length = 0;
        for (int i = 0; i < MAX_LENGTH_BYTES && at + i < limit; i++) {
            length |= (buffer[at + i] & 0x7f) << (7 * i);
            if (buffer[at + i] >= 0) {
                int behind = at + i + 1 + length;
                if (behind <= limit) {
                    return behind;
                }
                break;
            }
        }
        throw new BrokerException("what comes is not MQTT: properties longer than their packet");
    }

    byte[] body() {
        return Arrays.copyOfRange(buffer, position, limit);
    }
}
