package dev.serai.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A hub as a process of its own, with a relay before one of its stores, that is killed by SIGKILL at a point of the traffic. */
public final class KilledHub {

    /** The setting that has the address of a store. */
    public enum Store {
        S3("s3.endpoint", "http://127.0.0.1:%d"),
        POSTGRES("postgres.url", "jdbc:postgresql://127.0.0.1:%d%s"),
        MONGO("community.mongo.url", "mongodb://127.0.0.1:%d");

        private final String key;
        private final String address;

        Store(String key, String address) {
            this.key = key;
            this.address = address;
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(200);

    private KilledHub() {}

    /**
     * Starts it and yields when it is dead.
     *
     * @param hub whose settings it has; stopped, so that the process can have its ports
     * @param changes settings that it has instead of those
     * @param point makes the conversation of each connection, which is given what kills
     */
    public static void run(Hub hub, Map<String, String> changes, Store store, Function<Runnable, Conversation> point)
            throws Exception {
        CompletableFuture<Process> child = new CompletableFuture<>();
        Runnable kill = () -> child.join().destroyForcibly();
        URI address = hub.settings().address(store.key);
        try (Relay relay = new Relay(address.getPort(), () -> point.apply(kill))) {
            Map<String, String> all = new HashMap<>(changes);
            all.put(store.key, store.address.formatted(relay.port(), address.getPath()));
            Process process = hub.launch(all);
            child.complete(process);
            try {
                assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .as("reached the point")
                        .isTrue();
                assertThat(process.exitValue()).as("SIGKILL").isEqualTo(128 + 9);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
