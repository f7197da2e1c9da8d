package dev.serai.prove;

import dev.serai.docs.ShellBlocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The application with one route broken on purpose: the broker is told before the load has committed. Stateless. */
final class BrokenConsumer {

    private static final String ROUTE = "sensors/sensors-mqtt-to-postgres.camel.yaml";
    private static final String RIGHT = "- to:\n            id: sensors-load-batch\n";
    /** Hands a copy to another thread and is done. */
    private static final String WRONG = "- wireTap:\n            id: sensors-load-batch\n";

    private BrokenConsumer() {}

    /** Settings of a process with such routes, which are written into a directory. */
    static Map<String, String> in(Path directory) throws IOException {
        Path routes = directory.resolve("broken-routes");
        ShellBlocks.copy(Path.of("routes"), routes);
        Path file = routes.resolve(ROUTE);
        String route = Files.readString(file);
        if (!route.contains(RIGHT)) {
            throw new IllegalStateException(file + " has no step that could be broken: " + RIGHT);
        }
        Files.writeString(file, route.replace(RIGHT, WRONG));
        return Map.of("routes.directory", routes.toString());
    }
}
