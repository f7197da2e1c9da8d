package dev.serai.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * A dataset of the catalogue as a contract of the Open Data Contract Standard 3.1, YAML. Pure.
 *
 * <p>Words of our own ({@code source}, {@code unit}, {@code allowedValues}) become {@code customProperties}; checks become
 * quality rules of the engine {@code serai}, those with a query rules of type {@code sql}, the only ones with a threshold of
 * the standard's own.
 */
final class OdcsContract {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** What the standard calls the dimension. */
    private static final Map<String, String> DIMENSIONS = Map.of("validity", "conformity");

    private static final List<String> THRESHOLDS = List.of(
            "mustBe",
            "mustNotBe",
            "mustBeGreaterThan",
            "mustBeGreaterOrEqualTo",
            "mustBeLessThan",
            "mustBeLessOrEqualTo",
            "mustBeBetween",
            "mustNotBeBetween");
    private static final List<String> COMMON = List.of("name", "description", "severity", "unit");

    private OdcsContract() {}

    /** @param row one of the catalogue's rows */
    static String yaml(JsonNode row) {
        Map<String, Object> contract = new LinkedHashMap<>();
        contract.put("apiVersion", "v3.1.0");
        contract.put("kind", "DataContract");
        contract.put("id", text(row, "dataset"));
        contract.put("name", text(row, "title"));
        contract.put("version", text(row, "version"));
        contract.put("status", text(row, "status"));
        contract.put("domain", text(row, "pipeline"));
        Map<String, Object> description = new LinkedHashMap<>();
        for (String key : List.of("purpose", "usage", "limitations")) {
            if (!text(row, key).isEmpty()) {
                description.put(key, text(row, key));
            }
        }
        contract.put("description", description);
        contract.put("team", Map.of("name", text(row, "owner")));
        contract.put("slaProperties", promises(row));
        contract.put("schema", List.of(table(row)));
        contract.put("customProperties", List.of(custom("source", text(row, "source"))));
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(120)
                        .build())
                .dumpToString(contract);
    }

    private static List<Object> promises(JsonNode row) {
        List<Object> promises = new ArrayList<>();
        promises.add(new LinkedHashMap<>(Map.of("property", "schedule", "value", text(row, "schedule"))));
        if (row.get("freshnessSeconds").isNumber()) {
            Map<String, Object> freshness = new LinkedHashMap<>();
            freshness.put("property", "freshness");
            freshness.put("value", row.get("freshnessSeconds").asLong());
            freshness.put("unit", "s");
            promises.add(freshness);
        }
        return promises;
    }

    private static Map<String, Object> table(JsonNode row) {
        String name = text(row, "dataset");
        Map<String, Object> table = new LinkedHashMap<>();
        table.put("name", name.substring(name.indexOf('.') + 1));
        table.put("physicalName", name);
        table.put("physicalType", text(row, "kind"));
        table.put("logicalType", "object");
        table.put("description", text(row, "description"));
        table.put("dataGranularityDescription", text(row, "oneRowIs"));
        List<Object> properties = new ArrayList<>();
        int position = 0;
        for (JsonNode column : row.get("columns")) {
            position += column.get("primaryKey").asBoolean() ? 1 : 0;
            properties.add(column(column, position));
        }
        table.put("properties", properties);
        List<Object> quality = new ArrayList<>();
        row.get("checks").forEach(check -> quality.add(rule(check, name)));
        table.put("quality", quality);
        return table;
    }

    private static Map<String, Object> column(JsonNode column, int keyPosition) {
        Map<String, Object> property = new LinkedHashMap<>();
        property.put("name", text(column, "name"));
        property.put("logicalType", text(column, "logicalType"));
        property.put("physicalType", text(column, "type"));
        property.put("description", text(column, "description"));
        property.put("required", column.get("required").asBoolean());
        property.put("unique", column.get("unique").asBoolean());
        if (column.get("primaryKey").asBoolean()) {
            property.put("primaryKey", true);
            property.put("primaryKeyPosition", keyPosition);
        }
        property.put("classification", text(column, "classification"));
        if (!column.get("options").isEmpty()) {
            property.put("logicalTypeOptions", value(column.get("options")));
        }
        List<Object> own = new ArrayList<>();
        if (!text(column, "unit").isEmpty()) {
            own.add(custom("unit", text(column, "unit")));
        }
        if (!column.get("allowedValues").isEmpty()) {
            own.add(custom("allowedValues", value(column.get("allowedValues"))));
        }
        if (!own.isEmpty()) {
            property.put("customProperties", own);
        }
        return property;
    }

    private static Map<String, Object> rule(JsonNode check, String table) {
        Map<String, Object> rule = new LinkedHashMap<>();
        boolean query = check.has("query");
        rule.put("type", query ? "sql" : "custom");
        if (query) {
            rule.put("query", text(check, "query").replace("{object}", table));
        } else {
            Map<String, Object> said = new LinkedHashMap<>();
            check.properties().stream()
                    .filter(entry -> !entry.getKey().equals("line"))
                    .forEach(entry -> said.put(entry.getKey(), value(entry.getValue())));
            rule.put("engine", "serai");
            rule.put("implementation", said);
        }
        for (String key : COMMON) {
            if (check.has(key)) {
                rule.put(key, value(check.get(key)));
            }
        }
        if (check.has("dimension")) {
            rule.put("dimension", DIMENSIONS.getOrDefault(text(check, "dimension"), text(check, "dimension")));
        }
        if (query) {
            THRESHOLDS.stream().filter(check::has).forEach(key -> rule.put(key, value(check.get(key))));
            if (THRESHOLDS.stream().noneMatch(check::has)) {
                rule.put("mustBe", 0);
            }
        }
        return rule;
    }

    private static Map<String, Object> custom(String property, Object value) {
        Map<String, Object> custom = new LinkedHashMap<>();
        custom.put("property", property);
        custom.put("value", value);
        return custom;
    }

    private static Object value(JsonNode node) {
        return JSON.convertValue(node, Object.class);
    }

    private static String text(JsonNode node, String key) {
        return node.path(key).asText("");
    }
}
