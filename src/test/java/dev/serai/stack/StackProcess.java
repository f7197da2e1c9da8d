package dev.serai.stack;

import dev.serai.settings.Settings;
import dev.serai.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The process of the kept stack: {@code StackProcess DIRECTORY}. Settings and passwords come from the environment.
 *
 * <p>It writes {@code DIRECTORY/run/stack.ready} when all servers serve, and stops them on SIGTERM. Ends with 1 and the
 * reason on standard error if a server cannot start.
 */
public final class StackProcess {

    private static final List<String> REQUIRED =
            List.of("postgres.password", "postgres.reader.password", "s3.secret-key", "sensors.mqtt.password");
    private static final int RESTARTS = 5;
    private static final int POLL_S = 1;

    private StackProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        Path ready = FileTree.createPrivate(directory.resolve("run")).resolve("stack.ready");
        Files.deleteIfExists(ready);
        CountDownLatch stopping = new CountDownLatch(1);
        try {
            LocalStack stack = open(directory, System.getenv());
            stack.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, stopping, ready), "stack-stop"));
            Files.writeString(ready, Long.toString(ProcessHandle.current().pid()));
            watch(stack, stopping);
        } catch (StackException | SettingsException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static LocalStack open(Path directory, Map<String, String> environment) {
        Settings settings = Settings.load(environment, REQUIRED);
        String superuser = environment.getOrDefault(LaunchEnvironment.SUPERUSER_PASSWORD, "");
        if (superuser.isEmpty()) {
            throw new StackException(LaunchEnvironment.SUPERUSER_PASSWORD + " is missing");
        }
        return new LocalStack(settings, superuser, StackDirectory.kept(directory), directory);
    }

    /** PostgreSQL is a process of its own that can end by itself; the others end with this one. */
    private static void watch(LocalStack stack, CountDownLatch stopping) throws InterruptedException {
        int restarts = 0;
        while (!stopping.await(POLL_S, TimeUnit.SECONDS)) {
            for (Server server : stack.servers()) {
                if (server instanceof PostgresServer postgres && !postgres.isRunning()) {
                    restarts++;
                    System.err.println("PostgreSQL ended by itself; see postgres.log. Starting it again");
                    restart(postgres, restarts);
                }
            }
        }
    }

    private static void restart(PostgresServer postgres, int restarts) {
        try {
            postgres.start();
        } catch (StackException e) {
            // Children of the former server may need a moment to notice that it has gone.
            if (restarts >= RESTARTS) {
                throw e;
            }
            System.err.println(e.getMessage());
        }
    }

    private static void stop(LocalStack stack, CountDownLatch stopping, Path ready) {
        stopping.countDown();
        try {
            Files.deleteIfExists(ready);
            stack.close();
        } catch (IOException | StackException e) {
            System.err.println(e.getMessage());
        }
    }
}
