package dev.serai.simulators;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A JSON array that is made while it is read, so that a long one needs the memory of one element.
 *
 * <p>Ends with the first element that reaches the wanted length. Not thread-safe.
 */
final class JsonArrayStream extends InputStream {

    private final Supplier<String> elements;
    private final long leastBytes;
    private ByteArrayInputStream part = new ByteArrayInputStream(new byte[0]);
    private long made;

    JsonArrayStream(Supplier<String> elements, long leastBytes) {
        this.elements = elements;
        this.leastBytes = leastBytes;
    }

    @Override
    public int read() {
        refill();
        return part.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        refill();
        return part.read(target, offset, length);
    }

    private void refill() {
        if (part.available() == 0 && made < leastBytes) {
            String text = (made == 0 ? "[" : ",") + elements.get();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            made += bytes.length;
            part = new ByteArrayInputStream(made < leastBytes ? bytes : (text + "]").getBytes(StandardCharsets.UTF_8));
        }
    }
}
