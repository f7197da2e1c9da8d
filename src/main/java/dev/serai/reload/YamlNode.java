package dev.serai.reload;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML text as a tree that knows its lines, read by the parser that Camel reads it with. Immutable and thread-safe.
 *
 * <p>What is absent is {@link #NOTHING}, so that one can go down a path without asking at each step.
 */
public final class YamlNode {

    /** What a value is. */
    public enum Kind {
        MAP,
        LIST,
        TEXT,
        BOOLEAN,
        NUMBER,
        NULL
    }

    public static final YamlNode NOTHING = new YamlNode(Kind.NULL, 0, "", Map.of(), Map.of(), List.of());

    private static final Pattern DECIMAL = Pattern.compile("[-+]?\\d*\\.?\\d+([eE][-+]?\\d{1,3})?");
    private static final int DEEPEST = 100;

    private final Kind kind;
    private final int line;
    private final String text;
    private final Map<String, YamlNode> fields;
    private final Map<String, Integer> fieldLines;
    private final List<YamlNode> items;

    private YamlNode(
            Kind kind,
            int line,
            String text,
            Map<String, YamlNode> fields,
            Map<String, Integer> fieldLines,
            List<YamlNode> items) {
        this.kind = kind;
        this.line = line;
        this.text = text;
        this.fields = fields;
        this.fieldLines = fieldLines;
        this.items = items;
    }

    /** A text that is no YAML, with the line of the mistake. */
    public static final class Mistake extends Exception {

        private static final long serialVersionUID = 1L;

        private final int line;

        Mistake(int line, String message) {
            super(message);
            this.line = line;
        }

        public int line() {
            return line;
        }
    }

    /** Reads a text; one without any content is {@link #NOTHING}. */
    public static YamlNode parse(String text) throws Mistake {
        Iterable<Node> documents = new Compose(LoadSettings.builder().build()).composeAllFromString(text);
        YamlNode only = null;
        try {
            for (Node document : documents) {
                YamlNode node = of(document, 0);
                if (only != null) {
                    throw new Mistake(node.line, "a second YAML document begins here");
                }
                only = node;
            }
        } catch (MarkedYamlEngineException e) {
            Mark at = e.getProblemMark().or(e::getContextMark).orElse(null);
            throw new Mistake(at == null ? 1 : at.getLine() + 1, problem(e));
        } catch (YamlEngineException e) {
            throw new Mistake(1, String.valueOf(e.getMessage()));
        }
        return only == null ? NOTHING : only;
    }

    private static String problem(MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem());
        return e.getContext() == null ? problem : "%s, %s".formatted(e.getContext(), problem);
    }

    private static YamlNode of(Node node, int depth) throws Mistake {
        int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        if (depth > DEEPEST) {
            throw new Mistake(line, "more than %d levels".formatted(DEEPEST));
        }
        if (node instanceof MappingNode mapping) {
            Map<String, YamlNode> fields = new LinkedHashMap<>();
            Map<String, Integer> lines = new LinkedHashMap<>();
            for (NodeTuple entry : mapping.getValue()) {
                YamlNode key = of(entry.getKeyNode(), depth + 1);
                if (fields.put(key.text, of(entry.getValueNode(), depth + 1)) != null) {
                    throw new Mistake(key.line, "'%s' is there twice".formatted(key.text));
                }
                lines.put(key.text, key.line);
            }
            return new YamlNode(
                    Kind.MAP,
                    line,
                    "",
                    Collections.unmodifiableMap(fields),
                    Collections.unmodifiableMap(lines),
                    List.of());
        }
        if (node instanceof SequenceNode sequence) {
            List<YamlNode> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(of(item, depth + 1));
            }
            return new YamlNode(Kind.LIST, line, "", Map.of(), Map.of(), List.copyOf(items));
        }
        String text = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        return new YamlNode(kind(node.getTag()), line, text, Map.of(), Map.of(), List.of());
    }

    private static Kind kind(Tag tag) {
        if (tag.equals(Tag.BOOL)) {
            return Kind.BOOLEAN;
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Kind.NUMBER;
        }
        return tag.equals(Tag.NULL) ? Kind.NULL : Kind.TEXT;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isMap() {
        return kind == Kind.MAP;
    }

    public boolean isList() {
        return kind == Kind.LIST;
    }

    public boolean isScalar() {
        return !isMap() && !isList();
    }

    /** Counted from 1; 0 for what is absent. */
    public int line() {
        return line;
    }

    /** Of a scalar, as it is written; empty otherwise. */
    public String text() {
        return text;
    }

    public Map<String, YamlNode> fields() {
        return fields;
    }

    /** Where a field's name stands; the line of the map itself if there is no such field. */
    public int line(String field) {
        return fieldLines.getOrDefault(field, line);
    }

    public YamlNode get(String field) {
        return fields.getOrDefault(field, NOTHING);
    }

    public boolean has(String field) {
        return fields.containsKey(field);
    }

    public List<YamlNode> items() {
        return items;
    }

    /**
     * As Java has it: maps and lists in the order of the text, {@link String}, {@link Boolean}, {@link BigDecimal}, null.
     *
     * <p>A number that is none in the decimal sense, such as {@code .inf}, stays a text.
     */
    public @Nullable Object value() {
        return switch (kind) {
            case MAP -> {
                Map<String, @Nullable Object> values = new LinkedHashMap<>();
                fields.forEach((name, node) -> values.put(name, node.value()));
                yield Collections.unmodifiableMap(values);
            }
            case LIST -> {
                List<@Nullable Object> values = new ArrayList<>();
                items.forEach(item -> values.add(item.value()));
                yield Collections.unmodifiableList(values);
            }
            case BOOLEAN -> Boolean.valueOf(text);
            case NUMBER -> DECIMAL.matcher(text).matches() ? new BigDecimal(text) : text;
            case TEXT -> text;
            case NULL -> null;
        };
    }

    /** Its only field, as of a step or an entry of a file. */
    Optional<Map.Entry<String, YamlNode>> only() {
        return fields.size() == 1 ? Optional.of(fields.entrySet().iterator().next()) : Optional.empty();
    }

    /** Calls for each scalar below, with the name of the field it is the value of, if of any. */
    public void scalars(BiConsumer<@Nullable String, YamlNode> call) {
        scalars(null, call);
    }

    private void scalars(@Nullable String field, BiConsumer<@Nullable String, YamlNode> call) {
        if (isScalar()) {
            call.accept(field, this);
        }
        fields.forEach((name, value) -> value.scalars(name, call));
        items.forEach(item -> item.scalars(field, call));
    }
}
