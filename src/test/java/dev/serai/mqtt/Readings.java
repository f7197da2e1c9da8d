package dev.serai.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.StringJoiner;

/** Readings of as many sensors as one likes, a second apart, all different. Immutable. */
public record Readings(int sensors, Instant from) {

    public static final String TOPIC = "sensors";

    public String sensor(int i) {
        return "Sensor " + i % sensors;
    }

    public Instant measuredAt(int i) {
        return from.plusSeconds(i / sensors);
    }

    public int value(int i) {
        return i % 46;
    }

    /** As the sensors publish it: naive UTC. */
    public String payload(int i) {
        return payload(sensor(i), measuredAt(i).plusNanos(162_205_000), value(i));
    }

    public static String payload(String sensor, Instant at, int value) {
        return "{\"id\": \"%s\", \"dt\": \"%s\", \"value\": %d}"
                .formatted(sensor, LocalDateTime.ofInstant(at, ZoneOffset.UTC), value);
    }

    /** The list that makes them known sensors, and one more by name. */
    public void writeList(Path file, String another) throws IOException {
        StringJoiner entries = new StringJoiner(",\n", "{\n", "\n}\n");
        for (int i = 0; i <= sensors; i++) {
            entries.add(
                    "\"%s\": {\"lat\": 52.5, \"lng\": 13.4, \"unit\": \"C\", \"type\": \"temperature\", \"range\": [0, 45], \"description\": \"bench\"}"
                            .formatted(i == sensors ? another : sensor(i)));
        }
        Files.writeString(file, entries.toString(), StandardCharsets.UTF_8);
    }
}
