package dev.serai.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * A log file that never grows beyond a bound: when full it becomes {@code name.log.1}, replacing the one before.
 *
 * <p>One thread writes it; the static methods are stateless.
 */
final class BoundedLog {

    static final long BOUND_BYTES = 10L << 20;

    private final Path file;
    private final long bound;

    BoundedLog(Path file, long bound) {
        this.file = file;
        this.bound = bound;
    }

    /** Copies a program's output until it ends. */
    void copy(InputStream in) throws IOException {
        byte[] buffer = new byte[8192];
        int read = in.read(buffer);
        while (read >= 0) {
            rollIfLarger(file, bound - read);
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(buffer, 0, read);
            }
            read = in.read(buffer);
        }
    }

    static void rollIfLarger(Path file, long bytes) {
        try {
            if (Files.exists(file) && Files.size(file) > bytes) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its last lines, nothing if it does not exist. */
    static List<String> tail(Path file, int lines) {
        if (!Files.exists(file)) {
            return List.of();
        }
        Deque<String> last = new ArrayDeque<>();
        // Latin-1 decodes whatever bytes a program has printed.
        try (Stream<String> all = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            all.forEach(line -> {
                last.addLast(line);
                if (last.size() > lines) {
                    last.removeFirst();
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(last);
    }
}
