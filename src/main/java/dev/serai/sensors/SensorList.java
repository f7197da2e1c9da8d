package dev.serai.sensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.batch.AnswerException;
import dev.serai.batch.Batch;
import dev.serai.batch.Excerpt;
import dev.serai.batch.Fields;
import dev.serai.batch.InvalidRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;

/**
 * Turns a sensor list into rows of {@code sensors.sensor}.
 *
 * <p>Source: an object keyed by sensor: {@code {"Sensor 1": {"lat", "lng", "unit", "type", "range": [least, most],
 * "description"}}}; or, from the dead letter, an array of such objects. Every field may be missing. <br>
 * Units: degrees north and east; the range in the unit of the sensor. <br>
 * Errors: an entry with a field of another type is rejected, with all its faults in one message; codes are
 * {@code SENSOR_…}. A list that is no JSON, or has a sensor twice, is rejected as a whole. <br>
 * Pure and thread-safe: no I/O, no clock, no Camel types.
 */
public final class SensorList {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final int MOST_DIGITS = 30;

    /** SHA-256, hexadecimal: by it one sees whether a list has changed. */
    static String digest(byte[] list) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(list));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public Batch read(byte[] list) {
        Reading reading = new Reading();
        JsonNode root;
        try {
            root = JSON.readTree(list);
        } catch (JsonProcessingException e) {
            return noList(list, "must be JSON: " + e.getOriginalMessage(), digest(list));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
        }
        if (root.isArray()) {
            root.forEach(entries -> entries.properties().forEach(reading::entry));
        } else if (root.isObject()) {
            root.properties().forEach(reading::entry);
        } else {
            return noList(list, "must be an object keyed by sensor", digest(list));
        }
        return reading.batch(root.isObject(), digest(list));
    }

    private static Batch noList(byte[] list, String expected, String digest) {
        String text = new String(list, StandardCharsets.UTF_8);
        String message = Text.storable("sensor list: %s, was %s".formatted(expected, Excerpt.of(text)));
        Reading reading = new Reading();
        reading.reject("SENSOR_LIST_INVALID", message, Text.storable(text));
        Batch batch = reading.batch(false, digest);
        return new Batch(
                batch.read(),
                batch.rows(),
                batch.rejected(),
                new AnswerException("SENSOR_LIST_INVALID", message),
                batch.parameters());
    }

    private static final class Reading {

        private final ArrayNode rows = JSON.createArrayNode();
        private final ArrayNode rejected = JSON.createArrayNode();
        private final TreeSet<String> names = new TreeSet<>();
        private int position;

        void entry(Map.Entry<String, JsonNode> entry) {
            String name = entry.getKey();
            names.add(Text.storable(name));
            try {
                rows.add(row(name, entry.getValue()).put("position", position));
                position++;
            } catch (InvalidRecordException e) {
                ObjectNode itself = JSON.createObjectNode().set(name, entry.getValue());
                reject(e.code(), String.valueOf(e.getMessage()), Text.storable(itself.toString()));
            }
        }

        void reject(String code, String message, String payload) {
            rejected.addObject()
                    .put("position", position++)
                    .put("code", code)
                    .put("message", Text.storable(message))
                    .put("payload", payload);
        }

        Batch batch(boolean complete, String digest) {
            return new Batch(
                    position,
                    rows.toString(),
                    rejected.toString(),
                    null,
                    Map.of("complete", complete, "names", names.toArray(String[]::new), "digest", digest));
        }
    }

    private static ObjectNode row(String name, JsonNode entry) {
        if (name.isBlank() || !Text.isStorable(name) || !entry.isObject()) {
            throw new InvalidRecordException(
                    "SENSOR_INVALID",
                    "sensor: must be an object under the name of a sensor, was %s under \"%s\""
                            .formatted(Excerpt.of(entry.toString()), Excerpt.of(name)));
        }
        Fields fields = new Fields("sensor", entry);
        ObjectNode row = JSON.createObjectNode();
        row.put("sensor_id", name);
        row.put("latitude", fields.number("lat", -90, 90));
        row.put("longitude", fields.number("lng", -180, 180));
        row.put("unit", fields.text("unit"));
        row.put("type", fields.text("type"));
        row.put("description", fields.text("description"));
        fields.verify();
        JsonNode range = entry.path("range");
        if (!range.isMissingNode() && !range.isNull()) {
            if (!range.isArray() || range.size() != 2 || !isBound(range.get(0)) || !isBound(range.get(1))) {
                throw new InvalidRecordException(
                        "SENSOR_RANGE_INVALID",
                        "sensor: 'range' must be the least and the largest value such as [0, 45], was %s"
                                .formatted(Excerpt.of(range.toString())));
            }
            row.put("range_min", range.get(0).decimalValue());
            row.put("range_max", range.get(1).decimalValue());
        }
        return row;
    }

    private static boolean isBound(JsonNode number) {
        BigDecimal value = number.isNumber() ? number.decimalValue() : null;
        return value != null
                && Math.abs(value.scale()) <= MOST_DIGITS
                && value.precision() - value.scale() <= MOST_DIGITS;
    }
}
