package dev.serai.bench;

import dev.serai.mqtt.Pace;
import dev.serai.mqtt.Publisher;
import dev.serai.mqtt.Readings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how fast one, two and three processes together get readings from the broker into PostgreSQL, while they are
 * published as fast as the broker takes them: {@code NodesBench [MESSAGES]}.
 *
 * <p>Every message is checked, stored, summed up, booked, and acknowledged after the commit, without the raw lake. All of it
 * is on one machine, publisher, broker and PostgreSQL included: what further processes bring depends on its free processors.
 */
public final class NodesBench {

    private static final int MESSAGES = 1_000_000;
    private static final int WARM_UP = 200_000;
    private static final int SENSORS = 100;
    private static final int MOST = 3;
    private static final int POLL_MS = 20;
    private static final String LOADED =
            "select coalesce(sum(read), 0) from ops.load where dataset = 'sensors.reading'";

    private final SensorsStage stage;
    private final int messages;
    private final int all;
    private final Readings readings;

    private NodesBench(SensorsStage stage, int messages) {
        this.stage = stage;
        this.messages = messages;
        this.all = WARM_UP + messages;
        this.readings = SensorsStage.readings(SENSORS, all);
    }

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? MESSAGES : Integer.parseInt(arguments[0]);
        try (SensorsStage stage = new SensorsStage()) {
            NodesBench bench = new NodesBench(stage, messages);
            double one = 0;
            for (int nodes = 1; nodes <= MOST; nodes++) {
                double perSecond = bench.perSecond(nodes);
                one = nodes == 1 ? perSecond : one;
                System.out.printf(
                        "processes: %d                 %,9.0f messages/s, %.2f times one%n",
                        nodes, perSecond, perSecond / one);
            }
        }
        System.exit(0);
    }

    /** Messages a second, until they are committed. */
    private double perSecond(int nodes) throws Exception {
        List<HubProcess> hubs = stage.start("nodes-" + nodes, readings, Set.of(SensorsStage.LAKE), nodes);
        try {
            HubProcess hub = hubs.get(0);
            hub.await("select count(*) = %d from ops.stream where connected".formatted(nodes));
            CompletableFuture<Double> published = CompletableFuture.supplyAsync(this::publish);
            Pace pace = new Pace(WARM_UP, messages);
            double ownSeconds = 0;
            double databaseSeconds = 0;
            int loaded = 0;
            while (loaded < all) {
                loaded = Integer.parseInt(hub.value(LOADED));
                if (pace.reached(loaded)) {
                    ownSeconds = cpuSeconds(hubs);
                    databaseSeconds = hub.postgres().cpuSeconds();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
            }
            double micros = 1e6 / pace.measured();
            System.out.printf(
                    "  published at %,9.0f/s; processor: their own %.1f, PostgreSQL %.1f microseconds a message; loads by %s%n",
                    published.get(),
                    (cpuSeconds(hubs) - ownSeconds) * micros,
                    (hub.postgres().cpuSeconds() - databaseSeconds) * micros,
                    hub.value(
                            "select count(distinct node) from ops.run where run_id in (select run_id from ops.load)"));
            hub.require("select count(*) from sensors.reading", all);
            hub.require("select sum(readings) from sensors.reading_1min", all);
            hub.require("select count(*) from ops.dead_letter", 0);
            return pace.perSecond();
        } finally {
            for (HubProcess hub : hubs) {
                hub.close();
            }
        }
    }

    private double publish() {
        long begin = System.nanoTime();
        try (Publisher publisher = stage.broker().publisher()) {
            publisher.publish(Readings.TOPIC, 1, all, readings::payload);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
        return all / ((System.nanoTime() - begin) / 1e9);
    }

    private static double cpuSeconds(List<HubProcess> hubs) throws Exception {
        double sum = 0;
        for (HubProcess hub : hubs) {
            sum += hub.use().cpuSeconds();
        }
        return sum;
    }
}
