package dev.serai.prove;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a comparison counted, in records.
 *
 * @param samples some of those that are lost, double or wrong, for a person
 */
record Tally(
        long sent,
        long acknowledged,
        long stored,
        long deadLetters,
        long lost,
        long duplicated,
        long wrong,
        List<String> samples) {

    static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0, List.of());

    private static final int SAMPLES = 8;

    boolean isClean() {
        return lost == 0 && duplicated == 0 && wrong == 0;
    }

    Tally plus(Tally other) {
        return new Tally(
                sent + other.sent,
                acknowledged + other.acknowledged,
                stored + other.stored,
                deadLetters + other.deadLetters,
                lost + other.lost,
                duplicated + other.duplicated,
                wrong + other.wrong,
                Stream.concat(samples.stream(), other.samples.stream())
                        .limit(SAMPLES)
                        .toList());
    }

    /** What came since; what was lost before counts once. */
    Tally since(Tally before) {
        return new Tally(
                sent - before.sent,
                acknowledged - before.acknowledged,
                stored - before.stored,
                deadLetters - before.deadLetters,
                Math.max(0, lost - before.lost),
                Math.max(0, duplicated - before.duplicated),
                Math.max(0, wrong - before.wrong),
                samples);
    }

    /** Each complaint counts as a record that is wrong. */
    Tally withComplaints(List<String> complaints) {
        List<String> all = new ArrayList<>(complaints);
        all.addAll(samples);
        return new Tally(sent, acknowledged, stored, deadLetters, lost, duplicated, wrong + complaints.size(), all);
    }
}
