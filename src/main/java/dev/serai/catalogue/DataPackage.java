package dev.serai.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The catalogue as a Frictionless data package: a resource with a Table Schema for each dataset, in PostgreSQL. Pure. */
final class DataPackage {

    private static final Map<String, String> TYPES =
            Map.of("timestamp", "datetime", "object", "object", "array", "array");
    private static final Map<String, String> CONSTRAINTS = Map.of(
            "minimum",
            "minimum",
            "maximum",
            "maximum",
            "pattern",
            "pattern",
            "minLength",
            "minLength",
            "maxLength",
            "maxLength");

    private DataPackage() {}

    /**
     * The descriptor.
     *
     * @param address of the database, without user and password: {@code postgresql://127.0.0.1:15432/serai}
     */
    static ObjectNode of(JsonNode catalogue, String address) {
        ObjectNode descriptor = JsonNodeFactory.instance.objectNode();
        descriptor.put("profile", "data-package").put("name", "serai").put("title", "Serai");
        descriptor.put("created", catalogue.get("asOf").asText());
        ArrayNode resources = descriptor.putArray("resources");
        for (JsonNode row : catalogue.get("rows")) {
            String table = row.get("dataset").asText();
            ObjectNode resource = resources.addObject();
            resource.put("name", table.replace('.', '-').replace('_', '-'));
            resource.put("title", row.get("title").asText());
            resource.put(
                    "description",
                    "%s One row: %s."
                            .formatted(sentence(row), row.get("oneRowIs").asText()));
            resource.put("path", address).put("format", "postgresql").put("mediatype", "application/sql");
            ObjectNode sql = resource.putObject("dialect").putObject("sql");
            sql.put("table", table.substring(table.indexOf('.') + 1));
            sql.put("namespace", table.substring(0, table.indexOf('.')));
            ArrayNode sources = resource.putArray("sources");
            sources.addObject().put("title", row.get("source").asText());
            schema(row, resource.putObject("schema"));
        }
        return descriptor;
    }

    private static String sentence(JsonNode row) {
        String text = row.get("description").asText();
        return text.endsWith("?") || text.endsWith(".") ? text : text + ".";
    }

    private static void schema(JsonNode row, ObjectNode schema) {
        ArrayNode fields = schema.putArray("fields");
        ArrayNode key = JsonNodeFactory.instance.arrayNode();
        for (JsonNode column : row.get("columns")) {
            String type = column.get("logicalType").asText();
            ObjectNode field = fields.addObject();
            field.put("name", column.get("name").asText());
            field.put("type", TYPES.getOrDefault(type, type));
            field.put("description", column.get("description").asText());
            for (String word : List.of("unit", "classification")) {
                if (!column.get(word).asText().isEmpty()) {
                    field.put(word, column.get(word).asText());
                }
            }
            ObjectNode constraints = JsonNodeFactory.instance.objectNode();
            if (column.get("required").asBoolean()) {
                constraints.put("required", true);
            }
            if (column.get("unique").asBoolean()) {
                constraints.put("unique", true);
            }
            if (!column.get("allowedValues").isEmpty()) {
                constraints.set("enum", column.get("allowedValues"));
            }
            CONSTRAINTS.forEach((option, constraint) -> {
                if (column.get("options").has(option)) {
                    constraints.set(constraint, column.get("options").get(option));
                }
            });
            if (!constraints.isEmpty()) {
                field.set("constraints", constraints);
            }
            if (column.get("primaryKey").asBoolean()) {
                key.add(column.get("name").asText());
            }
        }
        if (!key.isEmpty()) {
            schema.set("primaryKey", key);
        }
    }
}
