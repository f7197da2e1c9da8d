package dev.serai.sensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.batch.Excerpt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message of a sensor, without an exception and without a tree: there may be 100,000 a second.
 *
 * <p>After {@link #read} has yielded true, {@link #sensorId}, {@link #measuredAt} and {@link #value} are those of the
 * message; otherwise {@link #code} and {@link #complaint} say what is wrong with it. For one thread.
 */
final class ReadingParser {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_ID = 200;
    private static final int MOST_DIGITS = 30;
    private static final int LONGEST_NUMBER = 64;

    private static final int ID = 0;
    private static final int SENSOR_ID = 1;
    private static final int DT = 2;
    private static final int TIMESTAMP = 3;
    private static final int VALUE = 4;

    private final @Nullable JsonToken[] tokens = new JsonToken[VALUE + 1];
    private final @Nullable String[] texts = new String[VALUE + 1];
    private String sensorId = "";
    private long measuredAt;
    private String value = "";
    private String code = "";
    private String complaint = "";

    String sensorId() {
        return sensorId;
    }

    /** Microseconds since 1970. */
    long measuredAt() {
        return measuredAt;
    }

    /** Its decimal digits. */
    String value() {
        return value;
    }

    String code() {
        return code;
    }

    String complaint() {
        return complaint;
    }

    /** @param topic names the sensor where the message does not: sensors/&lt;name&gt; */
    boolean read(byte[] message, String topic) {
        Arrays.fill(tokens, null);
        Arrays.fill(texts, null);
        code = "";
        complaint = "";
        try (JsonParser json = JSON.createParser(message)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return refuse("NOT_AN_OBJECT", "must be a JSON object, was " + seen(message));
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                field(json);
            }
            if (json.nextToken() != null) {
                return refuse("NOT_JSON", "must end with its object, was " + seen(message));
            }
        } catch (JsonProcessingException e) {
            return refuse("NOT_JSON", "must be JSON, was " + seen(message));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
        }
        readId(topic);
        readTime();
        readValue();
        return complaint.isEmpty();
    }

    private void field(JsonParser json) throws IOException {
        int field =
                switch (json.currentName()) {
                    case "id" -> ID;
                    case "sensor_id" -> SENSOR_ID;
                    case "dt" -> DT;
                    case "timestamp" -> TIMESTAMP;
                    case "value" -> VALUE;
                    default -> -1;
                };
        JsonToken token = json.nextToken();
        if (field >= 0) {
            tokens[field] = token;
            texts[field] = token.isScalarValue() ? json.getText() : token.asString();
        }
        json.skipChildren();
    }

    private boolean isGiven(int field) {
        return tokens[field] != null && tokens[field] != JsonToken.VALUE_NULL;
    }

    private String text(int field) {
        String text = texts[field];
        return text == null ? "" : text;
    }

    private void readId(String topic) {
        int field = isGiven(ID) || !isGiven(SENSOR_ID) ? ID : SENSOR_ID;
        if (isGiven(field)) {
            sensorId = text(field);
            if (tokens[field] != JsonToken.VALUE_STRING || !isName(sensorId)) {
                complain(field, "INVALID", "a text of 1 to 200 characters such as \"Sensor 1\"");
            }
            return;
        }
        sensorId = topic.substring(topic.indexOf('/') + 1);
        if (topic.indexOf('/') < 0 || !isName(sensorId)) {
            complain(field, "MISSING", "a text such as \"Sensor 1\", or the topic sensors/Sensor 1");
        }
    }

    private void readTime() {
        int field = isGiven(DT) || !isGiven(TIMESTAMP) ? DT : TIMESTAMP;
        JsonToken token = tokens[field];
        measuredAt = token == JsonToken.VALUE_STRING
                ? Instants.ofText(text(field))
                : token != null && token.isNumeric() ? Instants.ofSeconds(text(field)) : Instants.NONE;
        if (measuredAt == Instants.NONE) {
            complain(field, isGiven(field) ? "INVALID" : "MISSING", Instants.EXPECTED);
        }
    }

    private void readValue() {
        JsonToken token = tokens[VALUE];
        String digits = token != null && token.isNumeric() ? digits(text(VALUE)) : null;
        value = digits == null ? "" : digits;
        if (digits == null) {
            complain(
                    VALUE,
                    isGiven(VALUE) ? "INVALID" : "MISSING",
                    "a number such as 21.5, of at most 30 digits before and after the point");
        }
    }

    /** As PostgreSQL reads it; null for one that is too long. */
    private static @Nullable String digits(String number) {
        if (number.length() <= MOST_DIGITS && isPlain(number)) {
            return number;
        }
        if (number.length() > LONGEST_NUMBER) {
            return null;
        }
        BigDecimal decimal = new BigDecimal(number);
        boolean bounded = decimal.scale() <= MOST_DIGITS && (long) decimal.precision() - decimal.scale() <= MOST_DIGITS;
        return bounded ? decimal.toPlainString() : decimal.signum() == 0 ? "0" : null;
    }

    private static boolean isPlain(String number) {
        return number.indexOf('e') < 0 && number.indexOf('E') < 0;
    }

    /** One that can be a key: neither endless nor with characters that PostgreSQL does not store. */
    private static boolean isName(String name) {
        return !name.isBlank() && name.length() <= LONGEST_ID && Text.isStorable(name);
    }

    private void complain(int field, String reason, String expected) {
        String name =
                switch (field) {
                    case ID -> "id";
                    case SENSOR_ID -> "sensor_id";
                    case DT -> "dt";
                    case TIMESTAMP -> "timestamp";
                    default -> "value";
                };
        JsonToken token = tokens[field];
        String was =
                token == null ? "nothing" : token == JsonToken.VALUE_STRING ? '"' + text(field) + '"' : text(field);
        String one = "'%s' must be %s, was %s".formatted(name, expected, Excerpt.of(was));
        if (complaint.isEmpty()) {
            refuse(name.toUpperCase(Locale.ROOT) + "_" + reason, one);
        } else {
            complaint = complaint + "; " + Text.storable(one);
        }
    }

    private boolean refuse(String reason, String what) {
        code = "SENSOR_READING_" + reason;
        complaint = "reading: " + Text.storable(what);
        return false;
    }

    private static String seen(byte[] message) {
        int length = Math.min(message.length, 4 * Excerpt.LIMIT);
        String text = new String(message, 0, length, StandardCharsets.UTF_8);
        return text.isBlank() ? "nothing" : Excerpt.of(text);
    }
}
