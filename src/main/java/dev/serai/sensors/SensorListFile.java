package dev.serai.sensors;

import dev.serai.ledger.CodedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The sensor list as a file.
 *
 * <p>Errors: a {@link CodedException} {@code SENSOR_LIST_…} for one that cannot be read or is too large. Thread-safe.
 */
public final class SensorListFile {

    private static final int MOST_BYTES = 10_000_000;

    private final Path file;

    public SensorListFile(String file) {
        this.file = Path.of(file);
    }

    /** What is in it; null if that has this digest, see {@link SensorList#digest}. */
    public byte @Nullable [] changedSince(String digest) {
        byte[] bytes = read();
        return SensorList.digest(bytes).equals(digest) ? null : bytes;
    }

    private byte[] read() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new CodedException(
                        "SENSOR_LIST_TOO_LARGE", "%s must have at most %d bytes, has more".formatted(file, MOST_BYTES));
            }
            return bytes;
        } catch (IOException e) {
            throw new CodedException(
                    "SENSOR_LIST_UNREADABLE",
                    "sensors.list.file must be a file that can be read, was %s: %s"
                            .formatted(file.toAbsolutePath(), e.getClass().getSimpleName()));
        }
    }
}
