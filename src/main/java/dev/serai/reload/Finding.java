package dev.serai.reload;

import java.util.Comparator;

/**
 * One thing that is wrong in the route files. Immutable.
 *
 * @param file the file as a person would open it: {@code routes/users/users-load.camel.yaml}
 * @param line counted from 1
 * @param wrong what is wrong
 * @param right what would be right: the name that was probably meant, or an example
 */
public record Finding(String file, int line, String wrong, String right) implements Comparable<Finding> {

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file)
            .thenComparingInt(Finding::line)
            .thenComparing(Finding::wrong)
            .thenComparing(Finding::right);

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }

    /** One line, in the form that editors and CI make a link of. */
    @Override
    public String toString() {
        return "%s:%d: %s; %s".formatted(file, line, wrong, right);
    }
}
