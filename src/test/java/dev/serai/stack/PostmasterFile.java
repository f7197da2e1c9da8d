package dev.serai.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code postmaster.pid}, the file by which PostgreSQL says who serves a data directory.
 *
 * <p>Its lines: process, data directory, start time, port, socket directory, address, shared memory, state. <br>
 * Stateless but for the file.
 */
final class PostmasterFile {

    private static final int STATE_LINE = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    // No system gives this number to a process.
    private static final String NO_PROCESS = Integer.toString(Integer.MAX_VALUE - 1);

    private final Path data;
    private final Path file;

    PostmasterFile(Path data) {
        this.data = data.toAbsolutePath().normalize();
        this.file = data.resolve("postmaster.pid");
    }

    /** Whether this process accepts connections. */
    boolean isReady(long pid) {
        List<String> lines = read();
        return lines.size() > STATE_LINE
                && lines.get(0).strip().equals(Long.toString(pid))
                && lines.get(STATE_LINE).strip().equals("ready");
    }

    /**
     * Stops a server that outlived the process which had started it, and makes a file harmless that a dead one has left.
     *
     * <p>To be called only by who holds the lock of the stack: then no living stack owns that server.
     */
    void clear() {
        Optional<ProcessHandle> named = read().stream()
                .findFirst()
                .map(line -> Long.parseLong(line.strip()))
                .flatMap(ProcessHandle::of);
        if (named.isEmpty()) {
            return; // PostgreSQL itself replaces the file of a process that is gone.
        }
        if (serves(named.get())) {
            stop(named.get());
        } else {
            disown();
        }
    }

    /** {@link #clear()} for the data of every version of PostgreSQL in a directory. */
    static void clearAll(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(path -> path.getFileName().toString().matches("postgres-\\d+"))
                    .forEach(data -> new PostmasterFile(data).clear());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean serves(ProcessHandle process) {
        return Arrays.asList(process.info().arguments().orElse(new String[0])).contains(data.toString());
    }

    static void stop(ProcessHandle process) {
        Command.signal("INT", process.pid());
        if (!ProcessLife.endsWithin(process, PATIENCE)) {
            process.destroyForcibly();
            if (!ProcessLife.endsWithin(process, PATIENCE)) {
                throw new StackException("PostgreSQL, process %d, does not end".formatted(process.pid()));
            }
        }
    }

    /**
     * The number now belongs to some other program, for which PostgreSQL would wait for ever. The rest of the file stays:
     * by its shared memory PostgreSQL recognises children of the former server that may still write.
     */
    private void disown() {
        List<String> lines = new ArrayList<>(read());
        if (lines.isEmpty()) {
            return;
        }
        lines.set(0, NO_PROCESS);
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> read() {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
