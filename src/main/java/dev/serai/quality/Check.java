package dev.serai.quality;

import dev.serai.dataset.Dataset;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A check of a dataset, as its file declares it. Immutable.
 *
 * @param id unique and the same as long as the file says the same: {@code users.profile.email.missing}
 * @param line of the file of the dataset
 * @param columns it looks at; none for one about the whole table
 * @param description what it is for; empty if the file does not say
 * @param window rows that are looked at; null for all
 * @param filter SQL condition of the rows that are looked at; empty for all
 */
record Check(
        String id,
        Dataset dataset,
        int line,
        Rule rule,
        List<String> columns,
        String description,
        Dimension dimension,
        Severity severity,
        Threshold threshold,
        @Nullable Window window,
        String filter,
        Details details) {

    /** How bad it is if the threshold is not kept. */
    enum Severity {
        WARNING,
        ERROR;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What only some rules have.
     *
     * @param validValues all that there may be; empty if that is not asked
     * @param pattern regular expression of PostgreSQL that a value has to match; empty for any
     * @param missingValues texts that stand for no value
     * @param references table and column, {@code users.profile.uid}; empty for none
     * @param by column whose values tell rows apart in the sentence; empty for none
     * @param rowsAre what its rows are called: readings
     * @param period of a volume
     * @param query of a rule {@code sql}; empty for none
     */
    record Details(
            List<String> validValues,
            String pattern,
            @Nullable BigDecimal validMin,
            @Nullable BigDecimal validMax,
            List<String> missingValues,
            String references,
            String by,
            String rowsAre,
            Duration period,
            String query) {}

    /** The only column. */
    String column() {
        return columns.get(0);
    }

    /** Where it stands: {@code routes/users/users.dataset.yaml:40}. */
    String at() {
        return dataset.file() + ":" + line;
    }

    Optional<Window> rows() {
        return Optional.ofNullable(window);
    }
}
