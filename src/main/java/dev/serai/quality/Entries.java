package dev.serai.quality;

import dev.serai.dataset.CheckSource;
import dev.serai.dataset.Dataset;
import dev.serai.reload.Finding;
import dev.serai.settings.NearestName;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of one check; what is wrong with one is a finding that names it. For one thread. */
final class Entries {

    private final Dataset dataset;
    private final CheckSource source;
    private final List<Finding> findings;

    Entries(Dataset dataset, CheckSource source, List<Finding> findings) {
        this.dataset = dataset;
        this.source = source;
        this.findings = findings;
    }

    boolean has(String key) {
        return source.entries().get(key) != null;
    }

    Set<String> keys() {
        return source.entries().keySet();
    }

    void wrong(String key, String wrong, String right) {
        findings.add(new Finding(dataset.file(), source.line(key), wrong, right));
    }

    /** Complains about keys that are none of these. */
    void known(Collection<String> known, String what) {
        for (String key : keys()) {
            if (!known.contains(key)) {
                wrong(
                        key,
                        "%s has no key '%s'".formatted(what, key),
                        NearestName.of(key, known)
                                .map("did you mean '%s'?"::formatted)
                                .orElse("there are " + String.join(", ", known)));
            }
        }
    }

    /** A text; empty if there is none. */
    String text(String key, String example) {
        Object value = source.entries().get(key);
        if (value == null) {
            return "";
        }
        if (value instanceof String || value instanceof Boolean) {
            return value.toString().strip();
        }
        if (value instanceof BigDecimal number) {
            return Threshold.plain(number);
        }
        wrong(key, "'%s' is no text".formatted(key), "for example \"%s: %s\"".formatted(key, example));
        return "";
    }

    /** One of some words; the first of them if there is none, or none of them. */
    String word(String key, List<String> words, String otherwise) {
        String word = text(key, words.get(0));
        if (word.isEmpty()) {
            return otherwise;
        }
        if (words.contains(word)) {
            return word;
        }
        wrong(key, "'%s' is '%s'".formatted(key, word), meant(word, words));
        return otherwise;
    }

    static String meant(String word, Collection<String> words) {
        return NearestName.of(word, words)
                .map("did you mean '%s'?"::formatted)
                .orElse("it should be one of " + String.join(", ", words));
    }

    @Nullable
    BigDecimal number(String key, String example) {
        Object value = source.entries().get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof BigDecimal number) {
            return number;
        }
        wrong(
                key,
                "'%s' is no number, was '%s'".formatted(key, value),
                "for example \"%s: %s\"".formatted(key, example));
        return null;
    }

    /** Texts of a list, or of one value. */
    List<String> texts(String key, String example) {
        Object value = source.entries().get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list
                && !list.isEmpty()
                && list.stream()
                        .allMatch(each ->
                                each instanceof String || each instanceof BigDecimal || each instanceof Boolean)) {
            return list.stream()
                    .map(each -> each instanceof BigDecimal number ? Threshold.plain(number) : String.valueOf(each))
                    .toList();
        }
        wrong(key, "'%s' is no list of values".formatted(key), "for example \"%s: %s\"".formatted(key, example));
        return List.of();
    }

    /** Two numbers, the lesser first; empty if they are not that. */
    List<BigDecimal> range(String key) {
        Object value = source.entries().get(key);
        if (value instanceof List<?> list
                && list.size() == 2
                && list.get(0) instanceof BigDecimal first
                && list.get(1) instanceof BigDecimal second
                && first.compareTo(second) <= 0) {
            return List.of(first, second);
        }
        wrong(
                key,
                "'%s' is '%s'".formatted(key, value),
                "it should be two numbers, the lesser first, as in \"%s: [50, 200]\"".formatted(key));
        return List.of();
    }

    /** A column of the dataset; empty if it is none. */
    String column(String key, String name) {
        List<String> names =
                dataset.columns().stream().map(dev.serai.dataset.Column::name).toList();
        if (!name.isEmpty() && !names.contains(name)) {
            wrong(key, "%s has no column '%s'".formatted(dataset.table(), name), meant(name, names));
            return "";
        }
        return name;
    }
}
