package dev.serai.simulators;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Measures: a random walk for each sensor, a reading each when its time has come.
 *
 * <p>A period is 1.0025 s divided by the readings per second. Readings whose time passed while nobody asked, because the
 * broker was away, were never measured, a tenth of a second excepted. <br>
 * The same generator state gives the same values whatever the rate, the clock and the failures. Thread-safe.
 */
public final class SensorStation {

    static final String SOURCE = "sensors";

    /** The ways in which it can fail; each is used up message by message, a gap as a whole. */
    static final Set<FailureKind> KINDS = EnumSet.of(
            FailureKind.TRUNCATED,
            FailureKind.REPEAT,
            FailureKind.EMPTY,
            FailureKind.WRONG_TYPES,
            FailureKind.OUT_OF_RANGE,
            FailureKind.OVERSIZED,
            FailureKind.GAP,
            FailureKind.OUT_OF_ORDER,
            FailureKind.CONFLICT,
            FailureKind.WHOLE_SECONDS,
            FailureKind.EPOCH_SECONDS,
            FailureKind.FLOAT_VALUE,
            FailureKind.OTHER_NAMES,
            FailureKind.OWN_TOPIC,
            FailureKind.UNKNOWN_SENSOR,
            FailureKind.FUTURE_CLOCK,
            FailureKind.PAST_CLOCK,
            FailureKind.MISSING_VALUE);

    private static final long PERIOD_NS = 1_002_500_000;
    private static final long LATEST_NS = PERIOD_NS / 10;
    private static final long NANOS_OF_A_MS = 1_000_000;
    private static final long BETWEEN_SENSORS_NS = 500_000;

    private final List<SimulatedSensor> sensors;
    private final int[] values;
    private final Failures failures;
    private final RecordsPerCall rate;
    private final RandomGenerator random;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private long measured;
    private long silentUntil;

    /**
     * Measures first when it is asked first.
     *
     * @param rate readings a second and sensor
     * @param nanoTime a clock that never steps back
     */
    SensorStation(
            List<SimulatedSensor> sensors,
            Failures failures,
            RecordsPerCall rate,
            RandomGenerator random,
            Clock clock,
            LongSupplier nanoTime) {
        this.sensors = sensors;
        this.values = sensors.stream()
                .mapToInt(sensor -> sensor.least() + random.nextInt(sensor.most() - sensor.least() + 1))
                .toArray();
        this.failures = failures;
        this.rate = rate;
        this.random = random;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.measured = nanoTime.getAsLong() - PERIOD_NS;
        this.silentUntil = measured;
    }

    /** The messages of the readings that are due; none most of the time. */
    public synchronized List<SensorMessage> due() {
        long now = nanoTime.getAsLong();
        long period = PERIOD_NS / rate.count();
        measured = Math.max(measured, now - period - LATEST_NS);
        Instant wall = clock.instant();
        List<SensorMessage> messages = new ArrayList<>();
        while (now - measured >= period) {
            measured += period;
            if (measured - silentUntil >= 0) {
                read(now, wall.minusNanos(now - measured), messages);
            }
        }
        return messages;
    }

    /** One reading of each sensor, half a millisecond apart as a program takes them one after the other. */
    private void read(long now, Instant at, List<SensorMessage> messages) {
        for (int i = 0; i < sensors.size(); i++) {
            SimulatedSensor sensor = sensors.get(i);
            values[i] = Math.max(sensor.least(), Math.min(sensor.most(), values[i] + random.nextInt(3) - 1));
            if (now - silentUntil < 0) {
                continue;
            }
            Failure failure = failures.take(SOURCE, KINDS::contains);
            if (failure.kind() == FailureKind.GAP) {
                silentUntil = now + failure.delayMs() * NANOS_OF_A_MS;
            } else {
                Instant moment = at.minusNanos((sensors.size() - 1 - i) * BETWEEN_SENSORS_NS)
                        .truncatedTo(ChronoUnit.MICROS);
                messages.addAll(SensorMessages.of(failure, sensor.name(), moment, values[i]));
            }
        }
    }
}
