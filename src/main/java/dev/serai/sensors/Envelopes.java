package dev.serai.sensors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages as JSON, one after the other: {@code {"topic":"…","received_at":"…Z","payload":"<the message exactly>"}}.
 *
 * <p>A message that is not UTF-8 has {@code payload_base64} instead. Without a time of arrival, as a dead letter, the same
 * message is the same text however often it comes. For one thread.
 */
final class Envelopes {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int ESCAPED = 6;
    private static final int SHORT = 4096;

    private byte[] bytes;
    private int length;

    Envelopes(int expected) {
        bytes = new byte[Math.max(64, expected)];
    }

    /** Where the next one begins. */
    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    String text(int begin) {
        return new String(bytes, begin, length - begin, StandardCharsets.UTF_8);
    }

    /** Forgets what was written from there on. */
    void truncate(int begin) {
        length = begin;
    }

    /** Writes all there is and begins anew. */
    void moveTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        length = 0;
    }

    void add(String topic, @Nullable Instant receivedAt, byte[] payload) {
        ascii("{\"topic\":\"");
        escaped(topic.getBytes(StandardCharsets.UTF_8));
        if (receivedAt != null) {
            ascii("\",\"received_at\":\"");
            ascii(receivedAt.toString());
        }
        if (isUtf8(payload)) {
            ascii("\",\"payload\":\"");
            escaped(payload);
        } else {
            ascii("\",\"payload_base64\":\"");
            raw(Base64.getEncoder().encode(payload));
        }
        ascii("\"}");
    }

    void line() {
        ascii("\n");
    }

    static boolean isUtf8(byte[] payload) {
        for (byte b : payload) {
            if (b < 0) {
                try {
                    CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload));
                    return decoded.hasRemaining();
                } catch (CharacterCodingException e) {
                    return false;
                }
            }
        }
        return true;
    }

    private void escaped(byte[] text) {
        room(text.length < SHORT ? text.length * ESCAPED : escapedLength(text));
        byte[] to = bytes;
        int at = length;
        for (byte b : text) {
            if (b == '"' || b == '\\') {
                to[at++] = '\\';
                to[at++] = b;
            } else if (b >= 0 && b < ' ') {
                to[at++] = '\\';
                to[at++] = 'u';
                to[at++] = '0';
                to[at++] = '0';
                to[at++] = HEX[b >> 4];
                to[at++] = HEX[b & 15];
            } else {
                to[at++] = b;
            }
        }
        length = at;
    }

    private static int escapedLength(byte[] text) {
        int sum = 0;
        for (byte b : text) {
            sum += b == '"' || b == '\\' ? 2 : b >= 0 && b < ' ' ? ESCAPED : 1;
        }
        return sum;
    }

    @SuppressWarnings("deprecation") // the one that copies low bytes: all there are
    private void ascii(String text) {
        room(text.length());
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
    }

    private void raw(byte[] text) {
        room(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(Math.addExact(length, more), Math.addExact(bytes.length, bytes.length / 2)));
        }
    }
}
