package dev.serai.mqtt;

import dev.serai.stack.Durability;
import dev.serai.stack.LocalStack;
import dev.serai.stack.Login;
import dev.serai.stack.MqttServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * Measures the way from the broker into PostgreSQL, in one run on a stack of its own:
 *
 * <ul>
 *   <li>{@code drain [MESSAGES]}: a persistent backlog, beside a bare Paho client that acknowledges and discards, and beside a
 *       bare load of the same rows
 *   <li>{@code cost [MESSAGES]}: the same through the application alone, piece by piece
 *   <li>{@code steady [MESSAGES A SECOND] [SECONDS]}: until a reading can be seen
 * </ul>
 *
 * <p>With mosquitto where it is installed, else with the broker of the local stack. Ratios count; absolute numbers are those of
 * the machine.
 */
public final class MqttBench {

    private static final int MESSAGES = 1_000_000;
    private static final int COST_MESSAGES = 3_000_000;
    private static final int SENSORS = 100;
    private static final int BATCH = 5_000;
    private static final int STEADY_RATE = 10_000;
    private static final int STEADY_SECONDS = 300;
    private static final int STEADY_SENSORS = 1_000;
    private static final int STEADY_TICKS = 100;
    private static final String PROBE = "Probe";
    private static final String LAKE = "sensors-mqtt-to-s3.camel.yaml";
    private static final String LOADS = "sensors-mqtt-to-postgres.camel.yaml";
    private static final Login LOGIN = new Login("serai", "bench");

    private final LocalStack stack;
    private final Path directory;
    private final Broker broker;

    private MqttBench(LocalStack stack, Path directory, Broker broker) {
        this.stack = stack;
        this.directory = directory;
        this.broker = broker;
    }

    public static void main(String[] arguments) throws Exception {
        String what = arguments.length == 0 ? "drain" : arguments[0];
        Path directory = Files.createTempDirectory("serai-bench-");
        try (LocalStack stack = LocalStack.throwAway()) {
            if (Mosquitto.isHere()) {
                try (Mosquitto mosquitto = new Mosquitto(directory, Mosquitto.KEEPS_EVERYTHING)) {
                    mosquitto.start();
                    System.out.println("broker                       mosquitto");
                    new MqttBench(stack, directory, mosquitto.broker()).run(what, arguments);
                }
            } else {
                MqttServer server = new MqttServer(directory, "127.0.0.1", 0, LOGIN, Durability.THROW_AWAY);
                server.start();
                System.out.println("broker                       that of the local stack, in this process");
                new MqttBench(
                                stack,
                                directory,
                                new Broker("tcp://127.0.0.1:" + server.port(), LOGIN.user(), LOGIN.password()))
                        .run(what, arguments);
                server.stop();
            }
        }
        System.out.println("files of this run are in     " + directory);
        System.exit(0);
    }

    private void run(String what, String[] arguments) throws Exception {
        switch (what) {
            case "drain" -> drain(number(arguments, 1, MESSAGES));
            case "cost" -> cost(number(arguments, 1, COST_MESSAGES));
            case "steady" -> steady(number(arguments, 1, STEADY_RATE), number(arguments, 2, STEADY_SECONDS));
            default -> throw new IllegalArgumentException("drain, cost or steady; not " + what);
        }
    }

    private static int number(String[] arguments, int at, int otherwise) {
        return arguments.length > at ? Integer.parseInt(arguments[at]) : otherwise;
    }

    private static boolean isWhole() {
        boolean whole = Files.exists(HubProcess.ROUTES.resolve("sensors").resolve(LOADS));
        if (!whole) {
            System.out.println("routes/sensors is not there: only the consumer is measured");
        }
        return whole;
    }

    /** Of as many messages as the longest run has seconds, all of today and yesterday. */
    private static Readings readings(int messages, int sensors) {
        return new Readings(
                sensors, Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(messages / sensors + 60));
    }

    // ---- drain
    // -------------------------------------------------------------------------------------------------------

    private void drain(int messages) throws Exception {
        Readings readings = readings(messages, SENSORS);
        boolean whole = isWhole();
        for (String session : List.of("bare-1", "bare-2", "nothing")) {
            BareClient.subscribe(broker, session, Readings.TOPIC);
        }
        if (whole) {
            BareClient.subscribe(broker, "alone-postgres", "sensors/#");
            BareClient.subscribe(broker, "lake-postgres", "sensors/#");
            BareClient.subscribe(broker, "lake-s3", "sensors/#");
        }
        publish(messages, readings);
        double first = BareClient.drain(broker, "bare-1", messages).perSecond();
        double nothing = consumer("nothing", messages).perSecond();
        double alone = whole ? hub("alone", messages, readings, Set.of(LAKE)) : Double.NaN;
        double lake = whole ? hub("lake", messages, readings, Set.of()) : Double.NaN;
        double second = BareClient.drain(broker, "bare-2", messages).perSecond();
        double bare = (first + second) / 2;
        System.out.printf("bare Paho client, discards   %,9.0f messages/s (%,.0f and %,.0f)%n", bare, first, second);
        line("consumer, does nothing", nothing, bare);
        if (whole) {
            line("application, PostgreSQL", alone, bare);
            line("  and the raw lake beside", lake, bare);
        }
    }

