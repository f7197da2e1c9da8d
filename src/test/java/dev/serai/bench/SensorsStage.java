package dev.serai.bench;

import dev.serai.mqtt.Broker;
import dev.serai.mqtt.Mosquitto;
import dev.serai.mqtt.Readings;
import dev.serai.stack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stores and a broker for a measurement of sensors: mosquitto where it is installed. Not thread-safe. Close after use. */
final class SensorsStage implements AutoCloseable {

    /** A sensor that is known besides those of the readings. */
    static final String PROBE = "Probe";

    static final String LAKE = "sensors-mqtt-to-s3.camel.yaml";

    private final LocalStack stack = LocalStack.throwAway();
    private final Path directory;
    private final @Nullable Mosquitto mosquitto;
    private final Broker broker;

    SensorsStage() throws Exception {
        directory = Files.createTempDirectory("serai-bench-");
        mosquitto = Mosquitto.isHere() ? new Mosquitto(directory, Mosquitto.KEEPS_EVERYTHING) : null;
        if (mosquitto != null) {
            mosquitto.start();
        }
        broker = mosquitto == null ? Broker.of(stack) : mosquitto.broker();
        System.out.println(
                "broker                       " + (mosquitto == null ? "that of the local stack" : "mosquitto"));
    }

    Broker broker() {
        return broker;
    }

    /** Where the files of this run are. */
    Path directory() {
        return directory;
    }

    /** An empty database for another program. */
    PeerDatabase database() {
        return PeerDatabase.fresh(stack);
    }

    /** Readings of the last so many seconds, so that none is a clock fault. */
    static Readings readings(int sensors, int messages) {
        return new Readings(
                sensors, Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(messages / sensors + 60L));
    }

    /** The application with a database of its own. */
    HubProcess start(String name, Readings readings, Set<String> without) throws Exception {
        return start(name, readings, without, 1).get(0);
    }

    /** So many processes of it, which share one database. */
    List<HubProcess> start(String name, Readings readings, Set<String> without, int nodes) throws Exception {
        Path own = Files.createDirectories(directory.resolve(name));
        Path list = own.resolve("sensors.json");
        readings.writeList(list, PROBE);
        Map<String, String> settings = new HashMap<>(stack.settings());
        settings.put("postgres.url", stack.freshDatabase());
        settings.put("sensors.mqtt.url", broker.url());
        if (mosquitto != null) { // lets everybody in, but the settings want a login
            settings.put("sensors.mqtt.user", "bench");
            settings.put("sensors.mqtt.password", "bench");
        }
        settings.put("sensors.mqtt.client-id", name);
        settings.put("sensors.list.file", list.toString());
        settings.put("nodes", Integer.toString(nodes));
        List<HubProcess> hubs = new ArrayList<>();
        for (int node = 1; node <= nodes; node++) {
            HubProcess hub = new HubProcess(Files.createDirectories(own.resolve("node-" + node)), settings, without);
            hub.await("select to_regclass('mart.sensor_latest') is not null");
            hubs.add(hub);
        }
        return hubs;
    }

    @Override
    public void close() throws Exception {
        if (mosquitto != null) {
            mosquitto.stop();
        }
        stack.close();
        System.out.println("files of this run are in     " + directory);
    }
}
