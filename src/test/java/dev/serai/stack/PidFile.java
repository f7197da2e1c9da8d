package dev.serai.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers a process by its number and the instant it began, so that another that got the number later is never taken
 * for it.
 *
 * <p>Errors: {@link UncheckedIOException}. Stateless but for the file.
 */
record PidFile(Path path) {

    // The system counts from its boot, whose instant moves a little when the clock is set.
    private static final Duration TOLERANCE = Duration.ofSeconds(10);

    /** The process if it still lives. */
    Optional<ProcessHandle> read() {
        try {
            String[] words = Files.readString(path).strip().split(" ", 2);
            if (words.length != 2) {
                return Optional.empty();
            }
            Instant begin = Instant.parse(words[1]);
            return ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(ProcessLife::isAlive)
                    .filter(process -> begin(process)
                            .map(actual -> Duration.between(begin, actual).abs().compareTo(TOLERANCE) < 0)
                            .orElse(false));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(ProcessHandle process) {
        try {
            Path whole = path.resolveSibling(path.getFileName() + ".tmp");
            Files.writeString(whole, process.pid() + " " + begin(process).orElse(Instant.now()) + "\n");
            Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Optional<Instant> begin(ProcessHandle process) {
        return process.info().startInstant();
    }
}
