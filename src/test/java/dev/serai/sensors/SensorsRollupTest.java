package dev.serai.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.Hub;
import dev.serai.archive.Readings;
import dev.serai.mqtt.Publisher;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However readings come, each is there once and its minute counts it once, also when its day is in the archive. */
@WithStack
class SensorsRollupTest {

    private static final Path SAMPLE = Path.of("../shared/fixtures/sensors/readings-3000.jsonl");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BACK = Duration.ofMillis(2_537);
    private static final int RETENTION_DAYS = 3;
    private static final int SENSORS = 4;
    private static final int READINGS = 1_500;

    /** A reading by what identifies it; its value follows from that. */
    private record Key(String sensor, long micros) implements Comparable<Key> {

        BigDecimal value() {
            return BigDecimal.valueOf(Math.floorMod(sensor.hashCode() + micros + micros / 1_000_000, 1_000L), 1);
        }

        @Override
        public int compareTo(Key other) {
            int order = sensor.compareTo(other.sensor);
            return order != 0 ? order : Long.compare(micros, other.micros);
        }

        /** As {@link Readings#kept} says it. */
        String kept() {
            return "%s|%s|%s".formatted(sensor, BigDecimal.valueOf(micros, 6).toPlainString(), value());
        }
    }

    private Hub hub;
    private Readings readings;
    private int sent;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack, Map.of("sensors.retention.days", Integer.toString(RETENTION_DAYS)));
        readings = new Readings(hub);
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private record Message(String below, String payload) {}

    private void send(List<Message> messages) throws Exception {
        try (Publisher publisher = new Publisher(
                hub.settings().text("sensors.mqtt.url"),
                hub.settings().text("sensors.mqtt.user"),
                hub.settings().text("sensors.mqtt.password"))) {
            for (Message message : messages) {
                publisher.send(
                        Sensors.topicOf(hub) + message.below(),
                        1,
                        message.payload().getBytes(StandardCharsets.UTF_8));
            }
            publisher.awaitTaken();
        }
        sent += messages.size();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        hub.value("select sum(read) from ops.load where dataset = 'sensors.reading'"))
                .isEqualTo(Integer.toString(sent)));
    }

    @Test
    void a_recorded_sample_goes_through_with_its_backward_clock_steps() throws Exception {
        assumeTrue(Files.isRegularFile(SAMPLE), "the recorded sample of the sensors is not here");
        List<String> lines = Files.readAllLines(SAMPLE);
        // These ten minutes have no backward step of the clock; here are two, as the whole recording had 21.
        List<Message> stepping = new ArrayList<>();
        Set<String> expected = new TreeSet<>();
        ObjectMapper json = new ObjectMapper();
        for (int i = 0; i < lines.size(); i++) {
            ObjectNode reading = (ObjectNode) json.readTree(lines.get(i));
            expected.add(kept(reading));
            LocalDateTime time = LocalDateTime.parse(reading.get("dt").asText());
            reading.put("dt", time.minus(BACK.multipliedBy(i / 1_000)).toString());
            expected.add(kept(reading));
            stepping.add(new Message("", reading.toString()));
        }

        send(lines.stream().map(line -> new Message("", line)).toList());
        assertThat(hub.value("select count(*), count(distinct sensor_id) from sensors.reading"))
                .isEqualTo(lines.size() + "|5");
        readings.requireRollupIsRight();
        send(stepping);

        assertThat(readings.kept()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(hub.value("select count(*) from ops.dead_letter")).isEqualTo("0");
        readings.requireRollupIsRight();
    }

    private static String kept(JsonNode reading) {
        Instant at = LocalDateTime.parse(reading.get("dt").asText()).toInstant(ZoneOffset.UTC);
        return "%s|%s|%s"
                .formatted(
                        reading.get("id").asText(),
                        BigDecimal.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, at), 6)
                                .toPlainString(),
                        reading.get("value").asText());
    }

    @Test
    void in_any_order_and_form_and_number_of_times_also_around_an_archive() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        LocalDate old = LocalDate.now(ZoneOffset.UTC).minusDays(RETENTION_DAYS + 3L);
        hub.rows("select sensors.ensure_partition(?)", old);
        TreeMap<Key, Integer> all = new TreeMap<>();

        send(messages(random, old, all));
        assertThat(kept()).isEqualTo(all.keySet().stream().map(Key::kept).toList());
        readings.requireRollupIsRight();

        assertThat(hub.run("sensors-archive")).contains("state=succeeded");
        assertThat(hub.value(
                        "select to_regclass(?)",
                        "sensors.reading_" + old.toString().replace('-', '_')))
                .as("the partition of %s", old)
                .isEqualTo("null");
        assertThat(hub.value("select count(*) > 0 from ops.archive where day = ?", old))
                .isEqualTo("t");
        assertThat(kept()).isEqualTo(all.keySet().stream().map(Key::kept).toList());
        readings.requireRollupIsRight();

        // all of it again, and as many new ones, of the archived day too
        List<Message> again = new ArrayList<>(messages(random, old, all));
        all.keySet().forEach(key -> again.add(message(random, key)));
        Collections.shuffle(again, random);
        send(again);
        readings.requireRollupIsRight();
        assertThat(hub.run("sensors-settle")).contains("state=succeeded");
        assertThat(hub.value("select count(*) from sensors.reading where unsettled"))
                .isEqualTo("0");
        assertThat(kept()).isEqualTo(all.keySet().stream().map(Key::kept).toList());
        readings.requireRollupIsRight();

        assertThat(hub.run("sensors-archive")).contains("state=succeeded");
        assertThat(kept()).isEqualTo(all.keySet().stream().map(Key::kept).toList());
        readings.requireRollupIsRight();
        assertThat(hub.value("select count(*) from ops.dead_letter")).isEqualTo("0");
    }

    /** What is in table and archive; 2.50 is 2.5, whichever form came first. */
    private List<String> kept() throws Exception {
        return readings.kept().stream()
                .map(reading -> reading.replaceFirst("(\\.\\d)0$", "$1"))
                .toList();
    }

    /** New readings, a quarter of them twice, in any order. */
    private static List<Message> messages(Random random, LocalDate old, Map<Key, Integer> all) {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        long oldBegin =
                ChronoUnit.MICROS.between(Instant.EPOCH, old.atStartOfDay().toInstant(ZoneOffset.UTC));
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < READINGS; i++) {
            long micros =
                    switch (random.nextInt(10)) {
                        case 0 -> oldBegin + random.nextInt(300) * 1_000_000L;
                        case 1 -> oldBegin + 86_399_000_000L + random.nextInt(2_000_000);
                        case 2 -> random.nextInt(1_000) * 1_000_000L; // a clock that was never set
                        case 3 -> now + 3_600_000_000L * random.nextInt(1_000_000);
                        default -> now - random.nextInt(600_000_000);
                    };
            // Of those with a whole second there are pairs by chance.
            Key key = new Key(
                    "Sensor " + random.nextInt(SENSORS), random.nextBoolean() ? micros : micros - micros % 1_000_000);
            all.merge(key, 1, Integer::sum);
            messages.add(message(random, key));
            if (random.nextInt(4) == 0) {
                messages.add(message(random, key));
            }
        }
        Collections.shuffle(messages, random);
        return messages;
    }

    private static Message message(Random random, Key key) {
        Instant at = Instant.EPOCH.plus(key.micros(), ChronoUnit.MICROS);
        LocalDateTime utc = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
        String time =
                switch (random.nextInt(6)) {
                    case 0 -> quoted(withSeconds(utc));
                    case 1 -> quoted(withSeconds(utc) + "Z");
                    case 2 -> quoted(withSeconds(utc).replace('T', ' '));
                    case 3 ->
                        quoted(withSeconds(OffsetDateTime.ofInstant(at, ZoneOffset.ofHours(-7))
                                        .toLocalDateTime())
                                + "-07:00");
                    case 4 -> quoted(withSeconds(utc) + (utc.getNano() == 0 ? ".000000" : "") + "+00");
                    default -> BigDecimal.valueOf(key.micros(), 6).toPlainString();
                };
        String value = random.nextBoolean() ? key.value().toString() : key.value() + "0";
        return switch (random.nextInt(3)) {
            case 0 ->
                new Message("", "{\"id\": \"%s\", \"dt\": %s, \"value\": %s}".formatted(key.sensor(), time, value));
            case 1 ->
                new Message(
                        "",
                        "{\"timestamp\":%s,\"value\":%s,\"sensor_id\":\"%s\",\"battery\":{\"volt\":[3.1]}}"
                                .formatted(time, value, key.sensor()));
            default -> new Message("/" + key.sensor(), "{\"dt\": %s, \"value\": %s}".formatted(time, value));
        };
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    /** ISO 8601, always with seconds, the fraction only where there is one. */
    private static String withSeconds(LocalDateTime time) {
        String text = time.toString();
        return time.getSecond() == 0 && time.getNano() == 0 ? text + ":00" : text;
    }
}
