package dev.serai.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns the bytes of topics into text, the same text for the same bytes where it can. Not thread-safe. */
final class TopicNames {

    private static final int SLOTS = 1 << 10;

    private final byte[] @Nullable [] bytes = new byte[SLOTS][];
    private final @Nullable String[] names = new String[SLOTS];

    String name(byte[] buffer, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + buffer[i];
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        byte[] known = bytes[slot];
        String name = names[slot];
        if (known != null && name != null && Arrays.equals(known, 0, known.length, buffer, from, from + length)) {
            return name;
        }
        String fresh = new String(buffer, from, length, StandardCharsets.UTF_8);
        bytes[slot] = Arrays.copyOfRange(buffer, from, from + length);
        names[slot] = fresh;
        return fresh;
    }
}
