package dev.serai.reload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.settings.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Checks one route file against the schema of Camel's YAML DSL, and that it keeps to the explicit notation.
 *
 * <p>A walk of our own over the schema and not a validator's, because that would say "matches none of 87 schemas" where a
 * person needs "there is no step 'setVarable'; did you mean 'setVariable'?". Pure and thread-safe.
 */
final class SchemaCheck {

    private static final String REF = "#/items/definitions/";
    private static final String STEP = "org.apache.camel.model.ProcessorDefinition";
    private static final String EXPRESSION = "org.apache.camel.model.language.ExpressionDefinition";
    private static final int FEW = 12;

    private final JsonNode root;
    private final JsonNode definitions;

    SchemaCheck() {
        try (InputStream schema = SchemaCheck.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            if (schema == null) {
                throw new IllegalStateException("camel-yaml-dsl has no /schema/camelYamlDsl.json");
            }
            root = new ObjectMapper().readTree(schema).path("items");
            definitions = root.path("definitions");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with a file. */
    List<Finding> check(String file, YamlNode content) {
        Walk walk = new Walk(file);
        if (content == YamlNode.NOTHING) {
            walk.add(
                    1,
                    "the file is empty",
                    "it should have a route, as in \"- route: {id: …, from: {uri: …, steps: […]}}\"");
        } else if (!content.isList()) {
            walk.add(content.line(), "the file is no list", "it should begin with \"- route:\"");
        } else {
            for (YamlNode entry : content.items()) {
                walk.one(entry, root, "entry");
            }
        }
        return walk.findings;
    }

    private final class Walk {

        private final String file;
        private final List<Finding> findings = new ArrayList<>();

        Walk(String file) {
            this.file = file;
        }

        void add(int line, String wrong, String right) {
            findings.add(new Finding(file, line, wrong, right));
        }

        /** A map of one name and its value, as an entry of a file or a step is. */
        void one(YamlNode node, JsonNode schema, String what) {
            if (!node.isMap()) {
                add(
                        node.line(),
                        "'%s' is no %s".formatted(node.text(), what),
                        example(what, NearestName.of(node.text(), names(schema)).orElse(null)));
                return;
            }
            if (node.fields().size() > 1) {
                List<String> both = List.copyOf(node.fields().keySet());
                add(
                        node.line(both.get(1)),
                        "'%s' stands beside '%s' in the same %s".formatted(both.get(1), both.get(0), what),
                        "it should be indented below '%s', or begin with \"- \" if it is a %s of its own"
                                .formatted(both.get(0), what));
                return;
            }
            node.only().ifPresent(field -> {
                String name = field.getKey();
                JsonNode property = property(schema, name);
                if (property.isMissingNode()) {
                    add(node.line(name), "there is no %s '%s'".formatted(what, name), nearest(name, schema));
                } else if (field.getValue().kind() == YamlNode.Kind.NULL) {
                    add(
                            node.line(name),
                            "'%s' has nothing in it".formatted(name),
                            "what belongs to it should be indented below it");
                } else {
                    value(field.getValue(), property, name);
                }
            });
        }

        void value(YamlNode node, JsonNode given, String name) {
            JsonNode schema = resolve(given);
            if (isDefinition(given, STEP)) {
                one(node, schema, "step");
                return;
            }
            JsonNode object = alternative(schema);
            if (object != null && node.isScalar() && node.kind() != YamlNode.Kind.NULL) {
                String required = schema.path("required").path(0).asText("expression");
                add(
                        node.line(),
                        "'%s' is in the short notation".formatted(name),
                        "in the explicit one it is \"%s: {%s: %s}\"".formatted(name, required, quoted(node.text())));
                return;
            }
            if (object != null) {
                object(node, object, schema.path("required"), name);
            } else if (schema.has("properties") || schema.path("type").asText().equals("object")) {
                object(node, schema, schema.path("required"), name);
            } else if (schema.path("type").asText().equals("array")) {
                list(node, schema, name);
            } else {
                scalar(node, schema, name);
            }
        }

        void list(YamlNode node, JsonNode schema, String name) {
            if (!node.isList()) {
                add(node.line(), "'%s' is no list".formatted(name), "each of it should begin with \"- \"");
                return;
            }
            for (YamlNode item : node.items()) {
                value(item, schema.path("items"), name);
            }
        }

        void object(YamlNode node, JsonNode schema, JsonNode required, String name) {
            if (!node.isMap()) {
                add(
                        node.line(),
                        "'%s' must have %s below it, was %s".formatted(name, few(schema), shown(node)),
                        "for example \"%s: {%s: …}\"".formatted(name, firstName(schema, required)));
                return;
            }
            boolean closed = !schema.path("additionalProperties").asBoolean(true);
            JsonNode properties = schema.path("properties");
            node.fields().forEach((key, value) -> {
                JsonNode property = properties.path(key);
                if (property.isMissingNode()) {
                    if (closed) {
                        add(node.line(key), "'%s' has no option '%s'".formatted(name, key), nearest(key, schema));
                    }
                } else if (property.isEmpty() && key.equals("expression")) {
                    one(value, definitions.path(EXPRESSION), "language");
                } else if (property.isEmpty() && properties.has("expression")) {
                    shortExpression(node, key, value, name);
                } else if (value.kind() == YamlNode.Kind.NULL && !property.isEmpty()) {
                    add(
                            node.line(key),
                            "'%s' of '%s' has nothing in it".formatted(key, name),
                            "it should have a value, or not be there");
                } else {
                    value(value, property, key);
                }
            });
            for (JsonNode must : required) {
                if (!node.has(must.asText())) {
                    missing(node, must.asText(), name);
                }
            }
            for (JsonNode any : schema.path("anyOf")) {
                // "needs an expression", which the schema says in a roundabout way because of the short notation
                any.path("required").forEach(must -> {
                    if (must.asText().equals("expression")
                            && properties.has("expression")
                            && node.fields().keySet().stream()
                                    .noneMatch(key -> isLanguage(key) || key.equals("expression"))) {
                        missing(node, "expression", name);
                    }
                });
            }
        }

        private void shortExpression(YamlNode node, String language, YamlNode value, String name) {
            add(
                    node.line(language),
                    "'%s' of '%s' is in the short notation".formatted(language, name),
                    "in the explicit one it is \"expression: {%s: {expression: %s}}\""
                            .formatted(language, value.isScalar() ? quoted(value.text()) : "…"));
        }

        private void missing(YamlNode node, String option, String name) {
            add(
                    node.line(),
                    "'%s' has no '%s'".formatted(name, option),
                    "it needs \"%s\""
                            .formatted(
                                    switch (option) {
                                        case "uri" -> "uri: direct:users-load";
                                        case "expression" -> "expression: {simple: {expression: \"${body}\"}}";
                                        case "steps" -> "steps: [ … ]";
                                        default -> option + ": …";
                                    }));
        }

        private void scalar(YamlNode node, JsonNode schema, String name) {
            String type = schema.path("type").asText();
            if (!node.isScalar()) {
                if (!type.isEmpty()) {
                    add(
                            node.line(),
                            "'%s' must be one value, was %s".formatted(name, shown(node)),
                            "for example " + sample(type));
                }
                return;
            }
            String text = node.text();
            if (text.contains("{{")) {
                return; // a setting, whose value is checked where it is set
            }
            boolean fits =
                    switch (type) {
                        case "boolean" -> text.equals("true") || text.equals("false");
                        case "number", "integer" -> text.matches("-?\\d+(\\.\\d+)?");
                        default -> true;
                    };
            if (!fits) {
                add(
                        node.line(),
                        "'%s' must be %s, was \"%s\"".formatted(name, kind(type), text),
                        "for example " + sample(type));
            }
            JsonNode choices = schema.path("enum");
            if (choices.isArray() && !contains(choices, text)) {
                List<String> known = new ArrayList<>();
                choices.forEach(choice -> known.add(choice.asText()));
                add(
                        node.line(),
                        "'%s' cannot be \"%s\"".formatted(name, text),
                        NearestName.of(text, known)
                                .map("did you mean '%s'?"::formatted)
                                .orElse("it is one of " + String.join(", ", known)));
            }
        }
    }

    private static boolean contains(JsonNode choices, String text) {
        for (JsonNode choice : choices) {
            if (choice.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLanguage(String name) {
        return definitions.path(EXPRESSION).path("properties").has(name);
    }

    private static boolean isDefinition(JsonNode schema, String name) {
        return schema.path("$ref").asText().equals(REF + name);
    }

    /** Of languages the schema says among the alternatives what belongs to them, and else only that they are there. */
    private static JsonNode property(JsonNode schema, String name) {
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
    private JsonNode resolve(JsonNode schema) {
        JsonNode node = schema;
        while (node.has("$ref") && !node.has("properties")) {
            node = definitions.path(node.path("$ref").asText().substring(REF.length()));
        }
        return node;
    }

    /** Where the schema allows a text instead of an object: the object. */
    private static @Nullable JsonNode alternative(JsonNode schema) {
        JsonNode object = null;
        boolean text = false;
        for (JsonNode one : schema.path("oneOf")) {
            text |= one.path("type").asText().equals("string");
            object = one.path("type").asText().equals("object") ? one : object;
        }
        return text ? object : null;
    }

    private static List<String> names(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String nearest(String name, JsonNode schema) {
        List<String> known = names(schema);
        return NearestName.of(name, known)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() -> known.size() <= FEW
                        ? "there are " + String.join(", ", known)
                        : "there are %s and %d more"
                                .formatted(String.join(", ", known.subList(0, FEW)), known.size() - FEW));
    }

    private static String example(String what, @Nullable String nearest) {
        String name = nearest != null ? nearest : what.equals("step") ? "to" : "route";
        return "a %s is a name with something below it, as in \"- %s: {…}\"".formatted(what, name);
    }

    private static String few(JsonNode schema) {
        StringJoiner few = new StringJoiner(", ");
        names(schema).stream().limit(4).forEach(few::add);
        return few.length() == 0 ? "names and values" : few + " or the like";
    }

    private static String firstName(JsonNode schema, JsonNode required) {
        return required.isArray() && !required.isEmpty()
                ? required.path(0).asText()
                : names(schema).stream().findFirst().orElse("name");
    }

    private static String shown(YamlNode node) {
        return switch (node.kind()) {
            case MAP -> "names with values";
            case LIST -> "a list";
            default -> "\"" + node.text() + "\"";
        };
    }

    private static String kind(String type) {
        return type.equals("boolean") ? "true or false" : "a number";
    }

    private static String sample(String type) {
        return switch (type) {
            case "boolean" -> "true";
            case "number", "integer" -> "5";
            default -> "\"text\"";
        };
    }

    private static String quoted(String text) {
        String flat = text.replaceAll("\\s+", " ").strip();
        String cut = flat.length() > 60 ? flat.substring(0, 60) + "…" : flat;
        return cut.matches("[\\w./:-]*") ? cut : "'" + cut + "'";
    }
}
