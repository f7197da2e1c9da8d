package dev.serai.bench;

import dev.serai.mqtt.BareClient;
import dev.serai.mqtt.Pace;
import dev.serai.mqtt.Publisher;
import dev.serai.mqtt.Readings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how fast a backlog of a persistent session gets from the broker into PostgreSQL, beside a bare Paho client that
 * acknowledges and discards, and beside a bare load of the same rows: {@code SensorsBench [MESSAGES]}.
 *
 * <p>The application is a process of its own with its own routes: every message is checked, stored, summed up, booked, and
 * acknowledged after the commit; first without, then with the raw lake. Everybody has a warm-up of the same number of
 * messages first. Ratios count; absolute numbers are those of the machine.
 */
public final class SensorsBench {

    private static final int MESSAGES = 1_000_000;
    private static final int WARM_UP = 200_000;
    private static final int SENSORS = 100;
    private static final int POLL_MS = 20;
    private static final String LOADED =
            "select coalesce(sum(read), 0) from ops.load where dataset = 'sensors.reading'";

    private final SensorsStage stage;
    private final int messages;
    private final int all;
    private final Readings readings;

    private SensorsBench(SensorsStage stage, int messages) {
        this.stage = stage;
        this.messages = messages;
        this.all = WARM_UP + messages;
        this.readings = SensorsStage.readings(SENSORS, all);
    }

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? MESSAGES : Integer.parseInt(arguments[0]);
        try (SensorsStage stage = new SensorsStage()) {
            new SensorsBench(stage, messages).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        for (String session : List.of("bare-1", "bare-2")) {
            BareClient.subscribe(stage.broker(), session, Readings.TOPIC);
        }
        for (String session : List.of("alone-postgres", "lake-postgres", "lake-s3")) {
            BareClient.subscribe(stage.broker(), session, "sensors/#");
        }
        publish();
        double first = bare("bare-1");
        double alone = application("alone", Set.of(SensorsStage.LAKE));
        double lake = application("lake", Set.of());
        double second = bare("bare-2");
        double bare = (first + second) / 2;
        System.out.printf("bare Paho client, discards   %,9.0f messages/s (%,.0f and %,.0f)%n", bare, first, second);
        line("application, PostgreSQL", alone, bare);
        line("  and the raw lake beside", lake, bare);
    }

    private void publish() throws Exception {
        long begin = System.nanoTime();
        try (Publisher publisher = stage.broker().publisher()) {
            publisher.publish(Readings.TOPIC, 1, all, readings::payload);
        }
        System.out.printf(
                "messages                     %,d and %,d before that do not count, QoS 1, of %d bytes; published at %,.0f/s%n",
                messages, WARM_UP, readings.payload(0).length(), all / ((System.nanoTime() - begin) / 1e9));
    }

    private double bare(String session) throws Exception {
        return BareClient.drain(stage.broker(), session, WARM_UP, messages).perSecond();
    }

    private static void line(String what, double perSecond, double bare) {
        System.out.printf("%-28s %,9.0f messages/s, %.2f of the bare client%n", what, perSecond, perSecond / bare);
    }

    /** Messages a second, until they are committed. */
    private double application(String name, Set<String> without) throws Exception {
        Pace pace = new Pace(WARM_UP, messages);
        try (HubProcess hub = stage.start(name, readings, without)) {
            double ownSeconds = 0;
            double databaseSeconds = 0;
            int loaded = 0;
            while (loaded < all) {
                loaded = Integer.parseInt(hub.value(LOADED));
                if (pace.reached(loaded)) {
                    ownSeconds = hub.use().cpuSeconds();
                    databaseSeconds = hub.postgres().cpuSeconds();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
            }
            double micros = 1e6 / pace.measured();
            System.out.printf(
                    "application %-16s peak memory %d MB; processor: its own %.1f, PostgreSQL %.1f microseconds a message%n",
                    name,
                    hub.use().peakMegabytes(),
                    (hub.use().cpuSeconds() - ownSeconds) * micros,
                    (hub.postgres().cpuSeconds() - databaseSeconds) * micros);
            hub.require("select count(*) from sensors.reading", all);
            hub.require("select sum(readings) from sensors.reading_1min", all);
            hub.require("select count(*) from ops.dead_letter", 0);
            if (!without.isEmpty()) {
                new BareReadingsLoad(hub.connection(), readings)
                        .perSecond(messages)
                        .forEach((way, rows) -> System.out.printf("bare load, %-17s %,9.0f rows/s%n", way, rows));
            }
        }
        return pace.perSecond();
    }
}
