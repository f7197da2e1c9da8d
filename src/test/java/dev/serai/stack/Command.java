package dev.serai.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Runs a command of the system to its end, with an environment of its own, so that no variable of the user's
 * ({@code PGDATA}, {@code PGPORT}, {@code LC_ALL}) changes what it does. Stateless.
 */
final class Command {

    /** How it ended: its exit code (127 if there is no such command) and what it printed, errors included. */
    record Result(int code, String output) {
        boolean succeeded() {
            return code == 0;
        }
    }

    private Command() {}

    static Result run(List<String> command) {
        try {
            Process process = prepare(command).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            return new Result(127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while waiting for " + command.get(0), e);
        }
    }

    /** Not started yet. */
    static ProcessBuilder prepare(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", path, "LC_ALL", "C"));
        return builder;
    }

    /** Sends a signal; the shell's own {@code kill}, because small images have no other. */
    static void signal(String name, long pid) {
        Result result = run(List.of("sh", "-c", "kill -\"$0\" \"$1\"", name, Long.toString(pid)));
        if (!result.succeeded() && ProcessHandle.of(pid).isPresent()) {
            throw new UncheckedIOException(
                    new IOException("cannot send SIG%s to process %d: %s".formatted(name, pid, result.output())));
        }
    }
}
