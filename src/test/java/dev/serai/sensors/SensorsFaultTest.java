package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.mqtt.Mosquitto;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever is killed under load, by SIGKILL: what the broker has acknowledged to its publisher is in {@code sensors.reading} or
 * in the dead letter once, and in the raw lake at least once; the minutes are what the readings come to.
 */
@WithStack
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class SensorsFaultTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int PER_SECOND = 1_000;
    private static final int KILLS = 2;
    /** Each start of a process takes seconds. {@code make check} kills the application ten times. */
    private static final int APPLICATION_KILLS = Integer.getInteger("kills", KILLS);

    private final LocalStack stack;
    private final Random random;

    SensorsFaultTest(LocalStack stack) {
        this.stack = stack;
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        random = new Random(seed);
    }

    @Test
    void the_application_is_killed(@TempDir Path directory) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.isHere() ? Mosquitto.started(directory) : null;
                Hub hub = new Hub(stack, mosquitto == null ? Map.of() : Map.of("sensors.mqtt.url", mosquitto.url()))) {
            awaitConnected(hub);
            hub.stop();
            try (Journal journal = journal(hub)) {
                for (int kill = 0; kill < APPLICATION_KILLS; kill++) {
                    Process process = hub.launch(Map.of());
                    try {
                        // In the midst of a load, or of an object for the lake.
                        awaitProgress(hub, kill % 2 == 0 ? "sensors" : "sensors-mqtt-to-s3");
                    } finally {
                        process.destroyForcibly().waitFor();
                    }
                }
                journal.pause();
                hub.start();
                JournalCheck.requireNothingLost(hub, journal);
            }
            assertThat(hub.value("select count(*) > 0 from ops.run where state = 'interrupted'"))
                    .isEqualTo("t");
        }
    }

    @Test
    void the_broker_is_killed(@TempDir Path directory) throws Exception {
        try (BrokerProcess broker = new BrokerProcess(directory);
                Hub hub = new Hub(
                        stack,
                        Map.of(
                                "sensors.mqtt.url",
                                broker.url(),
                                "sensors.mqtt.user",
                                BrokerProcess.LOGIN.user(),
                                "sensors.mqtt.password",
                                BrokerProcess.LOGIN.password()))) {
            awaitConnected(hub);
            try (Journal journal = journal(hub)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    awaitProgress(hub, "sensors");
                    broker.killAndStartAgain();
                }
                awaitProgress(hub, "sensors");
                journal.pause();
                JournalCheck.requireNothingLost(hub, journal);
            }
            assertThat(hub.rows("select warning from ops.stream where warning is not null"))
                    .isEmpty();
        }
    }

    /** It acknowledges before it writes, so what counts is what it had written; all of that comes once more. */
    @Test
    void mosquitto_is_killed_after_it_has_saved(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Mosquitto.isHere(), "mosquitto is not on this machine");
        try (Mosquitto mosquitto = Mosquitto.started(directory);
                Hub hub = new Hub(stack, Map.of("sensors.mqtt.url", mosquitto.url()))) {
            awaitConnected(hub);
            try (Journal journal = journal(hub)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    awaitProgress(hub, "sensors");
                    journal.pause();
                    mosquitto.save();
                    mosquitto.kill();
                    mosquitto.start();
                    journal.resume();
                }
                awaitProgress(hub, "sensors");
                journal.pause();
                JournalCheck.requireNothingLost(hub, journal);
            }
            assertThat(hub.rows("select warning from ops.stream where warning is not null"))
                    .isEmpty();
        }
    }

    @Test
    void postgres_is_killed() throws Exception {
        try (Hub hub = new Hub(stack, Map.of("postgres.connect-timeout-ms", "250"))) {
            hub.stop();
            // The throw-away server would answer before its commits are the operating system's.
            hub.rows(
                    "do $$ begin execute format('alter database %I set synchronous_commit = on', current_database()); end $$");
            hub.start();
            awaitConnected(hub);
            try (Journal journal = journal(hub)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    awaitProgress(hub, "sensors");
                    int objects = hub.keys("sensor-data").size();
                    stack.postgres().kill();
                    try {
                        await().atMost(PATIENCE)
                                .until(() -> hub.keys("sensor-data").size() > objects + 1);
                    } finally {
                        stack.postgres().start();
                    }
                }
                awaitProgress(hub, "sensors");
                journal.pause();
                JournalCheck.requireNothingLost(hub, journal);
            }
        }
    }

    private Journal journal(Hub hub) {
        return new Journal(
                hub.settings().text("sensors.mqtt.url"),
                hub.settings().text("sensors.mqtt.user"),
                hub.settings().text("sensors.mqtt.password"),
                Sensors.topicOf(hub),
                PER_SECOND,
                new MixedMessages());
    }

    private static void awaitConnected(Hub hub) {
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
    }

    /** Until so many messages more are booked, some hundreds. */
    private void awaitProgress(Hub hub, String pipeline) {
        long[] enough = {-1};
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptions()
                .until(() -> {
                    long read = Long.parseLong(
                            hub.value("select coalesce(sum(read), 0) from ops.load where pipeline = ?", pipeline));
                    if (enough[0] < 0) {
                        enough[0] = read + 1 + random.nextInt(PER_SECOND);
                    }
                    return read >= enough[0];
                });
    }
}
