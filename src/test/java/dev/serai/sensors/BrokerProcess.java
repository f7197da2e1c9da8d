package dev.serai.sensors;

import dev.serai.Hub;
import dev.serai.JavaProcess;
import dev.serai.stack.Durability;
import dev.serai.stack.Login;
import dev.serai.stack.MqttServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The local stack's broker in a process of its own, so that it can be killed. What it acknowledged is with the operating
 * system, so it survives that. Not thread-safe. Close after use.
 */
public final class BrokerProcess implements AutoCloseable {

    public static final Login LOGIN = new Login("serai", "open sesame");
    private static final long PATIENCE_S = 60;

    private final Path directory;
    private final String port = Hub.freePort();
    private Process process;

    public BrokerProcess(Path directory) throws IOException {
        this.directory = directory;
        process = launch();
    }

    public static void main(String[] arguments) throws InterruptedException {
        new MqttServer(Path.of(arguments[0]), "127.0.0.1", Integer.parseInt(arguments[1]), LOGIN, Durability.THROW_AWAY)
                .start();
        new CountDownLatch(1).await();
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    public int port() {
        return Integer.parseInt(port);
    }

    void killAndStartAgain() throws IOException, InterruptedException {
        kill();
        start();
    }

    /** By SIGKILL; {@link #start} follows. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end and waits for that; {@link #start} follows. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** Again, with what it has kept. */
    public void start() throws IOException {
        process = launch();
    }

    private Process launch() throws IOException {
        Process launched = JavaProcess.of(
                        BrokerProcess.class,
                        directory.resolve("broker.log"),
                        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                        directory.toString(),
                        port)
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!listens()) {
            if (!launched.isAlive() || System.nanoTime() > deadline) {
                launched.destroyForcibly();
                throw new IOException("the broker does not start: see broker.log in " + directory);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return launched;
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
