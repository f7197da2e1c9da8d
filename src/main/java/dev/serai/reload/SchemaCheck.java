package dev.serai.reload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.settings.NearestName;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks one route file against the schema of Camel's YAML DSL, and that it keeps to the explicit notation.
 *
 * <p>A walk of our own over the schema and not a validator's, because that would say "matches none of 87 schemas" where a
 * person needs "there is no step 'setVarable'; did you mean 'setVariable'?". Pure and thread-safe.
 */
final class SchemaCheck {

    private final DslSchema dsl = new DslSchema();

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
                walk.one(entry, dsl.entry(), "entry");
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
                        SchemaWords.example(
                                what,
                                NearestName.of(node.text(), DslSchema.names(schema))
                                        .orElse(null)));
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
                JsonNode property = DslSchema.property(schema, name);
                if (property.isMissingNode()) {
                    add(
                            node.line(name),
                            "there is no %s '%s'".formatted(what, name),
                            SchemaWords.nearest(name, schema));
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
            JsonNode schema = dsl.resolve(given);
            if (DslSchema.isStep(given)) {
                one(node, schema, "step");
                return;
            }
            JsonNode object = DslSchema.alternative(schema);
            if (object != null && node.isScalar() && node.kind() != YamlNode.Kind.NULL) {
                String required = schema.path("required").path(0).asText("expression");
                add(
                        node.line(),
                        "'%s' is in the short notation".formatted(name),
                        "in the explicit one it is \"%s: {%s: %s}\""
                                .formatted(name, required, SchemaWords.quoted(node.text())));
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
                        "'%s' must have %s below it, was %s"
                                .formatted(name, SchemaWords.few(schema), SchemaWords.shown(node)),
                        "for example \"%s: {%s: …}\"".formatted(name, SchemaWords.firstName(schema, required)));
                return;
            }
            boolean closed = !schema.path("additionalProperties").asBoolean(true);
            JsonNode properties = schema.path("properties");
            node.fields().forEach((key, value) -> {
                JsonNode property = properties.path(key);
                if (property.isMissingNode()) {
                    if (closed) {
                        add(
                                node.line(key),
                                "'%s' has no option '%s'".formatted(name, key),
                                SchemaWords.nearest(key, schema));
                    }
                } else if (property.isEmpty() && key.equals("expression")) {
                    one(value, dsl.expression(), "language");
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
                                    .noneMatch(key -> dsl.isLanguage(key) || key.equals("expression"))) {
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
                            .formatted(language, value.isScalar() ? SchemaWords.quoted(value.text()) : "…"));
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
                            "'%s' must be one value, was %s".formatted(name, SchemaWords.shown(node)),
                            "for example " + SchemaWords.sample(type));
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
                        "'%s' must be %s, was \"%s\"".formatted(name, SchemaWords.kind(type), text),
                        "for example " + SchemaWords.sample(type));
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
}
