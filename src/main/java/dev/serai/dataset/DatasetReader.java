package dev.serai.dataset;

import dev.serai.reload.Finding;
import dev.serai.reload.YamlNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one dataset file. What checks say is carried, not interpreted. For one thread and one file. */
final class DatasetReader {

    private static final Set<String> CONTRACT = Set.of(
            "apiVersion",
            "kind",
            "id",
            "name",
            "version",
            "status",
            "domain",
            "tags",
            "description",
            "team",
            "source",
            "slaProperties",
            "schema",
            "customProperties");
    private static final Set<String> TABLE = Set.of(
            "name",
            "physicalName",
            "physicalType",
            "logicalType",
            "businessName",
            "description",
            "dataGranularityDescription",
            "tags",
            "properties",
            "quality",
            "customProperties");
    private static final Set<String> COLUMN = Set.of(
            "name",
            "businessName",
            "logicalType",
            "physicalType",
            "description",
            "unit",
            "required",
            "unique",
            "primaryKey",
            "primaryKeyPosition",
            "classification",
            "allowedValues",
            "logicalTypeOptions",
            "examples",
            "tags",
            "quality",
            "customProperties");
    private static final Set<String> PROMISE = Set.of("property", "value", "unit", "element", "description", "driver");

    private static final Pattern API = Pattern.compile("v3\\.\\d+\\.\\d+");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");
    private static final Pattern TABLE_NAME = Pattern.compile("[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*");
    private static final Pattern COLUMN_NAME = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final List<String> STATUS = List.of("active", "proposed", "draft", "deprecated", "retired");
    private static final List<String> LOGICAL_TYPES =
            List.of("string", "integer", "number", "boolean", "date", "timestamp", "time", "object", "array");
    private static final List<String> CLASSIFICATIONS = List.of("internal", "public", "personal");

    private final String file;
    private final String pipeline;
    private final List<Finding> findings;

    /**
     * @param file as a person would open it
     * @param pipeline the folder it is in
     * @param findings gets what is wrong
     */
    DatasetReader(String file, String pipeline, List<Finding> findings) {
        this.file = file;
        this.pipeline = pipeline;
        this.findings = findings;
    }

    /** The dataset, unless anything is wrong. */
    Optional<Dataset> read(String text) {
        int before = findings.size();
        YamlNode content;
        try {
            content = YamlNode.parse(text);
        } catch (YamlNode.Mistake e) {
            findings.add(new Finding(
                    file,
                    e.line(),
                    "this is no YAML: " + e.getMessage(),
                    "a line is \"name: value\" or \"- name: value\" with the indentation of its neighbours"));
            return Optional.empty();
        }
        if (!content.isMap()) {
            findings.add(new Finding(
                    file, 1, "the file describes no dataset", "it should begin with \"apiVersion: v3.1.0\""));
            return Optional.empty();
        }
        Dataset dataset = dataset(new Part(file, "a dataset", content, findings));
        return findings.size() == before ? Optional.of(dataset) : Optional.empty();
    }

    private Dataset dataset(Part contract) {
        contract.keys(CONTRACT);
        contract.matching("apiVersion", API, "v3.1.0");
        contract.oneOf("kind", List.of("DataContract"));
        Part description = contract.map("description", "{purpose: To know who signed up}");
        description.keys(Set.of("purpose", "usage", "limitations"));
        Part table = table(contract);
        String name = table.matching("physicalName", TABLE_NAME, "users.profile");
        String id = contract.text("id", name.isEmpty() ? "users.profile" : name);
        if (!id.isEmpty() && !name.isEmpty() && !id.equals(name)) {
            contract.wrong(
                    contract.node().line("id"),
                    "the id is '%s'".formatted(id),
                    "like its table it should be \"id: %s\"".formatted(name));
        }
        Map<String, Part> promises = promises(contract);
        List<CheckSource> checks = new ArrayList<>();
        List<Column> columns = columns(table, checks);
        checks(table, null, checks);
        return new Dataset(
                id,
                file,
                pipeline,
                contract.text("name", "Users"),
                contract.matching("version", VERSION, "1.0.0"),
                contract.oneOf("status", STATUS),
                description.text("purpose", "To know who signed up"),
                description.optional("usage"),
                description.optional("limitations"),
                contract.map("team", "{name: Data team}").text("name", "Data team"),
                contract.text("source", "The users API, five users at a time"),
                schedule(promises),
                freshness(promises),
                name,
                table.oneOf("physicalType", List.of("table", "view")).equals("view"),
                table.text("description", "People who signed up"),
                table.text("dataGranularityDescription", "One user, by uid"),
                List.copyOf(columns),
                List.copyOf(checks));
    }

    private Part table(Part contract) {
        List<YamlNode> tables = contract.maps("schema");
        if (tables.size() != 1) {
            contract.wrong(
                    contract.node().line("schema"),
                    "'schema' has %d entries".formatted(tables.size()),
                    "it should have one: each table and view has a file of its own");
        }
        Part table = new Part(file, "the table", tables.isEmpty() ? YamlNode.NOTHING : tables.get(0), findings);
        table.keys(TABLE);
        return table;
    }

