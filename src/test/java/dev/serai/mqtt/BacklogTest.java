package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.stack.Durability;
import dev.serai.stack.Login;
import dev.serai.stack.MqttServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker of the local stack keeps what a subscriber that is away has not got, on disk, whatever it is. */
class BacklogTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int MESSAGES = 60_000;
    private static final Login LOGIN = new Login("serai", "open sesame");

    @Test
    void a_backlog_larger_than_its_memory_is_on_disk_and_complete_after_a_restart(@TempDir Path directory)
            throws Exception {
        MqttServer server = new MqttServer(directory, "127.0.0.1", 0, LOGIN, Durability.THROW_AWAY);
        server.start();
        Broker broker = new Broker("tcp://127.0.0.1:" + server.port(), LOGIN.user(), LOGIN.password());
        BitSet came = new BitSet();
        try (MqttRoute route = new MqttRoute(broker, "backlog", Map.of(), batch -> {
            for (ReceivedMessage message : batch) {
                came.set(
                        Integer.parseInt(new String(message.payload(), 0, 8, java.nio.charset.StandardCharsets.UTF_8)));
            }
        })) {
            await().atMost(PATIENCE).until(() -> route.told.connected.get() == 1);
            route.stop();
            String rest = "x".repeat(1000);
            try (Publisher publisher = broker.publisher()) {
                publisher.publish("backlog", 1, MESSAGES, i -> "%08d%s".formatted(i, rest));
            }
            assertThat(bytes(directory.resolve("mqtt/paging"))).isGreaterThan(MESSAGES * 1000L / 2);

            server.stop();
            server.start();
            route.start();

            await().atMost(PATIENCE).until(() -> route.told.processed.get() >= MESSAGES);
            assertThat(came.cardinality()).isEqualTo(MESSAGES);
            assertThat(route.told.processed).hasValue(MESSAGES);
        } finally {
            server.stop();
        }
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
