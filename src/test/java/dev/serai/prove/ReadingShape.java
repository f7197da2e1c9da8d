package dev.serai.prove;

import dev.serai.sensors.Messages;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Readings as the present shape has them; one that was made stays as it is. Its number is its value. Thread-safe. */
final class ReadingShape implements Messages {

    /** What is special about them. */
    enum Shape {
        /** Every fiftieth is no reading, every twentieth comes twice. */
        USUAL,
        POISON,
        TEN_TIMES,
        /** In each hundred the newest comes first. */
        OUT_OF_ORDER,
        TWO_HOURS_LATE,
        A_DAY_AHEAD,
        /** The hour that a clock in western Europe shows twice, with the offset it has. */
        NIGHT_OF_TWO_HOURS,
        /** A field that nobody knows. */
        WITH_NEW_FIELD,
        /** A field that everybody needs is gone. */
        WITHOUT_VALUE
    }

    private static final int SENSORS = 7;
    private static final int POISON_EVERY = 50;
    private static final int TWICE_EVERY = 20;
    private static final int BLOCK = 100;
    private static final int TEN = 10;
    /** So that none has the time of one of the usual shape. */
    private static final Duration HALF_MILLISECOND = Duration.ofNanos(500_000);

    private static final Instant CLOCKS_GO_BACK = Instant.parse("2026-10-25T01:00:00Z");

    private final Instant from = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Map<Integer, String> payloads = new ConcurrentHashMap<>();
    private final Map<String, String> contents = new ConcurrentHashMap<>();
    private final Set<String> poison = ConcurrentHashMap.newKeySet();
    private volatile Shape shape = Shape.USUAL;

    void set(Shape next) {
        shape = next;
    }

    @Override
    public String payload(int number) {
        return payloads.computeIfAbsent(number, this::make);
    }

    @Override
    public int copies(int number) {
        if (shape == Shape.TEN_TIMES) {
            return TEN;
        }
        return number % TWICE_EVERY == 0 ? 2 : 1;
    }

    /** What was sent by number: of a reading what the table has of it, of anything else its bytes. */
    Map<String, String> contents() {
        return contents;
    }

    /** Numbers of those that are no readings. */
    Set<String> poison() {
        return poison;
    }

    private String make(int number) {
        String key = Integer.toString(number);
        Shape now = shape;
        if (now == Shape.POISON || now == Shape.WITHOUT_VALUE || number % POISON_EVERY == POISON_EVERY - 1) {
            String bad = now == Shape.WITHOUT_VALUE
                    ? "{\"id\": \"Sensor 1\", \"note\": \"poison %d\"}".formatted(number)
                    : "poison " + number;
            poison.add(key);
            contents.put(key, bad);
            return bad;
        }
        Instant at = at(number, now);
        String sensor = "Sensor " + number % SENSORS;
        contents.put(key, content(sensor, at, key));
        String extra = now == Shape.WITH_NEW_FIELD ? ", \"firmware\": \"2.%d\"".formatted(number) : "";
        return "{\"id\": \"%s\", \"dt\": \"%s\", \"value\": %d%s}".formatted(sensor, text(at, now), number, extra);
    }

    private Instant at(int number, Shape now) {
        Instant usual = from.plusMillis(number ^ 3);
        return switch (now) {
            case OUT_OF_ORDER ->
                from.plusMillis((long) number / BLOCK * BLOCK + BLOCK - 1 - number % BLOCK)
                        .plus(HALF_MILLISECOND);
            case TWO_HOURS_LATE -> usual.minus(Duration.ofHours(2));
            case A_DAY_AHEAD -> usual.plus(Duration.ofDays(1));
            case NIGHT_OF_TWO_HOURS -> CLOCKS_GO_BACK.plusSeconds(number % 2 == 0 ? -number : number);
            default -> usual;
        };
    }

    private static String text(Instant at, Shape now) {
        if (now == Shape.NIGHT_OF_TWO_HOURS) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                    at.atOffset(ZoneOffset.ofHours(at.isBefore(CLOCKS_GO_BACK) ? 2 : 1)));
        }
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(LocalDateTime.ofInstant(at, ZoneOffset.UTC));
    }

    private static String content(String sensor, Instant at, String value) {
        return "%s|%d.%06d|%s".formatted(sensor, at.getEpochSecond(), at.getNano() / 1_000, value);
    }
}
