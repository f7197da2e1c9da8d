package dev.serai.archive;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A column as PostgreSQL names its type, and as Parquet keeps it. Immutable.
 *
 * @param type as {@code format_type} writes it: {@code numeric(10,2)}
 */
record Column(String name, String type) {

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("text", "VARCHAR"),
            Map.entry("jsonb", "VARCHAR"),
            Map.entry("uuid", "UUID"),
            Map.entry("boolean", "BOOLEAN"),
            Map.entry("smallint", "SMALLINT"),
            Map.entry("integer", "INTEGER"),
            Map.entry("bigint", "BIGINT"),
            Map.entry("real", "REAL"),
            Map.entry("double precision", "DOUBLE"),
            Map.entry("date", "DATE"),
            Map.entry("timestamp with time zone", "TIMESTAMPTZ"),
            // as many digits as there are, which no number of DuckDB has room for
            Map.entry("numeric", "VARCHAR"));
    private static final Pattern NUMERIC = Pattern.compile("numeric\\((\\d+),(\\d+)\\)");
    private static final Pattern VARCHAR = Pattern.compile("character varying(\\(\\d+\\))?");
    private static final int LARGEST_PRECISION = 38;

    static final String KNOWN =
            "text, varchar, jsonb, uuid, boolean, smallint, integer, bigint, real, double precision,"
                    + " numeric (as text), numeric(p,s) up to 38 digits, date, timestamptz";

    /** The type in DuckDB; nothing for one that cannot be kept without loss. */
    Optional<String> duckType() {
        Matcher numeric = NUMERIC.matcher(type);
        if (numeric.matches()) {
            int precision = Integer.parseInt(numeric.group(1));
            int scale = Integer.parseInt(numeric.group(2));
            return precision <= LARGEST_PRECISION && scale <= precision
                    ? Optional.of("DECIMAL(%d,%d)".formatted(precision, scale))
                    : Optional.empty();
        }
        return VARCHAR.matcher(type).matches() ? Optional.of("VARCHAR") : Optional.ofNullable(TYPES.get(type));
    }

    /** A number of any precision, which is kept as text. */
    boolean isUnboundedNumber() {
        return type.equals("numeric");
    }

    /** Whether the order of its values depends on a collation. */
    boolean isCollated() {
        return type.equals("text") || VARCHAR.matcher(type).matches();
    }

    boolean isText() {
        return duckType().filter("VARCHAR"::equals).isPresent();
    }

    /** Quoted, for SQL of either database. */
    String quoted() {
        return quote(name);
    }

    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
