package dev.serai.quality;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a check looks at, in the words that Soda, dbt and ODCS use. */
enum Rule {
    /** Rows there are. */
    ROW_COUNT(Dimension.COMPLETENESS, false),
    /** Rows without a value. */
    MISSING(Dimension.COMPLETENESS, true, "column", "missingValues", "by", "rowsAre"),
    /** Rows whose value is not among those that may be, too small, too large or of another form. */
    INVALID(Dimension.VALIDITY, true, "column", "validValues", "pattern", "validMin", "validMax", "by", "rowsAre"),
    /** Rows beyond the first with the same values. */
    DUPLICATE(Dimension.UNIQUENESS, true, "column", "columns", "rowsAre"),
    /** Rows whose value is in no row of another table. */
    REFERENCE(Dimension.CONSISTENCY, true, "column", "references", "by", "rowsAre"),
    /** How old the newest row is. */
    FRESHNESS(Dimension.TIMELINESS, false, "column"),
    /** Rows of the last whole period, as a percentage of what is usual. */
    VOLUME(Dimension.COMPLETENESS, false, "column", "period"),
    /** How far the values of late differ from those before: the population stability index. */
    DISTRIBUTION(Dimension.ACCURACY, false, "column"),
    /** Columns that are gone, not described or of another type. */
    SCHEMA(Dimension.CONSISTENCY, false),
    /** Whatever a query counts. */
    SQL(null, false, "query");

    private final @Nullable Dimension dimension;
    private final boolean countsRows;

    @SuppressWarnings("ImmutableEnumChecker") // what Set.of yields cannot be changed
    private final Set<String> keys;

    /**
     * @param dimension it belongs to unless the check says otherwise; null if it has to say
     * @param countsRows whether it finds out of how many rows how many are wrong
     * @param keys that it knows beside those of every check
     */
    Rule(@Nullable Dimension dimension, boolean countsRows, String... keys) {
        this.dimension = dimension;
        this.countsRows = countsRows;
        this.keys = Set.of(keys);
    }

    Optional<Dimension> dimension() {
        return Optional.ofNullable(dimension);
    }

    boolean countsRows() {
        return countsRows;
    }

    Set<String> keys() {
        return keys;
    }

    /** Whether only the newest rows may be looked at. */
    boolean hasWindow() {
        return countsRows || this == ROW_COUNT || this == DISTRIBUTION;
    }

    boolean hasFilter() {
        return this != SCHEMA && this != SQL;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Rule> of(String word) {
        return Arrays.stream(values()).filter(rule -> rule.word().equals(word)).findFirst();
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Rule::word).toList();
    }
}
