package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The messages that tell one reading, as they should be or with a defect.
 *
 * <p>Yields JSON, {@code {"id":"Sensor 1","dt":"2026-11-20T08:32:34.162205","value":2}}; {@code dt} is naive UTC with
 * six digits of a second, and none when they are all zero. Pure and thread-safe.
 */
final class SensorMessages {

    static final String TOPIC = "sensors";

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final Duration FUTURE = Duration.ofDays(3_650);
    private static final Duration PAST = Duration.ofDays(20_000);
    private static final int OVERSIZED_BYTES = 2 * 1024 * 1024;
    private static final int BEYOND_ANY_RANGE = 1_000_000;
    private static final int MICRO_DIGITS = 6;
    private static final BigDecimal HALF = new BigDecimal("0.5");

    private SensorMessages() {}

    /**
     * One message, or two where the defect is that there are two.
     *
     * @param at when it was measured; to the microsecond
     */
    static List<SensorMessage> of(Failure failure, String sensor, Instant at, int value) {
        return switch (failure.kind()) {
            case OUT_OF_ORDER -> one(reading(sensor, at.minusMillis(failure.delayMs()), value));
            case REPEAT -> List.of(message(reading(sensor, at, value)), message(reading(sensor, at, value)));
            case CONFLICT -> List.of(message(reading(sensor, at, value)), message(reading(sensor, at, value + 1)));
            case WHOLE_SECONDS -> one(reading(sensor, at.truncatedTo(ChronoUnit.SECONDS), value));
            case EPOCH_SECONDS -> one(reading(sensor, at, value).put("dt", epochSeconds(at)));
            case FLOAT_VALUE -> one(reading(sensor, at, value).put("value", new BigDecimal(value).add(HALF)));
            case OTHER_NAMES ->
                one(object().put("sensor_id", sensor)
                        .put("timestamp", naive(at))
                        .put("value", value));
            case OWN_TOPIC ->
                List.of(new SensorMessage(
                        TOPIC + "/" + sensor,
                        object().put("dt", naive(at)).put("value", value).toString()));
            case UNKNOWN_SENSOR -> one(reading("Unlisted " + sensor, at, value));
            case FUTURE_CLOCK -> one(reading(sensor, at.plus(FUTURE), value));
            case PAST_CLOCK -> one(reading(sensor, at.minus(PAST), value));
            case MISSING_VALUE -> one(object().put("id", sensor).put("dt", naive(at)));
            case OUT_OF_RANGE -> one(reading(sensor, at, BEYOND_ANY_RANGE));
            case WRONG_TYPES -> one(object().put("id", 7).put("dt", true).put("value", "warm"));
            case OVERSIZED -> one(reading(sensor, at, value).put("note", "x".repeat(OVERSIZED_BYTES)));
            case EMPTY -> List.of(new SensorMessage(TOPIC, ""));
            case TRUNCATED -> {
                String whole = reading(sensor, at, value).toString();
                yield List.of(new SensorMessage(TOPIC, whole.substring(0, whole.length() / 2)));
            }
            default -> one(reading(sensor, at, value));
        };
    }

    private static ObjectNode reading(String sensor, Instant at, int value) {
        return object().put("id", sensor).put("dt", naive(at)).put("value", value);
    }

    private static String naive(Instant at) {
        OffsetDateTime utc = at.atOffset(ZoneOffset.UTC);
        return (utc.getNano() == 0 ? SECONDS : MICROS).format(utc);
    }

    private static BigDecimal epochSeconds(Instant at) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        return BigDecimal.valueOf(micros, MICRO_DIGITS);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static List<SensorMessage> one(ObjectNode json) {
        return List.of(message(json));
    }

    private static SensorMessage message(ObjectNode json) {
        return new SensorMessage(TOPIC, json.toString());
    }
}
