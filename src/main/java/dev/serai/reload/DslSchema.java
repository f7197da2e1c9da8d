package dev.serai.reload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The schema of Camel's YAML DSL, as {@code camel-yaml-dsl} brings it, and the ways through it. Immutable. */
final class DslSchema {

    private static final String REF = "#/items/definitions/";
    private static final String STEP = "org.apache.camel.model.ProcessorDefinition";
    private static final String EXPRESSION = "org.apache.camel.model.language.ExpressionDefinition";

    private final JsonNode entry;
    private final JsonNode definitions;

    DslSchema() {
        try (InputStream schema = DslSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            if (schema == null) {
                throw new IllegalStateException("camel-yaml-dsl has no /schema/camelYamlDsl.json");
            }
            entry = new ObjectMapper().readTree(schema).path("items");
            definitions = entry.path("definitions");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One entry of a file. */
    JsonNode entry() {
        return entry;
    }

    /** An expression in any language. */
    JsonNode expression() {
        return definitions.path(EXPRESSION);
    }

    boolean isLanguage(String name) {
        return expression().path("properties").has(name);
    }

    /** Whether a value is a step, as the entries of {@code steps} are. */
    static boolean isStep(JsonNode schema) {
        return schema.path("$ref").asText().equals(REF + STEP);
    }

    /** Of languages the schema says among the alternatives what belongs to them, and else only that they are there. */
    static JsonNode property(JsonNode schema, String name) {
        JsonNode given = schema.path("properties").path(name);
        if (!given.isMissingNode() && given.isEmpty()) {
            for (JsonNode any : schema.path("anyOf")) {
                for (JsonNode one : any.path("oneOf")) {
                    if (one.path("properties").has(name)) {
                        return one.path("properties").path(name);
                    }
                }
            }
        }
        return given;
    }

    /** What a reference refers to; its own properties win, as in the schema. */
    JsonNode resolve(JsonNode schema) {
        JsonNode node = schema;
        while (node.has("$ref") && !node.has("properties")) {
            node = definitions.path(node.path("$ref").asText().substring(REF.length()));
        }
        return node;
    }

    /** Where the schema allows a text instead of an object: the object. */
    static @Nullable JsonNode alternative(JsonNode schema) {
        JsonNode object = null;
        boolean text = false;
        for (JsonNode one : schema.path("oneOf")) {
            text |= one.path("type").asText().equals("string");
            object = one.path("type").asText().equals("object") ? one : object;
        }
        return text ? object : null;
    }

    /** The names that may stand in an object. */
    static List<String> names(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }
}
