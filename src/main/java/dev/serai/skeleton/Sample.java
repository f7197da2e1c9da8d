package dev.serai.skeleton;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** One record of a source, and the columns that it suggests. Pure. */
final class Sample {

    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern COLUMN = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    /** Names that only say that something is a time. */
    private static final Set<String> TIMES = Set.of("dt", "ts", "time", "timestamp", "datetime", "date_time");

    private static final Set<String> UNITS = Set.of(
            "Wh", "kWh", "MWh", "W", "kW", "MW", "V", "A", "Hz", "Pa", "hPa", "ms", "s", "m", "km", "kg", "percent");
    private static final Map<String, String> COLUMN_TYPES = new TreeMap<>(Map.of(
            "text", "text",
            "number", "numeric",
            "boolean", "boolean",
            "date", "date",
            "uuid", "uuid",
            "instant", "timestamptz"));

    /**
     * A column for a field.
     *
     * @param from the field, {@code address.city} for one inside another
     * @param type as a declaration writes it
     * @param local whether it is a time that does not say its offset
     */
    record Column(String name, String from, String type, String unit, boolean local) {

        String sqlType() {
            return COLUMN_TYPES.getOrDefault(type, "text");
        }
    }

    private final List<Column> columns = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    Sample(JsonNode record) {
        fields("", record);
    }

    List<Column> columns() {
        return List.copyOf(columns);
    }

    /** Fields that are lists, or whose names cannot be those of columns. */
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    private void fields(String prefix, JsonNode record) {
        record.properties().forEach(entry -> {
            String from = prefix + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject() && !isWrapped(value)) {
                fields(from + ".", value);
            } else {
                column(from, value);
            }
        });
    }

    private void column(String from, JsonNode value) {
        String type = type(value);
        boolean local = type.equals("local");
        String name = name(from, local ? "instant" : type);
        boolean taken = columns.stream().anyMatch(column -> column.name().equals(name));
        if (value.isArray() || taken || !COLUMN.matcher(name).matches()) {
            leftOut.add(from);
            return;
        }
        String last = from.substring(Math.max(from.lastIndexOf('_'), from.lastIndexOf('.')) + 1);
        String unit = type.equals("number") && UNITS.contains(last) ? last : "";
        columns.add(new Column(name, from, local ? "instant" : type, unit, local));
    }

    /** As MongoDB writes a value of a type that JSON has not. */
    private static boolean isWrapped(JsonNode value) {
        return value.size() == 1 && value.fieldNames().next().startsWith("$");
    }

    private static String name(String from, String type) {
        String words =
                from.contains("_") && !from.startsWith("_") ? from : from.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
        String name = words.replace('.', '_').replaceAll("^_+", "").toLowerCase(Locale.ROOT);
        if (!type.equals("instant") || name.endsWith("_at")) {
            return name;
        }
        return TIMES.contains(name) ? "measured_at" : name.replaceAll("_?date$", "") + "_at";
    }

    private static String type(JsonNode value) {
        if (value.isNumber() || value.has("$numberDecimal") || value.has("$numberLong")) {
            return "number";
        }
        if (value.isBoolean()) {
            return "boolean";
        }
        if (value.has("$date")) {
            return "instant";
        }
        String text = value.asText();
        if (UUID.matcher(text).matches()) {
            return "uuid";
        }
        if (parses(() -> OffsetDateTime.parse(text))) {
            return "instant";
        }
        if (parses(() -> LocalDateTime.parse(text))) {
            return "local";
        }
        return parses(() -> LocalDate.parse(text)) ? "date" : "text";
    }

    private static boolean parses(Runnable parse) {
        try {
            parse.run();
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
