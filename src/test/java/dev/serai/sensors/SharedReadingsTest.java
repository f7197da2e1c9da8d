package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.mqtt.Mosquitto;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes share the readings, or as many as {@code -Dnodes} says; one is killed under load, and what the broker had sent
 * it, or kept for it, is stored once by the others.
 */
@WithStack
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class SharedReadingsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int PER_SECOND = 500;
    private static final int NODES = Integer.getInteger("nodes", 2);
    /** One each of the subscription that ends in PostgreSQL and of that of the raw lake. */
    private static final int SESSIONS = 2 * NODES;

    private final LocalStack stack;

    SharedReadingsTest(LocalStack stack) {
        this.stack = stack;
    }

    /** Mosquitto keeps what it has sent or queued in the session of the dead; {@code -Dbroker=stack} takes the other broker. */
    @Test
    void what_the_broker_keeps_for_a_dead_process_is_stored_once_by_the_others(@TempDir Path directory)
            throws Exception {
        boolean own = Mosquitto.isHere() && !System.getProperty("broker", "").equals("stack");
        try (Mosquitto mosquitto = own ? Mosquitto.started(directory) : null;
                Hub hub = new Hub(stack, settings(mosquitto))) {
            List<Process> others = new ArrayList<>();
            try {
                for (int node = 1; node < NODES; node++) {
                    others.add(hub.launch(Map.of("page.port", Hub.freePort(), "management.port", Hub.freePort())));
                }
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(sessions(hub)).isEqualTo(NODES + "|" + SESSIONS));
                try (Journal journal = journal(hub)) {
                    await().atMost(PATIENCE).until(() -> everybodyStores(hub));
                    others.get(0).destroyForcibly().waitFor();
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(sessions(hub)).isEqualTo(NODES - 1 + "|" + SESSIONS));
                    journal.pause();
                    JournalCheck.requireNothingLost(hub, journal);
                }
            } finally {
                for (Process other : others) {
                    other.destroyForcibly().waitFor();
                }
            }
        }
    }

    private static Map<String, String> settings(@Nullable Mosquitto mosquitto) {
        String nodes = Integer.toString(NODES);
        return mosquitto == null ? Map.of("nodes", nodes) : Map.of("nodes", nodes, "sensors.mqtt.url", mosquitto.url());
    }

    /** Processes that read, and sessions they read. */
    private static String sessions(Hub hub) throws Exception {
        return hub.value("select count(distinct process) || '|' || count(*) from ops.lease"
                + " where pool <> 'routes' and expires_at > clock_timestamp()");
    }

    private static boolean everybodyStores(Hub hub) throws Exception {
        return hub.value("select count(distinct r.node) from ops.load l join ops.run r using (run_id)"
                        + " where l.dataset = 'sensors.reading' and l.inserted > 0")
                .equals(Integer.toString(NODES));
    }

    private static Journal journal(Hub hub) {
        return new Journal(
                hub.settings().text("sensors.mqtt.url"),
                hub.settings().text("sensors.mqtt.user"),
                hub.settings().text("sensors.mqtt.password"),
                Sensors.topicOf(hub),
                PER_SECOND,
                new MixedMessages());
    }
}
