package dev.serai.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Eclipse Mosquitto, where this machine has it, with a configuration of its own. Not thread-safe. Close after use. */
public final class Mosquitto implements AutoCloseable {

    /** What it needs to keep every message for a subscriber that is away. */
    public static final List<String> KEEPS_EVERYTHING = List.of("max_queued_messages 0", "max_inflight_messages 0");

    private static final int PATIENCE_MS = 20_000;
    private static final int POLL_MS = 20;

    private final Path directory;
    private final List<String> settings;
    private final int port;
    private @Nullable Process process;

    /** Does not start it yet. */
    public Mosquitto(Path directory, List<String> settings) throws IOException {
        this.directory = directory.toAbsolutePath();
        this.settings = settings;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    /** One that keeps everything, and runs. */
    public static Mosquitto started(Path directory) throws IOException, InterruptedException {
        Mosquitto mosquitto = new Mosquitto(directory, KEEPS_EVERYTHING);
        mosquitto.start();
        return mosquitto;
    }

    static Optional<Path> executable() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(":", -1))
                .map(folder -> Path.of(folder, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** For tests that are skipped without it. */
    public static boolean isHere() {
        return executable().isPresent();
    }

    public Broker broker() {
        return new Broker(url(), "", "");
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public void start() throws IOException, InterruptedException {
        Path configuration = directory.resolve("mosquitto.conf");
        Files.writeString(
                configuration,
                String.join(
                                "\n",
                                "listener %d 127.0.0.1".formatted(port),
                                "allow_anonymous true",
                                "persistence true",
                                "persistence_location %s/".formatted(directory),
                                "user %s".formatted(System.getProperty("user.name")),
                                String.join("\n", settings))
                        + "\n");
        process = new ProcessBuilder(executable().orElseThrow().toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("mosquitto.log").toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!listens()) {
            if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                throw new IOException(
                        "mosquitto does not start: " + Files.readString(directory.resolve("mosquitto.log")));
            }
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public long pid() {
        return process == null ? -1 : process.pid();
    }

    /** Has it write what it keeps, and yields when that is whole. */
    public void save() throws IOException, InterruptedException {
        Path kept = directory.resolve("mosquitto.db");
        Files.deleteIfExists(kept);
        new ProcessBuilder("kill", "-USR1", Long.toString(pid())).start().waitFor();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!Files.exists(kept)) { // it is renamed when it is whole
            if (System.nanoTime() > deadline) {
                throw new IOException("mosquitto does not save");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** By SIGKILL. */
    public void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
            process = null;
        }
    }

    /** Lets it write what it keeps. */
    public void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            process.waitFor();
            process = null;
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