    private List<Column> columns(Part table, List<CheckSource> checks) {
        List<Column> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode node : table.maps("properties")) {
            Column column = column(node, checks);
            columns.add(column);
            if (!names.add(column.name())) {
                table.wrong(
                        node.line("name"),
                        "column '%s' is there twice".formatted(column.name()),
                        "one of the two should go");
            }
        }
        if (columns.isEmpty()) {
            table.wrong(
                    table.node().line("properties"),
                    "no columns are described",
                    "for example \"properties: [{name: uid, …}]\"");
        }
        return columns;
    }

    private Column column(YamlNode node, List<CheckSource> checks) {
        String name = new Part(file, "a column", node, findings).matching("name", COLUMN_NAME, "measured_at");
        Part part = new Part(file, "column '%s'".formatted(name), node, findings);
        part.keys(COLUMN);
        checks(part, name, checks);
        return new Column(
                node.line(),
                name,
                part.oneOf("logicalType", LOGICAL_TYPES),
                part.text("physicalType", "timestamp with time zone"),
                part.text("description", "When it was measured"),
                part.optional("unit"),
                part.flag("required"),
                part.flag("unique"),
                part.flag("primaryKey"),
                part.oneOf("classification", CLASSIFICATIONS),
                allowed(part),
                options(part));
    }

    private static List<String> allowed(Part column) {
        YamlNode values = column.node().get("allowedValues");
        if (column.node().has("allowedValues")
                && (values.items().isEmpty() || !values.items().stream().allMatch(YamlNode::isScalar))) {
            column.wrong(
                    column.node().line("allowedValues"),
                    "'allowedValues' of %s is no list of values".formatted(column.name()),
                    "for example \"allowedValues: [running, succeeded, failed]\"");
        }
        return values.items().stream().map(YamlNode::text).toList();
    }

    @SuppressWarnings("unchecked") // a map's value is a map
    private static Map<String, @Nullable Object> options(Part column) {
        YamlNode options = column.node().get("logicalTypeOptions");
        if (!column.node().has("logicalTypeOptions")) {
            return Map.of();
        }
        Part part = column.map("logicalTypeOptions", "{minimum: 0}");
        part.keys(Set.of(
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
                "pattern",
                "minLength",
                "maxLength",
                "multipleOf",
                "format"));
        return options.isMap() ? (Map<String, @Nullable Object>) Objects.requireNonNull(options.value()) : Map.of();
    }

    private void checks(Part part, @Nullable String column, List<CheckSource> checks) {
        for (YamlNode node : part.maps("quality")) {
            Map<String, @Nullable Object> entries = new LinkedHashMap<>();
            Map<String, Integer> lines = new LinkedHashMap<>();
            node.fields().forEach((key, value) -> {
                entries.put(key, value.value());
                lines.put(key, node.line(key));
            });
            if (column != null && entries.putIfAbsent("column", column) != null) {
                part.wrong(
                        node.line("column"),
                        "the check stands under column '%s' and names one itself".formatted(column),
                        "the key 'column' should go");
            }
            checks.add(new CheckSource(
                    node.line(), Collections.unmodifiableMap(entries), Collections.unmodifiableMap(lines)));
        }
    }

    /** By their names: schedule, freshness. */
    private Map<String, Part> promises(Part contract) {
        Map<String, Part> promises = new LinkedHashMap<>();
        for (YamlNode node : contract.maps("slaProperties")) {
            Part promise = new Part(file, "a promise", node, findings);
            promise.keys(PROMISE);
            String property = promise.oneOf("property", List.of("schedule", "freshness"));
            if (promises.put(property, promise) != null) {
                promise.wrong(node.line(), "'%s' is promised twice".formatted(property), "one of the two should go");
            }
        }
        if (!promises.containsKey("schedule")) {
            contract.wrong(
                    contract.node().line("slaProperties"),
                    "nothing says when data come",
                    "for example \"slaProperties: [{property: schedule, value: '{{users.schedule}}'}]\"");
        }
        return promises;
    }

    private static String schedule(Map<String, Part> promises) {
        Part schedule = promises.get("schedule");
        return schedule == null ? "" : schedule.text("value", "0 0/2 * * * ?");
    }

    private static @Nullable Duration freshness(Map<String, Part> promises) {
        Part promise = promises.get("freshness");
        if (promise == null) {
            return null;
        }
        YamlNode value = promise.node().get("value");
        Duration unit = TimeUnits.BY_SIGN.get(promise.oneOf("unit", List.of("min", "s", "h", "d")));
        if (!(value.value() instanceof BigDecimal number) || number.signum() <= 0) {
            promise.wrong(
                    promise.node().line("value"),
                    "the freshness is '%s'".formatted(value.text()),
                    "it should be a number above 0, as in \"value: 10, unit: min\"");
            return null;
        }
        return unit == null
                ? null
                : Duration.ofMillis(
                        number.multiply(BigDecimal.valueOf(unit.toMillis())).longValue());
    }
}
