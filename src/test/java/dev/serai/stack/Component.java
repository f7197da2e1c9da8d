package dev.serai.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One of the processes that make up a running Serai: stack, simulators, application. It goes on when the launcher ends.
 *
 * <p>Errors: {@link UncheckedIOException}. Not thread-safe; the launcher's lock keeps others away.
 */
final class Component {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final BooleanSupplier health;
    private final String address;
    private final PidFile pidFile;
    private final Path log;

    Component(
            Path directory,
            String name,
            List<String> command,
            Map<String, String> environment,
            BooleanSupplier health,
            String address) {
        this.name = name;
        this.command = command;
        this.environment = environment;
        this.health = health;
        this.address = address;
        this.pidFile = pidFile(directory, name);
        this.log = FileTree.createPrivate(directory.resolve("log")).resolve(name + ".log");
    }

    /** Where the process of that name is remembered. */
    static PidFile pidFile(Path directory, String name) {
        return new PidFile(FileTree.createPrivate(directory.resolve("run")).resolve(name + ".pid"));
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    Path log() {
        return log;
    }

    Optional<ProcessHandle> process() {
        return pidFile.read();
    }

    boolean isHealthy() {
        return process().isPresent() && health.getAsBoolean();
    }

    /** Whether it runs, but from before a file was written: an older build. */
    boolean isOlderThan(Path file) {
        try {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            return process()
                    .flatMap(PidFile::begin)
                    .map(begin -> begin.isBefore(written))
                    .orElse(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns at once; see {@link #isHealthy()}. */
    void start() {
        BoundedLog.rollIfLarger(log, BoundedLog.BOUND_BYTES);
        // Neither the end of the terminal nor a Ctrl-C in it reaches a process that ignores those signals from birth.
        List<String> detached = new ArrayList<>(List.of("sh", "-c", "trap '' HUP INT; exec \"$@\"", "sh"));
        detached.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(detached)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().remove(LaunchEnvironment.SUPERUSER_PASSWORD);
        builder.environment().putAll(environment);
        try {
            pidFile.write(builder.start().toHandle());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /** Asks it to end, and after a while makes it. Harmless if it does not run. */
    static void stop(PidFile pidFile) {
        pidFile.read().ifPresent(process -> {
            process.destroy();
            if (!ProcessLife.endsWithin(process, PATIENCE)) {
                process.destroyForcibly();
                if (!ProcessLife.endsWithin(process, PATIENCE)) {
                    throw new StackException("process %d does not end".formatted(process.pid()));
                }
            }
        });
        pidFile.delete();
    }

    void stop() {
        stop(pidFile);
    }
}
