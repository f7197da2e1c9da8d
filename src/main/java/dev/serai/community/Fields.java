package dev.serai.community;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one document, or of one inside another, with their types; knows afterwards which nobody asked for.
 *
 * <p>A field that is absent or null yields {@code null}; one of another type a complaint and {@code null}. For one thread.
 */
final class Fields {

    private final JsonNode document;
    private final String path;
    private final String name;
    private final Complaints complaints;
    private final Drift drift;
    private final Set<String> asked = new HashSet<>();

    /** @param drift is told each field that nobody asked for */
    Fields(JsonNode document, Complaints complaints, Drift drift) {
        this(document, "", "", complaints, drift);
    }

    private Fields(JsonNode document, String path, String name, Complaints complaints, Drift drift) {
        this.document = document;
        this.path = path;
        this.name = name;
        this.complaints = complaints;
        this.drift = drift;
    }

    @Nullable
    String text(String field) {
        JsonNode value = value(field);
        if (absent(value)) {
            return null;
        }
        if (!value.isTextual() || !storable(value.textValue())) {
            complain(field, value.isTextual() ? "a text without NUL" : "a text such as \"GB\"", value);
            return null;
        }
        return value.textValue();
    }

    /** A whole number, whatever type of number the source has for it. */
    @Nullable
    Integer integer(String field) {
        JsonNode value = value(field);
        if (absent(value)) {
            return null;
        }
        Optional<BigDecimal> number = ExtendedJson.number(value);
        try {
            if (number.isPresent()) {
                return number.get().intValueExact();
            }
        } catch (ArithmeticException e) {
            number = Optional.empty(); // a fraction, or too large: the complaint below
        }
        complain(field, "a whole number such as 42", value);
        return null;
    }

    @Nullable
    BigDecimal decimal(String field) {
        JsonNode value = value(field);
        if (absent(value)) {
            return null;
        }
        Optional<BigDecimal> number = ExtendedJson.number(value);
        if (number.isEmpty()) {
            complain(field, "a number such as 120", value);
        }
        return number.orElse(null);
    }

    /** An instant, ISO 8601. */
    @Nullable
    String instant(String field) {
        JsonNode value = value(field);
        if (absent(value)) {
            return null;
        }
        Optional<Instant> instant = ExtendedJson.instant(value);
        if (instant.isEmpty()) {
            complain(field, "a date of the years 1 to 9999 such as {\"$date\":\"2020-06-01T16:48:00Z\"}", value);
        }
        return instant.map(Instant::toString).orElse(null);
    }

    /** What refers to a document, in the form of {@code DocumentId}. */
    @Nullable
    String id(String field) {
        JsonNode value = value(field);
        if (absent(value)) {
            return null;
        }
        return idOf(field, value);
    }

    /** As {@link #id}; absent is a complaint. */
    @Nullable
    String requiredId(String field) {
        return idOf(field, value(field));
    }

    private @Nullable String idOf(String field, JsonNode value) {
        Optional<String> id = ExtendedJson.id(value);
        if (id.isEmpty()) {
            complain(field, "an id such as {\"$oid\":\"5fb23f9e86c270918e7c69de\"}, a text or a whole number", value);
        } else if (!storable(id.get())) {
            complain(field, "an id without NUL", value);
        }
        return id.orElse(null);
    }

    /** A document inside this one; empty if it is absent. */
    Fields document(String field) {
        JsonNode value = value(field);
        if (absent(value)) {
            return nested(MissingNode.getInstance(), field, field);
        }
        if (!ExtendedJson.isDocument(value)) {
            complain(field, "a document", value);
            return nested(MissingNode.getInstance(), field, field);
        }
        return nested(value, field, field);
    }

    /** The documents of an array, in order; none if it is absent. */
    List<Fields> documents(String field) {
        JsonNode value = value(field);
        if (absent(value)) {
            return List.of();
        }
        if (!value.isArray()) {
            complain(field, "an array", value);
            return List.of();
        }
        List<Fields> elements = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            String place = field + "[" + elements.size() + "]"; // not formatted: there are millions of messages
            if (!ExtendedJson.isDocument(element)) {
                complaints.add(path + place, name + field, "a document", element);
            }
            elements.add(nested(element, place, field));
        }
        return elements;
    }

    /** As {@link #documents}, where one document may stand without an array around it. */
    List<Fields> documentOrDocuments(String field) {
        return ExtendedJson.isDocument(value(field)) ? List.of(document(field)) : documents(field);
    }

    /** A field that is known and kept in the landed object only. */
    void leaveOut(String field) {
        value(field);
    }

    /** The fields that nobody asked for, in plain JSON, each told as drift; nothing if there is none. Call it last. */
    @Nullable
    ObjectNode extra() {
        ObjectNode extra = null;
        for (var field : document.properties()) {
            if (!asked.contains(field.getKey())) {
                if (extra == null) {
                    extra = JsonNodeFactory.instance.objectNode();
                }
                extra.set(field.getKey(), unknown(field.getKey(), field.getValue()));
            }
        }
        return extra;
    }

    private JsonNode unknown(String field, JsonNode value) {
        drift.note(name + field, value);
        JsonNode plain = ExtendedJson.plain(value);
        if (!storable(plain)) {
            complain(field, "a value whose texts are without NUL", value);
        }
        return plain;
    }

    private Fields nested(JsonNode value, String place, String field) {
        return new Fields(value, path + place + ".", name + field + ".", complaints, drift);
    }

    private JsonNode value(String field) {
        asked.add(field);
        return document.path(field);
    }

    private void complain(String field, String expected, JsonNode seen) {
        complaints.add(path + field, name + field, expected, seen);
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static boolean storable(JsonNode plain) {
        if (plain.isTextual()) {
            return storable(plain.textValue());
        }
        for (var field : plain.properties()) {
            if (!storable(field.getKey())) {
                return false;
            }
        }
        for (JsonNode each : plain) {
            if (!storable(each)) {
                return false;
            }
        }
        return true;
    }

    /** PostgreSQL stores no NUL; half a surrogate pair cannot come out of BSON, whose texts are UTF-8. */
    private static boolean storable(String text) {
        return text.indexOf('\0') < 0;
    }
}
