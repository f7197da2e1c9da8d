package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.archive.Readings;
import dev.serai.mqtt.Publisher;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** A sink that is away does not stop the other one, and messages that are no readings stop nobody. */
@Tag("long")
@WithStack
class SensorsOutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int WAVES = 4;
    private static final int POISON = 3_000;
    private static final int MESSAGES = 50;

    private final LocalStack stack;
    private final Instant from = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(600);
    private Hub hub;
    private Sensors sensors;
    private int sent;

    SensorsOutageTest(LocalStack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void start() throws Exception {
        hub = new Hub(stack, Map.of("postgres.connect-timeout-ms", "250"));
        sensors = new Sensors(hub);
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
    }

    @AfterEach
    void stop() throws Exception {
        sensors.close();
        hub.close();
    }

    private void send(int readings) throws Exception {
        for (int i = 0; i < readings; i++) {
            sensors.send(
                    Sensors.reading("Sensor " + sent % 3, from.plusSeconds(sent).toString(), sent++));
        }
    }

    private void awaitStored() {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> hub.value("select count(*) from sensors.reading")
                .equals(Integer.toString(sent)));
    }

    /** The local S3 server lists an object whose upload a stop has cut, and does not have it. */
    private void awaitInLake() {
        await().atMost(PATIENCE)
                .ignoreException(NoSuchKeyException.class)
                .until(() -> Lake.of(hub).stream()
                                .map(line -> line.get("payload").asText())
                                .distinct()
                                .count()
                        == sent);
    }

    @Test
    void without_s3_readings_go_on_into_postgres() throws Exception {
        send(MESSAGES);
        awaitInLake();
        stack.objects().stop();
        try {
            for (int i = 0; i < 3; i++) {
                send(MESSAGES);
                awaitStored();
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            hub.rows(
                                    "select pipeline, state, reason like 'S3: %' from mart.pipeline where kind = 'stream' and pipeline like 'sensors%' order by 1"))
                    .containsExactly("sensors|healthy|null", "sensors-mqtt-to-s3|failing|t"));
        } finally {
            stack.objects().start();
        }
        awaitInLake();
    }

    @Test
    void without_postgres_messages_go_on_into_the_lake() throws Exception {
        send(MESSAGES);
        awaitStored();
        stack.postgres().stop();
        try {
            for (int i = 0; i < 3; i++) {
                send(MESSAGES);
                awaitInLake();
            }
        } finally {
            stack.postgres().start();
        }
        awaitStored();
        new Readings(hub).requireRollupIsRight();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        hub.value(
                                "select count(*) from mart.pipeline where pipeline in ('sensors', 'sensors-mqtt-to-s3') and state = 'healthy'"))
                .isEqualTo("2"));
    }

    @Test
    void nothing_but_poison_stops_nobody_and_all_of_it_is_kept() throws Exception {
        for (int wave = 0; wave < WAVES; wave++) {
            poison(wave);
            send(1);
            awaitStored();
        }

        assertThat(hub.value("select count(*), sum(times_seen), min(state) from ops.dead_letter"))
                .isEqualTo("%d|%d|open".formatted(WAVES * POISON, WAVES * POISON));
        assertThat(hub.rows("select code, count(*) from ops.dead_letter group by code order by code"))
                .hasSizeGreaterThan(3);
        assertThat(hub.value("select sum(rejected), sum(inserted) from ops.load where dataset = 'sensors.reading'"))
                .isEqualTo("%d|%d".formatted(WAVES * POISON, WAVES));
        assertThat(hub.value("select state from mart.pipeline where pipeline = 'sensors'"))
                .isEqualTo("healthy");
        Lake.awaitLines(hub, WAVES * (POISON + 1), PATIENCE);
    }

    /** All different. */
    private void poison(int wave) throws Exception {
        try (Publisher publisher = new Publisher(
                hub.settings().text("sensors.mqtt.url"),
                hub.settings().text("sensors.mqtt.user"),
                hub.settings().text("sensors.mqtt.password"))) {
            for (int i = 0; i < POISON; i++) {
                int number = wave * POISON + i;
                byte[] payload = text(number).getBytes(StandardCharsets.UTF_8);
                if (number % 7 == 6) {
                    payload[0] = (byte) 0xff;
                }
                publisher.send(Sensors.topicOf(hub), 1, payload);
            }
            publisher.awaitTaken();
        }
    }

    private static String text(int number) {
        return switch (number % 7) {
            case 0 -> "poison " + number;
            case 1 -> "{\"id\": \"Sensor 1\", \"dt\": \"yesterday\", \"value\": %d}".formatted(number);
            case 2 -> "{\"id\": \"Sensor 1\", \"dt\": \"2026-11-21T06:00:00\", \"value\": \"%d\"}".formatted(number);
            case 3 -> "{\"id\": \"Sensor 1\", \"dt\": \"2026-11-21T06:00:00\", \"value\": %d".formatted(number);
            case 4 -> "[".repeat(2_000) + number;
            case 5 -> "{\"id\": {}, \"value\": [%d]}\0".formatted(number);
            default -> "? " + number;
        };
    }
}
