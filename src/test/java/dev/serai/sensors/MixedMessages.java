package dev.serai.sensors;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * Every twentieth message is sent twice, some are late, some of a clock that is ahead, pairs are out of order, and every
 * fiftieth is no reading.
 */
final class MixedMessages implements Messages {

    private static final DateTimeFormatter WITH_SECONDS = DateTimeFormatter.ISO_LOCAL_DATE_TIME;
    private static final int SENSORS = 7;
    private static final int POISON_EVERY = 50;
    private static final int TWICE_EVERY = 20;
    private static final int LATE_EVERY = 11;
    private static final int AHEAD_EVERY = 101;

    private final Instant from = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    static boolean isPoison(int number) {
        return number % POISON_EVERY == POISON_EVERY - 1;
    }

    @Override
    public String payload(int number) {
        if (isPoison(number)) {
            return "poison " + number;
        }
        Instant at = from.plusMillis(number ^ 3);
        if (number % LATE_EVERY == 0) {
            at = at.minus(10, ChronoUnit.MINUTES);
        } else if (number % AHEAD_EVERY == 0) {
            at = at.plus(1, ChronoUnit.HOURS);
        }
        return Sensors.reading(
                "Sensor " + number % SENSORS, WITH_SECONDS.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC)), number);
    }

    @Override
    public int copies(int number) {
        return number % TWICE_EVERY == 0 ? 2 : 1;
    }
}
