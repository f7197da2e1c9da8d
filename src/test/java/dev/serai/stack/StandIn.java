package dev.serai.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * One server of the local stack in a container of its own, where no image of the real one can be had:
 * {@code StandIn s3|mongo DIRECTORY}. Listens on every interface; S3 asks for the login {@code MINIO_ROOT_USER} with the
 * password in the file {@code MINIO_ROOT_PASSWORD_FILE}, as the real image does.
 */
public final class StandIn {

    private static final int S3_PORT = 9000;
    private static final int MONGO_PORT = 27017;

    private StandIn() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[1]);
        Server server =
                switch (arguments[0]) {
                    case "s3" -> new ObjectStore(directory, "0.0.0.0", S3_PORT, s3Login());
                    case "mongo" -> new DocumentStore(directory, "0.0.0.0", MONGO_PORT);
                    default -> throw new StackException("usage: StandIn s3|mongo DIRECTORY");
                };
        server.start();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.stop();
                            stopped.countDown();
                        },
                        "stand-in-stop"));
        stopped.await();
    }

    private static Login s3Login() throws IOException {
        Path password = Path.of(System.getenv("MINIO_ROOT_PASSWORD_FILE"));
        return new Login(
                System.getenv("MINIO_ROOT_USER"), Files.readString(password).strip());
    }
}
