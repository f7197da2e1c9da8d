package dev.serai.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.batch.Fields;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a declared field may hold, and how it is checked and written for PostgreSQL. Pure.
 *
 * <p>Values of MongoDB's Extended JSON count as what they stand for: {@code {"$oid": "…"}} is a text,
 * {@code {"$date": "…"}} an instant, {@code {"$numberDecimal": "…"}} a number.
 */
enum FieldType {
    TEXT("text", "a text such as \"Oslo\""),
    INTEGER("bigint", "a whole number such as 4711"),
    NUMBER("numeric", "a number such as 12.5"),
    BOOLEAN("boolean", "true or false"),
    DATE("date", "a date such as 2026-11-21"),
    UUID("uuid", "a UUID such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"),
    INSTANT("timestamptz", "a time with its offset such as 2026-11-21T06:00:00Z"),
    EPOCH_SECONDS("timestamptz", "seconds since 1970 such as 1795185148.726961");

    private static final List<String> WRAPPERS =
            List.of("$oid", "$date", "$numberDecimal", "$numberLong", "$numberInt", "$numberDouble");
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern DIGITS = Pattern.compile("-?\\d{1,1000}(\\.\\d{1,1000})?([eE][-+]?\\d{1,3})?");
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");
    private static final int DATE_LENGTH = 10;
    private static final int MICROSECOND_DIGITS = 6;

    private final String column;
    private final String expected;

    FieldType(String column, String expected) {
        this.column = column;
        this.expected = expected;
    }

    /** As a declaration writes it: {@code epoch-seconds}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> words() {
        return Arrays.stream(values()).map(FieldType::word).toList();
    }

    static Optional<FieldType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
    }

    /** The type of its column in PostgreSQL. */
    String column() {
        return column;
    }

    /** For a complaint: what it must be, with an example. */
    String expected() {
        return expected;
    }

    /**
     * What to store; nothing if the value is of another kind.
     *
     * @param zone offset of times that do not say theirs; without one they are refused
     */
    Optional<JsonNode> read(JsonNode wrapped, @Nullable ZoneOffset zone) {
        JsonNode value = plain(wrapped);
        return switch (this) {
            case TEXT -> Optional.of(value).filter(v -> v.isTextual() && Fields.isStorable(v.textValue()));
            case INTEGER -> number(wrapped).flatMap(FieldType::whole);
            case NUMBER -> number(wrapped);
            case BOOLEAN -> Optional.of(value).filter(JsonNode::isBoolean);
            case DATE -> text(value).flatMap(FieldType::date);
            case UUID ->
                text(value)
                        .filter(v -> UUID_FORM.matcher(v).matches())
                        .map(v -> TextNode.valueOf(java.util.UUID.fromString(v).toString()));
            case INSTANT -> instant(value, zone).map(FieldType::node);
            case EPOCH_SECONDS -> number(wrapped).flatMap(FieldType::epoch).map(FieldType::node);
        };
    }

    private static JsonNode plain(JsonNode value) {
        if (value.isObject() && value.size() == 1) {
            String name = value.fieldNames().next();
            return WRAPPERS.contains(name) ? value.path(name) : value;
        }
        return value;
    }

    private static Optional<String> text(JsonNode value) {
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    /** A plain text of digits is a text: a source that means a number writes one, and Extended JSON says that it does. */
    private static Optional<JsonNode> number(JsonNode wrapped) {
        JsonNode value = plain(wrapped);
        if (value.isNumber()) {
            return Optional.of(value);
        }
        return wrapped.isObject()
                        && value.isTextual()
                        && DIGITS.matcher(value.textValue()).matches()
                ? Optional.of(DecimalNode.valueOf(new BigDecimal(value.textValue())))
                : Optional.empty();
    }

    private static Optional<JsonNode> whole(JsonNode number) {
        try {
            return number.isIntegralNumber()
                            || (number.isBigDecimal() && number.decimalValue().scale() <= 0)
                    ? Optional.of(LongNode.valueOf(number.decimalValue().longValueExact()))
                    : Optional.empty();
        } catch (ArithmeticException e) {
            return Optional.empty(); // more than 64 bits
        }
    }

    private static Optional<JsonNode> date(String text) {
        try {
            LocalDate date = LocalDate.parse(text);
            return date.getYear() >= 1 && date.getYear() <= 9999
                    ? Optional.of(TextNode.valueOf(date.toString()))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty(); // the complaint shows what was there
        }
    }

    private static Optional<Instant> instant(JsonNode value, @Nullable ZoneOffset zone) {
        if (!value.isTextual()) {
            return Optional.empty();
        }
        String text = value.textValue();
        boolean spaced = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ';
        String iso = spaced ? text.substring(0, DATE_LENGTH) + "T" + text.substring(DATE_LENGTH + 1) : text;
        try {
            return Optional.of(OffsetDateTime.parse(iso).toInstant()).filter(FieldType::isStorable);
        } catch (DateTimeException e) {
            return zone == null ? Optional.empty() : local(iso, zone);
        }
    }

    private static Optional<Instant> local(String iso, ZoneOffset zone) {
        try {
            return Optional.of(LocalDateTime.parse(iso).toInstant(zone)).filter(FieldType::isStorable);
        } catch (DateTimeException e) {
            return Optional.empty(); // the complaint shows what was there
        }
    }

    /** To the microsecond, which is what PostgreSQL keeps. */
    private static Optional<Instant> epoch(JsonNode seconds) {
        try {
            long micros = seconds.decimalValue()
                    .setScale(MICROSECOND_DIGITS, RoundingMode.HALF_EVEN)
                    .unscaledValue()
                    .longValueExact();
            return Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)).filter(FieldType::isStorable);
        } catch (ArithmeticException e) {
            return Optional.empty(); // further away than any time
        }
    }

    private static boolean isStorable(Instant instant) {
        return !instant.isBefore(FIRST) && instant.isBefore(END);
    }

    private static JsonNode node(Instant instant) {
        return TextNode.valueOf(instant.toString());
    }
}
