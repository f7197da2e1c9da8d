package dev.serai.prove;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a journal with what is there.
 *
 * <p>Lost: acknowledged, and in no table and no dead letter; or not in the lake. Duplicated: there more than once, tables
 * and dead letters taken together. Wrong: there with another content, never sent, in the wrong place, or there although its
 * source has deleted it. Pure.
 */
final class Comparison {

    private static final int SAMPLES = 8;

    private final String pipeline;
    private final Expected expected;
    private final List<String> samples = new ArrayList<>();
    private final Map<String, Integer> times = new HashMap<>();
    private final Set<String> inWrong = new HashSet<>();
    private long lost;
    private long wrong;

    private Comparison(String pipeline, Expected expected) {
        this.pipeline = pipeline;
        this.expected = expected;
    }

    static Tally of(String pipeline, Expected expected, Found found) {
        Comparison comparison = new Comparison(pipeline, expected);
        found.rows().forEach(comparison::row);
        found.letters().forEach(comparison::letter);
        comparison.missing(found.raw());
        long duplicated = comparison.times.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .peek(entry -> comparison.note("duplicated", entry.getKey(), entry.getValue() + " times"))
                .count();
        return new Tally(
                expected.sent().size(),
                expected.acknowledged().size(),
                found.rows().size(),
                found.letters().size(),
                comparison.lost,
                duplicated,
                comparison.wrong,
                List.copyOf(comparison.samples));
    }

    private void row(Entry row) {
        times.merge(row.key(), 1, Integer::sum);
        String sent = expected.sent().get(row.key());
        if (sent == null) {
            wrong(row.key(), "never sent: " + row.content());
        } else if (expected.poison().contains(row.key())) {
            wrong(row.key(), "no table can take it, and one has: " + row.content());
        } else if (expected.deleted().contains(row.key())) {
            wrong(row.key(), "deleted at its source, and still there");
        } else if (!sent.equals(row.content())) {
            wrong(row.key(), "sent %s, stored %s".formatted(sent, row.content()));
        }
    }

    private void letter(Entry letter) {
        times.merge(letter.key(), 1, Integer::sum);
        if (!expected.sent().containsKey(letter.key())) {
            wrong(letter.key(), "never sent, and a dead letter: " + letter.content());
        } else if (!expected.poison().contains(letter.key())) {
            wrong(letter.key(), "good, and a dead letter");
        }
    }

    private void missing(Set<Entry> raw) {
        for (String key : expected.acknowledged()) {
            if (expected.deleted().contains(key)) {
                continue;
            }
            if (!times.containsKey(key)) {
                lost++;
                note("lost", key, "in no table and no dead letter");
            } else if (!raw.contains(new Entry(key, expected.sent().getOrDefault(key, "")))) {
                lost++;
                note("lost", key, "not in the lake as it was sent");
            }
        }
    }

    private void wrong(String key, String why) {
        if (inWrong.add(key)) {
            wrong++;
            note("wrong", key, why);
        }
    }

    private void note(String word, String key, String why) {
        if (samples.size() < SAMPLES) {
            samples.add("%s: %s %s: %s".formatted(pipeline, word, key, why));
        }
    }
}
