package dev.serai.archive;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The columns of archived rows in order, and how SQL says them. Immutable. */
record RowSchema(List<Column> columns) {

    /** How PostgreSQL and DuckDB write and read rows for each other; NULL is not an empty text. */
    private static final String CSV = "format csv, null '\\N', encoding 'UTF8'";

    RowSchema {
        columns = List.copyOf(columns);
    }

    /**
     * The columns that a table has now.
     *
     * <p>An {@link ArchiveException} names every reason why the table cannot be archived as declared.
     */
    static RowSchema of(Connection connection, ArchivedTable table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select attname, format_type(atttypid, atttypmod), attgenerated <> ''
                from pg_attribute where attrelid = to_regclass(?) and attnum > 0 and not attisdropped
                order by attnum""")) {
            statement.setString(1, table.dataset());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Column column = new Column(row.getString(1), row.getString(2));
                    columns.add(column);
                    if (row.getBoolean(3)) {
                        complaints.add("column %s is generated".formatted(column.name()));
                    } else if (column.duckType().isEmpty()) {
                        complaints.add("column %s is of type %s; what can be kept: %s"
                                .formatted(column.name(), column.type(), Column.KNOWN));
                    }
                }
            }
        }
        if (columns.isEmpty()) {
            complaints.add("there is no such table");
        } else {
            if (!columns.contains(new Column(table.timeColumn(), "timestamp with time zone"))) {
                complaints.add("it has no timestamptz column %s".formatted(table.timeColumn()));
            }
            if (!isUnique(connection, table)) {
                complaints.add("no unique, not null index is on exactly (%s)"
                        .formatted(String.join(", ", table.keyColumns())));
            }
        }
        if (!complaints.isEmpty()) {
            throw new ArchiveException(
                    ArchiveException.DECLARATION,
                    "%s cannot be archived: %s".formatted(table.dataset(), String.join("; ", complaints)));
        }
        return new RowSchema(columns);
    }

    private static boolean isUnique(Connection connection, ArchivedTable table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select exists (
                    select from pg_index i
                    cross join lateral (
                        select array_agg(a.attname::text order by a.attname::text) as names, bool_and(a.attnotnull) as filled
                        from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any (i.indkey)
                    ) k
                    where i.indrelid = to_regclass(?) and i.indisunique and i.indisvalid and i.indpred is null
                      and i.indexprs is null and i.indnkeyatts = i.indnatts and k.filled
                      and k.names = (select array_agg(n order by n) from unnest(?) n))""")) {
            statement.setString(1, table.dataset());
            statement.setArray(
                    2, connection.createArrayOf("text", table.keyColumns().toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** {@code "a", "b"}. */
    String names() {
        return list(Column::quoted);
    }

    /** {@code x."a", x."b"}. */
    String names(String alias) {
        return list(column -> alias + "." + column.quoted());
    }

    /** {@code "a" text, "b" uuid}. */
    String definitions() {
        return list(column -> column.quoted() + " " + column.type());
    }

    /** {@code {'a': 'VARCHAR', 'b': 'UUID'}}. */
    String duckTypes() {
        return "{"
                + list(column -> "'%s': '%s'"
                        .formatted(
                                column.name().replace("'", "''"),
                                column.duckType().orElseThrow()))
                + "}";
    }

    String copyOut() {
        return "(%s%s)".formatted(CSV, forceQuote());
    }

    static String copyIn() {
        return "(" + CSV + ")";
    }

    /** Text is always in quotes, so that none looks like a NULL or the end of the data. */
    String forceQuote() {
        String texts =
                columns.stream().filter(Column::isText).map(Column::quoted).collect(Collectors.joining(", "));
        return texts.isEmpty() ? "" : ", force_quote (" + texts + ")";
    }

    /**
     * The time column, then those of the key that it is not, as SQL orders by them: texts by their bytes, whatever the
     * collation of their column and of the database that reads them back.
     */
    String order(String timeColumn, List<String> keyColumns, String direction) {
        return orderColumns(timeColumn, keyColumns).stream()
                .map(column -> column.quoted() + (column.isCollated() ? " collate \"C\"" : "") + direction)
                .collect(Collectors.joining(", "));
    }

    List<Column> orderColumns(String timeColumn, List<String> keyColumns) {
        return Stream.concat(Stream.of(timeColumn), keyColumns.stream())
                .distinct()
                .map(this::column)
                .toList();
    }

    private Column column(String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no column %s in %s".formatted(name, columns)));
    }

    static String quoted(List<String> names) {
        return names.stream().map(Column::quote).collect(Collectors.joining(", "));
    }

    private String list(Function<Column, String> form) {
        return columns.stream().map(form).collect(Collectors.joining(", "));
    }
}