    private static void line(String what, double perSecond, double bare) {
        System.out.printf("%-28s %,9.0f messages/s, %.2f of the bare client%n", what, perSecond, perSecond / bare);
    }

    private void publish(int messages, Readings readings) throws Exception {
        long begin = System.nanoTime();
        try (Publisher publisher = broker.publisher()) {
            publisher.publish(Readings.TOPIC, 1, messages, readings::payload);
        }
        System.out.printf(
                "messages                     %,d of %d bytes, QoS 1; published at %,.0f/s%n",
                messages, readings.payload(0).length(), messages / ((System.nanoTime() - begin) / 1e9));
    }

    private Pace consumer(String clientId, int messages) throws Exception {
        Pace pace = new Pace(messages);
        int[] count = {0};
        try (MqttRoute route = new MqttRoute(
                broker,
                Readings.TOPIC,
                Map.of("clientId", clientId, "batchSize", BATCH, "batchIntervalMs", 250),
                batch -> {
                    count[0] += batch.size();
                    pace.reached(count[0]);
                })) {
            while (route.told.processed.get() < messages) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        return pace;
    }

    private Map<String, String> settings(String name, Readings readings) throws Exception {
        Path list = directory.resolve(name + "-list.json");
        readings.writeList(list, PROBE);
        Map<String, String> settings = new HashMap<>(stack.settings());
        settings.put("postgres.url", stack.freshDatabase());
        settings.put("sensors.mqtt.url", broker.url());
        settings.put("sensors.mqtt.user", broker.user().isEmpty() ? "bench" : broker.user());
        settings.put("sensors.mqtt.password", broker.user().isEmpty() ? "bench" : broker.password());
        settings.put("sensors.mqtt.client-id", name);
        settings.put("sensors.list.file", list.toString());
        return settings;
    }

    private HubProcess start(String name, Readings readings, Set<String> without) throws Exception {
        return new HubProcess(Files.createDirectories(directory.resolve(name)), settings(name, readings), without);
    }

    /** Messages a second, until they are loaded. */
    private double hub(String name, int messages, Readings readings, Set<String> without) throws Exception {
        Pace pace = new Pace(messages);
        try (HubProcess hub = start(name, readings, without)) {
            long loaded = 0;
            while (loaded < messages) {
                loaded = hub.loaded();
                pace.reached((int) loaded);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            require(hub, "select count(*) from sensors.reading", messages);
            require(hub, "select sum(readings) from sensors.reading_1min", messages);
            System.out.printf(
                    "application %-16s peak memory %d MB, processor %.1f microseconds a message, start included%n",
                    name, hub.peakMegabytes(), hub.cpuSeconds() * 1e6 / messages);
            if (!without.isEmpty()) {
                System.out.printf("bare COPY of the same rows   %,9.0f rows/s%n", bareLoad(hub, messages, readings));
            }
        }
        return pace.perSecond();
    }

    private static void require(HubProcess hub, String query, long expected) throws Exception {
        String value = hub.value(query);
        if (!value.equals(Long.toString(expected))) {
            throw new IllegalStateException("%s is %s and not %d".formatted(query, value, expected));
        }
    }

    /** The same rows into the same table, emptied before, by the fastest way PostgreSQL has; only its time counts. */
    private static double bareLoad(HubProcess hub, int messages, Readings readings) throws Exception {
        Connection connection = hub.connection();
        connection.createStatement().execute("truncate sensors.reading");
        CopyManager copy = new CopyManager(connection.unwrap(BaseConnection.class));
        UUID run = UUID.randomUUID();
        long nanos = 0;
        for (int from = 0; from < messages; from += BATCH) {
            StringBuilder rows = new StringBuilder();
            for (int i = from; i < Math.min(messages, from + BATCH); i++) {
                rows.append("%s\t%s\t%d\t%s\t%s\tf%n"
                        .formatted(
                                readings.sensor(i), readings.measuredAt(i), readings.value(i), readings.from(), run));
            }
            java.io.StringReader text = new java.io.StringReader(rows.toString());
            long begin = System.nanoTime();
            copy.copyIn(
                    "copy sensors.reading (sensor_id, measured_at, value, received_at, run_id, unknown_sensor) from stdin",
                    text);
            nanos += System.nanoTime() - begin;
        }
        require(hub, "select count(*) from sensors.reading", messages);
        return messages * 1e9 / nanos;
    }

    // ---- cost
    // --------------------------------------------------------------------------------------------------------

    private void cost(int messages) throws Exception {
        if (!isWhole()) {
            return;
        }
        Readings readings = readings(messages, SENSORS);
        BareClient.subscribe(broker, "cost-postgres", "sensors/#");
        publish(messages, readings);
        int piece = Math.max(1, messages / 30);
        try (HubProcess hub = start("cost", readings, Set.of(LAKE))) {
            TreeMap<Long, double[]> marks = new TreeMap<>();
            long loaded = 0;
            while (loaded < messages) {
                loaded = hub.loaded();
                long mark = loaded / piece * piece;
                if (mark > 0 && !marks.containsKey(mark)) {
                    marks.put(mark, new double[] {loaded, System.nanoTime() / 1e9, hub.cpuSeconds()});
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            double[] last = null;
            for (Map.Entry<Long, double[]> mark : marks.entrySet()) {
                double[] now = mark.getValue();
                if (last != null) {
                    System.out.printf(
                            "until %,10d            %,9.0f messages/s, processor %.1f microseconds a message%n",
                            (long) now[0],
                            (now[0] - last[0]) / (now[1] - last[1]),
                            (now[2] - last[2]) * 1e6 / (now[0] - last[0]));
                }
                last = now;
            }
            require(hub, "select count(*) from sensors.reading", messages);
            System.out.printf("peak memory                  %d MB%n", hub.peakMegabytes());
        }
    }

    // ---- steady
    // ------------------------------------------------------------------------------------------------------

    private void steady(int perSecond, int seconds) throws Exception {
        if (!isWhole()) {
            return;
        }
        Readings readings = readings(0, STEADY_SENSORS);
        BareClient.subscribe(broker, "steady-postgres", "sensors/#");
        BareClient.subscribe(broker, "steady-s3", "sensors/#");
        List<Long> millis = new ArrayList<>();
        try (HubProcess hub = start("steady", readings, Set.of());
                Publisher publisher = broker.publisher()) {
            while (hub.value("select to_regclass('sensors.reading') is not null")
                    .equals("f")) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            probe(publisher);
            Thread.sleep(5_000); // until it is warm, which is not what is measured
            long begin = System.nanoTime();
            double cpu = hub.cpuSeconds();
            Thread load = new Thread(() -> load(publisher, perSecond, seconds), "load");
            load.start();
            Instant seen = Instant.now();
            try (PreparedStatement newer = hub.connection()
                    .prepareStatement(
                            "select measured_at from sensors.reading where sensor_id = ? and measured_at > ? order by 1")) {
                long end = begin + TimeUnit.SECONDS.toNanos(seconds + 2L);
                while (System.nanoTime() < end) {
                    newer.setString(1, PROBE);
                    newer.setTimestamp(2, Timestamp.from(seen));
                    try (ResultSet rows = newer.executeQuery()) {
                        Instant now = Instant.now();
                        while (rows.next()) {
                            seen = rows.getTimestamp(1).toInstant();
                            millis.add(seen.until(now, ChronoUnit.MILLIS));
                        }
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            }
            load.join();
            long sent = (long) perSecond * seconds;
            System.out.printf(
                    "messages                     %,d in %d s, QoS 1, of %d sensors%n", sent, seconds, STEADY_SENSORS);
            System.out.printf(
                    "in the table                 %s%n",
                    hub.value("select count(*) from sensors.reading where sensor_id <> '" + PROBE + "'"));
            millis.sort(null);
            System.out.printf(
                    "published until visible      median %d ms, 99 %% within %d ms, at most %d ms, of %d%n",
                    millis.get(millis.size() / 2),
                    millis.get(millis.size() * 99 / 100),
                    millis.get(millis.size() - 1),
                    millis.size());
            System.out.printf(
                    "application                  peak memory %d MB, processor %.0f %% of a core%n",
                    hub.peakMegabytes(), 100 * (hub.cpuSeconds() - cpu) / ((System.nanoTime() - begin) / 1e9));
        }
    }

    private static void probe(Publisher publisher) throws Exception {
        publisher.send(
                Readings.TOPIC,
                1,
                Readings.payload(PROBE, Instant.now().truncatedTo(ChronoUnit.MICROS), 1)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        publisher.flush();
    }

    /** A hundred times a second a hundredth, and ten times a second one whose way is watched. */
    private static void load(Publisher publisher, int perSecond, int seconds) {
        long tickNanos = TimeUnit.SECONDS.toNanos(1) / STEADY_TICKS;
        long begin = System.nanoTime();
        int sent = 0;
        try {
            for (int tick = 0; tick < seconds * STEADY_TICKS; tick++) {
                long wait;
                while ((wait = begin + tick * tickNanos - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(wait);
                }
                Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                int due = (int) ((long) perSecond * (tick + 1) / STEADY_TICKS);
                for (; sent < due; sent++) {
                    String payload = Readings.payload(
                            "Sensor " + sent % STEADY_SENSORS,
                            now.plusNanos(sent / STEADY_SENSORS % 1000 * 1000L),
                            sent % 46);
                    publisher.send(Readings.TOPIC, 1, payload.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                }
                if (tick % 10 == 0) {
                    probe(publisher);
                }
                publisher.flush();
            }
            publisher.awaitTaken();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
