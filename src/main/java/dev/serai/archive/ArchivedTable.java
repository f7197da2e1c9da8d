package dev.serai.archive;

import dev.serai.landing.LandingZone;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Declares the archive of one table. Immutable and thread-safe.
 *
 * <p>A table that is partitioned needs a function {@code <schema>.ensure_partition(date)}, which a restore calls.
 *
 * @param dataset schema and table: {@code ads.impression}
 * @param timeColumn a timestamptz that tells a row's age; rows without it, or with an infinite one, are never archived
 * @param keyColumns what is unique together
 * @param age rows older than this leave the table
 * @param zone bucket and prefix of the objects
 * @param rowsPerObject the most rows an object holds
 * @param condition a condition of SQL on the table's columns; old rows that do not fulfil it stay
 */
public record ArchivedTable(
        String dataset,
        String timeColumn,
        List<String> keyColumns,
        Duration age,
        LandingZone zone,
        int rowsPerObject,
        String condition) {

    /** Large enough for few objects, small enough that one delete is a matter of seconds. */
    public static final int ROWS_PER_OBJECT = 1_000_000;

    /** The condition of a table whose every old row leaves. */
    public static final String EVERY_ROW = "true";

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");

    public ArchivedTable {
        String[] parts = dataset.split("\\.", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "an archived table must be named with its schema such as ads.impression, was \"%s\""
                            .formatted(dataset));
        }
        requireName(parts[0]);
        requireName(parts[1]);
        requireName(timeColumn);
        keyColumns = List.copyOf(keyColumns);
        keyColumns.forEach(ArchivedTable::requireName);
        if (keyColumns.isEmpty() || age.isNegative() || age.isZero() || rowsPerObject < 1) {
            throw new IllegalArgumentException(
                    "the archive of %s must have a key, an age and rows per object above 0, were %s, %s, %d"
                            .formatted(dataset, keyColumns, age, rowsPerObject));
        }
    }

    /**
     * As a route declares it.
     *
     * @param key column or columns, comma separated
     * @param afterDays age in days
     * @param zone such as {@code s3://ad-data/archive/}
     */
    public ArchivedTable(String dataset, String timeColumn, String key, int afterDays, String zone) {
        this(dataset, timeColumn, key, afterDays, zone, EVERY_ROW);
    }

    /**
     * As a route declares it, for a part of a table.
     *
     * @param condition which of the old rows leave
     */
    public ArchivedTable(String dataset, String timeColumn, String key, int afterDays, String zone, String condition) {
        this(
                dataset,
                timeColumn,
                List.of(key.split("\\s*,\\s*", -1)),
                Duration.ofDays(afterDays),
                LandingZone.of(zone),
                ROWS_PER_OBJECT,
                condition);
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a table or column of the archive must be named in lower snake case, was \"%s\"".formatted(name));
        }
    }
}
