package dev.serai.reload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.settings.NearestName;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** How {@link SchemaCheck} says what would be right, and what was seen. Stateless. */
final class SchemaWords {

    private static final int FEW = 12;

    private SchemaWords() {}

    static String nearest(String name, JsonNode schema) {
        List<String> known = DslSchema.names(schema);
        return NearestName.of(name, known)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() -> known.size() <= FEW
                        ? "there are " + String.join(", ", known)
                        : "there are %s and %d more"
                                .formatted(String.join(", ", known.subList(0, FEW)), known.size() - FEW));
    }

    static String example(String what, @Nullable String nearest) {
        String name = nearest != null ? nearest : what.equals("step") ? "to" : "route";
        return "a %s is a name with something below it, as in \"- %s: {…}\"".formatted(what, name);
    }

    static String few(JsonNode schema) {
        StringJoiner few = new StringJoiner(", ");
        DslSchema.names(schema).stream().limit(4).forEach(few::add);
        return few.length() == 0 ? "names and values" : few + " or the like";
    }

    static String firstName(JsonNode schema, JsonNode required) {
        return required.isArray() && !required.isEmpty()
                ? required.path(0).asText()
                : DslSchema.names(schema).stream().findFirst().orElse("name");
    }

    static String shown(YamlNode node) {
        return switch (node.kind()) {
            case MAP -> "names with values";
            case LIST -> "a list";
            default -> "\"" + node.text() + "\"";
        };
    }

    static String kind(String type) {
        return type.equals("boolean") ? "true or false" : "a number";
    }

    static String sample(String type) {
        return switch (type) {
            case "boolean" -> "true";
            case "number", "integer" -> "5";
            default -> "\"text\"";
        };
    }

    static String quoted(String text) {
        String flat = text.replaceAll("\\s+", " ").strip();
        String cut = flat.length() > 60 ? flat.substring(0, 60) + "…" : flat;
        return cut.matches("[\\w./:-]*") ? cut : "'" + cut + "'";
    }
}
