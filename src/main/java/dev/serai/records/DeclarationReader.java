package dev.serai.records;

import dev.serai.records.RecordDeclaration.Field;
import dev.serai.reload.YamlNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a declaration and collects everything that is wrong with it, with lines. For one text and one thread.
 *
 * <p>The text:
 *
 * <pre>{@code
 * record: flow
 * table: energy.flow
 * key: [measured_at]
 * fields:
 *   measured_at: {from: Datetime, type: instant, zone: UTC}
 *   at_ch_kwh: {from: AT_CH_kWh, type: number, unit: kWh, required: true}
 * }</pre>
 */
final class DeclarationReader {

    private static final Pattern COLUMN = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final Set<String> TOP = new TreeSet<>(Set.of("record", "table", "key", "fields", "watermark"));
    private static final Set<String> OPTIONS =
            new TreeSet<>(Set.of("from", "type", "required", "unit", "zone", "least", "most"));

    /** Something wrong in a line, and what would be right. */
    record Mistake(int line, String wrong, String right) {}

    private final List<Mistake> mistakes = new ArrayList<>();

    /** What is wrong; empty after a reading that succeeded. */
    List<Mistake> mistakes() {
        return List.copyOf(mistakes);
    }

    /** The declaration, or nothing if there are mistakes. */
    @Nullable
    RecordDeclaration read(String text) {
        YamlNode root;
        try {
            root = YamlNode.parse(text);
        } catch (YamlNode.Mistake e) {
            add(
                    e.line(),
                    "this is no YAML: " + e.getMessage(),
                    "a line is \"name: value\", indented like its neighbours");
            return null;
        }
        root.fields().keySet().stream()
                .filter(name -> !TOP.contains(name))
                .forEach(name -> add(
                        root.line(name),
                        "there is no '%s' here".formatted(name),
                        RecordDeclaration.nearest(name, TOP)));
        String record = word(root, "record", WORD, "a word for one record such as flow");
        String table = word(root, "table", TABLE, "a table with its schema such as energy.flow");
        List<Field> fields = new ArrayList<>();
        List<String> key = root.get("key").items().stream().map(YamlNode::text).toList();
        root.get("fields").fields().forEach((column, options) -> {
            Field field = field(root.get("fields").line(column), column, options, key.contains(column));
            if (field != null) {
                fields.add(field);
            }
        });
        if (root.get("fields").fields().isEmpty()) {
            add(
                    Math.max(1, root.line("fields")),
                    "'fields' has none",
                    "it should list columns, as in \"at_ch_kwh: {from: AT_CH_kWh, type: number}\"");
        }
        key(root, key);
        return mistakes.isEmpty()
                ? new RecordDeclaration(
                        record, table, key, fields, root.get("watermark").text())
                : null;
    }

    private void key(YamlNode root, List<String> key) {
        if (key.isEmpty()) {
            add(
                    Math.max(1, root.line("key")),
                    "'key' names no column",
                    "it should be what tells one row from another, as in \"key: [measured_at]\"");
        }
        Set<String> columns = new LinkedHashSet<>(root.get("fields").fields().keySet());
        key.stream()
                .filter(column -> !columns.contains(column))
                .forEach(column -> add(
                        root.line("key"),
                        "the key '%s' is none of the fields".formatted(column),
                        RecordDeclaration.nearest(column, columns)));
    }

    private String word(YamlNode root, String name, Pattern form, String expected) {
        String value = root.get(name).text();
        if (!form.matcher(value).matches()) {
            String was = value.isEmpty() ? "nothing" : "'%s'".formatted(value);
            add(
                    Math.max(1, root.line(name)),
                    "'%s' must be %s, was %s".formatted(name, expected, was),
                    "for example \"%s: %s\"".formatted(name, expected.substring(expected.lastIndexOf(' ') + 1)));
        }
        return value;
    }

    private @Nullable Field field(int line, String column, YamlNode options, boolean inKey) {
        int before = mistakes.size();
        if (!COLUMN.matcher(column).matches() || RecordDeclaration.OWN_COLUMNS.contains(column)) {
            add(
                    line,
                    "'%s' cannot be the name of a column here".formatted(column),
                    "lower case with underscores such as at_ch_kwh; %s are written by the load"
                            .formatted(String.join(", ", new TreeSet<>(RecordDeclaration.OWN_COLUMNS))));
        }
        options.fields().keySet().stream()
                .filter(name -> !OPTIONS.contains(name))
                .forEach(name -> add(
                        options.line(name),
                        "a field has no '%s'".formatted(name),
                        RecordDeclaration.nearest(name, OPTIONS)));
        FieldType type = type(line, options);
        ZoneOffset zone = zone(options, type);
        boolean required = inKey || flag(options);
        BigDecimal least = bound(options, "least", type);
        BigDecimal most = bound(options, "most", type);
        String from = options.has("from") ? options.get("from").text() : column;
        return mistakes.size() > before || type == null
                ? null
                : new Field(column, from, type, required, options.get("unit").text(), zone, least, most);
    }

    private @Nullable FieldType type(int line, YamlNode options) {
        String word = options.get("type").text();
        FieldType type = FieldType.of(word).orElse(null);
        if (type == null) {
            Set<String> words = new LinkedHashSet<>(FieldType.words());
            add(
                    options.has("type") ? options.line("type") : line,
                    word.isEmpty() ? "the field has no type" : "there is no type '%s'".formatted(word),
                    RecordDeclaration.nearest(word, words));
        }
        return type;
    }

    private @Nullable ZoneOffset zone(YamlNode options, @Nullable FieldType type) {
        String zone = options.get("zone").text();
        if (!options.has("zone")) {
            return null;
        }
        try {
            if (type == FieldType.INSTANT) {
                return zone.equals("UTC") ? ZoneOffset.UTC : ZoneOffset.of(zone);
            }
        } catch (DateTimeException e) {
            add(
                    options.line("zone"),
                    "'%s' is no fixed offset".formatted(zone),
                    "UTC or +01:00; a zone with summer time has an hour that is there twice");
            return null;
        }
        add(options.line("zone"), "only an instant has a zone", "type: instant");
        return null;
    }

    private boolean flag(YamlNode options) {
        String value = options.get("required").text();
        if (options.has("required") && !value.matches("true|false")) {
            add(options.line("required"), "'required' cannot be '%s'".formatted(value), "true or false");
        }
        return value.equals("true");
    }

    private @Nullable BigDecimal bound(YamlNode options, String name, @Nullable FieldType type) {
        if (!options.has(name)) {
            return null;
        }
        String value = options.get(name).text();
        if (type != FieldType.NUMBER && type != FieldType.INTEGER) {
            add(options.line(name), "only numbers have a '%s'".formatted(name), "type: number");
            return null;
        }
        try {
            return new BigDecimal(value);
        } catch (NumberFormatException e) {
            add(options.line(name), "'%s' cannot be '%s'".formatted(name, value), "a number such as 0");
            return null;
        }
    }

    private void add(int line, String wrong, String right) {
        mistakes.add(new Mistake(line, wrong, right));
    }
}
