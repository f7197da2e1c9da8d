package dev.serai.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether processes live, those of others included. Stateless. */
final class ProcessLife {

    private static final int POLL_MS = 50;

    private ProcessLife() {}

    /** A process that has ended does not count as alive while nobody has asked for its exit code: in a container often for ever. */
    static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    /** Whether it ends within that time; returns as soon as it does. */
    static boolean endsWithin(ProcessHandle process, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (isAlive(process)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                // For the child of another process onExit() looks only now and then, so it is not relied on alone.
                process.onExit().get(POLL_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException lives) {
                continue;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StackException("interrupted while process %d was ending".formatted(process.pid()), e);
            }
        }
        return true;
    }

    /** Known where the system tells it in files: Linux. */
    private static boolean isZombie(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(stat)) {
            return false;
        }
        try {
            // 123 (name) S …: the name may hold anything, brackets included.
            String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
            return line.startsWith("Z", line.lastIndexOf(')') + 2);
        } catch (IOException ended) {
            return true;
        }
    }
}
