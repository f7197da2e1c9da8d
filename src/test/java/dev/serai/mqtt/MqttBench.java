package dev.serai.mqtt;

import dev.serai.stack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the consumer alone: how fast it drains a backlog of a persistent session in batches of which nothing is made,
 * beside a bare Paho client that acknowledges and discards: {@code MqttBench [MESSAGES]}.
 *
 * <p>With mosquitto where it is installed, else with the broker of the local stack. Ratios count; absolute numbers are those of
 * the machine.
 */
public final class MqttBench {

    private static final int MESSAGES = 1_000_000;
    private static final int WARM_UP = 100_000;
    private static final int SENSORS = 100;
    private static final int BATCH = 5_000;

    private final Broker broker;
    private final int messages;

    private MqttBench(Broker broker, int messages) {
        this.broker = broker;
        this.messages = messages;
    }

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? MESSAGES : Integer.parseInt(arguments[0]);
        if (Mosquitto.isHere()) {
            Path directory = Files.createTempDirectory("serai-bench-");
            try (Mosquitto mosquitto = new Mosquitto(directory, Mosquitto.KEEPS_EVERYTHING)) {
                mosquitto.start();
                System.out.println("broker                       mosquitto, its files are in " + directory);
                new MqttBench(mosquitto.broker(), messages).run();
            }
        } else {
            try (LocalStack stack = LocalStack.throwAway()) {
                System.out.println("broker                       that of the local stack, in this process");
                new MqttBench(Broker.of(stack), messages).run();
            }
        }
        System.exit(0);
    }

    private void run() throws Exception {
        for (String session : new String[] {"bare-1", "bare-2", "consumer"}) {
            BareClient.subscribe(broker, session, Readings.TOPIC);
        }
        Readings readings = new Readings(SENSORS, Instant.now().minusSeconds(messages / SENSORS));
        try (Publisher publisher = broker.publisher()) {
            publisher.publish(Readings.TOPIC, 1, WARM_UP + messages, readings::payload);
        }
        double first = BareClient.drain(broker, "bare-1", WARM_UP, messages).perSecond();
        double consumer = consumer("consumer").perSecond();
        double second = BareClient.drain(broker, "bare-2", WARM_UP, messages).perSecond();
        double bare = (first + second) / 2;
        System.out.printf("bare Paho client, discards   %,9.0f messages/s (%,.0f and %,.0f)%n", bare, first, second);
        System.out.printf(
                "consumer, does nothing       %,9.0f messages/s, %.2f of the bare client%n", consumer, consumer / bare);
    }

    private Pace consumer(String clientId) throws Exception {
        Pace pace = new Pace(WARM_UP, messages);
        int[] count = {0};
        try (MqttRoute route = new MqttRoute(
                broker,
                Readings.TOPIC,
                Map.of("clientId", clientId, "batchSize", BATCH, "batchIntervalMs", 250),
                batch -> {
                    count[0] += batch.size();
                    pace.reached(count[0]);
                })) {
            while (route.told.processed.get() < WARM_UP + messages) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        return pace;
    }
}
