package dev.serai.stack;

import dev.serai.settings.Settings;
import dev.serai.settings.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * What {@code make start}, {@code stop}, {@code status}, {@code env}, {@code run} and the like do:
 * {@code Launcher start|stop|status|env|validate|stores|copy|exec ARGUMENT…}.
 *
 * <p>Ends with 0 if all is well, else with 1 and the reason on standard error.
 */
public final class Launcher {

    private static final Path DIRECTORY = Path.of(".serai");
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int LOG_LINES = 15;

    private final PrintStream out;
    private final PrivateFile started = new PrivateFile(DIRECTORY.resolve("run").resolve("started.properties"));

    Launcher(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Launcher launcher = new Launcher(System.out);
        try {
            System.exit(launcher.run(List.of(arguments)));
        } catch (StackException | SettingsException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private int run(List<String> arguments) throws InterruptedException {
        String command = arguments.isEmpty() ? "" : arguments.get(0);
        return switch (command) {
            case "start" -> alone(this::start);
            case "stop" -> alone(this::stop);
            case "status" -> StatusTable.print(new Components(DIRECTORY, current()).all(), out) ? 0 : 1;
            case "env" -> {
                out.print(ExportLines.of(DIRECTORY, current()));
                yield 0;
            }
            case "exec" -> exec(arguments.subList(1, arguments.size()));
            case "validate" -> validate();
            case "stores" -> alone(this::stores);
            case "copy" -> {
                new StoreCopy(current(), System.getenv(), out).run();
                yield 0;
            }
            default ->
                throw new StackException("usage: Launcher start|stop|status|env|validate|stores|copy|exec ARGUMENT…");
        };
    }

    private int start() throws InterruptedException {
        LaunchEnvironment environment = LaunchEnvironment.load(DIRECTORY, System.getenv());
        stopIfChanged(environment);
        start(environment, component -> true);
        new Greeting(DIRECTORY, environment, out).print();
        return 0;
    }

    /** Only the stores, with nobody who changes what is in them. */
    private int stores() throws InterruptedException {
        stop();
        start(
                LaunchEnvironment.load(DIRECTORY, System.getenv()),
                component -> component.name().equals("stack"));
        return 0;
    }

    private void start(LaunchEnvironment environment, Predicate<Component> wanted) throws InterruptedException {
        Components components = new Components(DIRECTORY, environment);
        started.write(environment.given());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        components.choosePorts();
        List<Component> all = components.all().stream().filter(wanted).toList();
        List<Component> missing = missing(all);
        requirePorts(components, missing, environment);
        for (Component component : missing) {
            out.println("Starting " + component.name());
            component.start();
            // The others would only complain as long as their stores are not there.
            if (component.name().equals("stack")) {
                await(component, deadline);
            }
        }
        for (Component component : all) {
            await(component, deadline);
        }
    }

    private int stop() {
        List<String> stopped = new ArrayList<>();
        for (String name : Components.namesToStop(DIRECTORY)) {
            PidFile pidFile = Component.pidFile(DIRECTORY, name);
            if (pidFile.read().isPresent()) {
                out.println("Stopping " + name);
                stopped.add(name);
            }
            Component.stop(pidFile);
        }
        clearOrphans();
        started.delete();
        out.println(stopped.isEmpty() ? "Nothing runs." : "Stopped. The data are kept in " + DIRECTORY + "/");
        return 0;
    }

    /** A stack that was killed leaves its PostgreSQL behind. */
    private static void clearOrphans() {
        StackDirectory directory = StackDirectory.kept(DIRECTORY);
        directory.lock();
        PostmasterFile.clearAll(DIRECTORY);
        directory.release();
    }

    /** Checks the routes, and their SQL in a PostgreSQL that is there for this only. */
    private int validate() throws InterruptedException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        List<String> arguments = new ArrayList<>(List.of("validate"));
        try (LocalStack stack = LocalStack.postgresOnly(DIRECTORY)) {
            stack.start();
            stack.settings().forEach((key, value) -> environment.put(Settings.variable(key), value));
            arguments.add("throw-away");
            return run(arguments, environment);
        } catch (StackException e) {
            out.println("no PostgreSQL for the check: " + e.getMessage());
            return run(arguments, environment);
        }
    }

    /** Runs the application's jar once, with the settings and secrets of what runs. */
    private int exec(List<String> arguments) throws InterruptedException {
        return run(arguments, current().application());
    }

    private static int run(List<String> arguments, Map<String, String> environment) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Components.application(arguments)).inheritIO();
        builder.environment().putAll(environment);
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings with which it was started, so that another shell finds the same addresses; else those of this shell. */
    private LaunchEnvironment current() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        boolean runs = Components.namesToStop(DIRECTORY).stream()
                .anyMatch(name -> Component.pidFile(DIRECTORY, name).read().isPresent());
        if (runs) {
            LaunchEnvironment.load(DIRECTORY, Map.of())
                    .settings()
                    .asProperties()
                    .stringPropertyNames()
                    .forEach(key -> environment.remove(Settings.variable(key)));
            environment.putAll(started.read());
        }
        return LaunchEnvironment.load(DIRECTORY, environment);
    }

    private void stopIfChanged(LaunchEnvironment environment) {
        SortedMap<String, String> before = started.read();
        boolean runs = Components.namesToStop(DIRECTORY).stream()
                .anyMatch(name -> Component.pidFile(DIRECTORY, name).read().isPresent());
        if (runs && !before.equals(environment.given())) {
            out.println("The settings differ from those of the last start.");
            stop();
        }
    }

    private List<Component> missing(List<Component> components) {
        List<Component> missing = new ArrayList<>();
        for (Component component : components) {
            boolean runsOldBuild = !component.name().equals("stack") && component.isOlderThan(Components.JAR);
            if (runsOldBuild) {
                out.println("Stopping " + component.name() + ", which runs an older build");
                component.stop();
            }
            if (component.process().isEmpty()) {
                missing.add(component);
            } else {
                out.println("Already runs: " + component.name());
            }
        }
        return missing;
    }

    private static void requirePorts(Components components, List<Component> missing, LaunchEnvironment environment) {
        if (missing.stream().anyMatch(component -> component.name().equals("stack"))) {
            clearOrphans();
        }
        List<TakenPorts.Listener> listeners = missing.stream()
                .flatMap(component -> components.listeners(component).stream())
                .toList();
        List<String> taken = TakenPorts.among(listeners, environment.settings());
        if (!taken.isEmpty()) {
            throw new StackException(String.join(System.lineSeparator(), taken));
        }
    }

    /** Returns when it is healthy; throws as soon as it has ended, or at the deadline. */
    private static void await(Component component, long deadline) {
        while (!component.isHealthy()) {
            if (endsWithinPoll(component)) {
                throw failure(component, component.name() + " has ended.");
            }
            if (System.nanoTime() > deadline) {
                throw failure(
                        component, "%s is not healthy after %d s.".formatted(component.name(), PATIENCE.toSeconds()));
            }
        }
    }

    private static boolean endsWithinPoll(Component component) {
        return component
                .process()
                .map(process -> ProcessLife.endsWithin(process, POLL))
                .orElse(true);
    }

    private static StackException failure(Component component, String what) {
        List<String> lines = new ArrayList<>(List.of(what + " The end of " + component.log() + ":"));
        BoundedLog.tail(component.log(), LOG_LINES).forEach(line -> lines.add("  " + line));
        return new StackException(String.join(System.lineSeparator(), lines));
    }

    private interface Action {
        int run() throws InterruptedException;
    }

    /** One start or stop at a time; a second waits for the first. */
    private int alone(Action action) throws InterruptedException {
        Path file = FileTree.createPassable(DIRECTORY).resolve("launcher.lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                out.println("Another start or stop is going on; waiting for it.");
                channel.lock();
            }
            return action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
