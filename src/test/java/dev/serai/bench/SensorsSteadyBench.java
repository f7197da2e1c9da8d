package dev.serai.bench;

import dev.serai.mqtt.BareClient;
import dev.serai.mqtt.Publisher;
import dev.serai.mqtt.Readings;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long a reading takes from its publication until it can be seen in {@code sensors.reading}, while many are
 * published steadily: {@code SensorsSteadyBench [SECONDS] [MESSAGES A SECOND]}. The raw lake is on.
 */
public final class SensorsSteadyBench {

    private static final int SECONDS = 300;
    private static final int RATE = 10_000;
    private static final int SENSORS = 1_000;
    private static final int TICKS = 100;
    private static final int TICKS_PER_PROBE = 10;
    private static final int WARM_UP_SECONDS = 20;
    private static final int POLL_MS = 10;

    private final SensorsStage stage;
    private final int seconds;
    private final int perSecond;

    private SensorsSteadyBench(SensorsStage stage, int seconds, int perSecond) {
        this.stage = stage;
        this.seconds = seconds;
        this.perSecond = perSecond;
    }

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length == 0 ? SECONDS : Integer.parseInt(arguments[0]);
        int perSecond = arguments.length < 2 ? RATE : Integer.parseInt(arguments[1]);
        try (SensorsStage stage = new SensorsStage()) {
            new SensorsSteadyBench(stage, seconds, perSecond).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        BareClient.subscribe(stage.broker(), "steady-postgres", "sensors/#");
        BareClient.subscribe(stage.broker(), "steady-s3", "sensors/#");
        try (HubProcess hub = stage.start("steady", SensorsStage.readings(SENSORS, 0), Set.of());
                Publisher publisher = stage.broker().publisher()) {
            probe(publisher);
            hub.await("select count(*) > 0 from sensors.reading");
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> load(publisher));
            watch(hub, Instant.now().plusSeconds(WARM_UP_SECONDS));
            double cpu = hub.use().cpuSeconds();
            long begin = System.nanoTime();
            List<Long> millis = watch(hub, Instant.now().plusSeconds(seconds));
            double cores = (hub.use().cpuSeconds() - cpu) / ((System.nanoTime() - begin) / 1e9);
            load.join();
            long sent = (long) perSecond * (WARM_UP_SECONDS + seconds);
            long probes = (long) (WARM_UP_SECONDS + seconds) * TICKS / TICKS_PER_PROBE + 1;
            hub.await(
                    "select sum(read) >= %d from ops.load where dataset = 'sensors.reading'".formatted(sent + probes));
            hub.require("select count(*) from sensors.reading where sensor_id <> '" + SensorsStage.PROBE + "'", sent);
            print(hub, millis, cores);
        }
    }

    private void print(HubProcess hub, List<Long> millis, double cores) throws Exception {
        millis.sort(null);
        System.out.printf(
                "messages                     %,d a second for %d s, QoS 1, of %,d sensors; all are in the table%n",
                perSecond, seconds, SENSORS);
        System.out.printf(
                "published until visible      median %d ms, 99 %% within %d ms, at most %d ms, of %,d%n",
                millis.get(millis.size() / 2),
                millis.get(millis.size() * 99 / 100),
                millis.get(millis.size() - 1),
                millis.size());
        System.out.printf(
                "application                  peak memory %d MB, processor %.0f %% of a core%n",
                hub.use().peakMegabytes(), 100 * cores);
    }

    /** Looks for the probes that become visible, and yields how old each was then, milliseconds. */
    private static List<Long> watch(HubProcess hub, Instant end) throws SQLException {
        List<Long> millis = new ArrayList<>();
        Instant seen = Instant.now();
        try (PreparedStatement newer = hub.connection()
                .prepareStatement(
                        "select measured_at from sensors.reading where sensor_id = ? and measured_at > ? order by 1")) {
            while (Instant.now().isBefore(end)) {
                newer.setString(1, SensorsStage.PROBE);
                newer.setTimestamp(2, Timestamp.from(seen));
                try (ResultSet rows = newer.executeQuery()) {
                    Instant now = Instant.now();
                    while (rows.next()) {
                        seen = rows.getTimestamp(1).toInstant();
                        millis.add(seen.until(now, ChronoUnit.MILLIS));
                    }
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
            }
        }
        return millis;
    }

    private static void probe(Publisher publisher) throws Exception {
        send(publisher, SensorsStage.PROBE, Instant.now().truncatedTo(ChronoUnit.MICROS), 1);
        publisher.flush();
    }

    private static void send(Publisher publisher, String sensor, Instant at, int value) throws Exception {
        publisher.send(Readings.TOPIC, 1, Readings.payload(sensor, at, value).getBytes(StandardCharsets.UTF_8));
    }

    /** A hundred times a second a hundredth, and ten times a second one whose way is watched. */
    private void load(Publisher publisher) {
        long tickNanos = TimeUnit.SECONDS.toNanos(1) / TICKS;
        long begin = System.nanoTime();
        int sent = 0;
        try {
            for (int tick = 0; tick < (WARM_UP_SECONDS + seconds) * TICKS; tick++) {
                long wait;
                while ((wait = begin + tick * tickNanos - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(wait);
                }
                Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                int due = (int) ((long) perSecond * (tick + 1) / TICKS);
                for (; sent < due; sent++) {
                    // a key of its own each, whatever the tick
                    Instant at = now.plusNanos(sent / SENSORS % 1000 * 1000L);
                    send(publisher, "Sensor " + sent % SENSORS, at, sent % 46);
                }
                if (tick % TICKS_PER_PROBE == 0) {
                    probe(publisher);
                }
                publisher.flush();
            }
            publisher.awaitTaken();
        } catch (Exception e) {
            throw new IllegalStateException("the load has ended", e);
        }
    }
}
