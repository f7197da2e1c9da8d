package dev.serai.dataset;

import dev.serai.reload.Finding;
import dev.serai.reload.YamlNode;
import dev.serai.settings.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A map in a dataset file, read field by field; what is not as it should be is noted with its line. For one thread.
 *
 * @param file as a person would open it
 * @param name of the part, for messages: column 'uid'
 */
record Part(String file, String name, YamlNode node, List<Finding> findings) {

    void wrong(int line, String wrong, String right) {
        findings.add(new Finding(file, Math.max(1, line), wrong, right));
    }

    /** Notes keys that mean nothing. */
    void keys(Set<String> known) {
        node.fields().keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> wrong(
                        node.line(key),
                        "%s has no key '%s'".formatted(name, key),
                        nearest(key, known)
                                .orElse("there are "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()))));
    }

    static Optional<String> nearest(String name, Collection<String> known) {
        return NearestName.of(name, known).map("did you mean '%s'?"::formatted);
    }

    /** A text that has to be there. */
    String text(String key, String example) {
        YamlNode value = node.get(key);
        if (!value.isScalar() || value.text().isBlank()) {
            wrong(
                    node.line(key),
                    "%s has no text '%s'".formatted(name, key),
                    "for example \"%s: %s\"".formatted(key, example));
            return "";
        }
        return clean(value.text());
    }

    /** A text that may be left out. */
    String optional(String key) {
        YamlNode value = node.get(key);
        if (!value.isScalar()) {
            wrong(node.line(key), "'%s' of %s is no text".formatted(key, name), "it should be a sentence");
        }
        return clean(value.text());
    }

    private static String clean(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    String matching(String key, Pattern form, String example) {
        String text = text(key, example);
        if (!text.isEmpty() && !form.matcher(text).matches()) {
            wrong(
                    node.line(key),
                    "'%s' of %s is '%s'".formatted(key, name, text),
                    "for example \"%s: %s\"".formatted(key, example));
        }
        return text;
    }

    String oneOf(String key, List<String> allowed) {
        String text = text(key, allowed.get(0));
        if (!text.isEmpty() && !allowed.contains(text)) {
            wrong(
                    node.line(key),
                    "'%s' of %s is '%s'".formatted(key, name, text),
                    nearest(text, allowed).orElse("it should be one of " + String.join(", ", allowed)));
        }
        return text;
    }

    /** False if it is left out. */
    boolean flag(String key) {
        YamlNode value = node.get(key);
        if (node.has(key) && value.kind() != YamlNode.Kind.BOOLEAN) {
            wrong(
                    node.line(key),
                    "'%s' of %s is '%s'".formatted(key, name, value.text()),
                    "it should be true or false");
        }
        return Boolean.parseBoolean(value.text());
    }

    /** A part below; empty, and noted, if it is not there. */
    Part map(String key, String example) {
        YamlNode below = node.get(key);
        if (!below.isMap()) {
            wrong(
                    node.line(key),
                    "%s has no map '%s'".formatted(name, key),
                    "for example \"%s: %s\"".formatted(key, example));
        }
        return new Part(file, key, below, findings);
    }

    /** The maps of a list; what is none is noted. */
    List<YamlNode> maps(String key) {
        YamlNode below = node.get(key);
        if (node.has(key) && !below.isList()) {
            wrong(node.line(key), "'%s' of %s is no list".formatted(key, name), "each entry begins with \"- \"");
        }
        below.items().stream()
                .filter(item -> !item.isMap())
                .forEach(item -> wrong(
                        item.line(),
                        "an entry of '%s' is no map".formatted(key),
                        "it should be \"- name: value\", was \"%s\"".formatted(item.text())));
        return below.items().stream().filter(YamlNode::isMap).toList();
    }
}
