package dev.serai.dataset;

import dev.serai.reload.Finding;
import dev.serai.settings.NearestName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Utils;

/**
 * The tables and views of a database beside their descriptions: what is not described, described and gone, or of another
 * type; and the COMMENTs that make them equal. Read once; for one thread.
 */
public final class Descriptions {

    /** Their tables need no description unless they have one: the book, shadows of a rebuild, Flyway's own. */
    private static final List<String> EXEMPT = List.of("ops", "rebuild", "public", "information_schema");

    private static final String COLUMNS = """
            select n.nspname || '.' || c.relname as name, n.nspname as schema, c.relkind in ('v', 'm') as view, obj_description(c.oid, 'pg_class') as comment,
                   a.attname as column, format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as column_comment
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition and n.nspname !~ '^pg_'
            order by name, a.attnum""";

    private final Map<String, Table> tables = new TreeMap<>();

    private record Table(
            String schema, boolean view, @Nullable String comment, Map<String, Actual> columns) {}

    private record Actual(String type, @Nullable String comment) {}

    private Descriptions() {}

    /** What a database has. */
    public static Descriptions of(Connection connection) throws SQLException {
        Descriptions descriptions = new Descriptions();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                String schema = row.getString("schema");
                boolean view = row.getBoolean("view");
                String comment = row.getString("comment");
                descriptions
                        .tables
                        .computeIfAbsent(
                                row.getString("name"), name -> new Table(schema, view, comment, new LinkedHashMap<>()))
                        .columns()
                        .put(
                                row.getString("column"),
                                new Actual(row.getString("type"), row.getString("column_comment")));
            }
        }
        return descriptions;
    }

    /** Where files and database differ. A table nobody has described is a finding of {@code missing}. */
    public List<Finding> differences(Datasets datasets, String missing) {
        List<Finding> findings = new ArrayList<>();
        tables.forEach((name, table) -> {
            if (!EXEMPT.contains(table.schema()) && datasets.of(name).isEmpty()) {
                findings.add(new Finding(
                        missing,
                        1,
                        "%s is not described".formatted(name),
                        "beside the route that fills it there should be %s%s".formatted(name, Datasets.SUFFIX)));
            }
        });
        for (Dataset dataset : datasets.all()) {
            Table table = tables.get(dataset.table());
            if (table == null) {
                findings.add(
                        new Finding(
                                dataset.file(),
                                1,
                                "there is no %s".formatted(dataset.table()),
                                NearestName.of(dataset.table(), tables.keySet())
                                        .map("did you mean %s?"::formatted)
                                        .orElse(
                                                "a table is made by a migration; for one that is gone the file should go too")));
            } else {
                differences(dataset, table, findings);
            }
        }
        return findings.stream().sorted().toList();
    }

    private static void differences(Dataset dataset, Table table, List<Finding> findings) {
        if (dataset.view() != table.view()) {
            findings.add(new Finding(
                    dataset.file(),
                    1,
                    "%s is a %s".formatted(dataset.table(), table.view() ? "view" : "table"),
                    "it should be \"physicalType: %s\"".formatted(table.view() ? "view" : "table")));
        }
        for (Column column : dataset.columns()) {
            Actual actual = table.columns().get(column.name());
            if (actual == null) {
                findings.add(new Finding(
                        dataset.file(),
                        column.line(),
                        "%s has no column '%s'".formatted(dataset.table(), column.name()),
                        NearestName.of(column.name(), table.columns().keySet())
                                .map("did you mean '%s'?"::formatted)
                                .orElse("there are "
                                        + String.join(", ", table.columns().keySet()))));
            } else if (!actual.type().equals(column.physicalType())) {
                findings.add(new Finding(
                        dataset.file(),
                        column.line(),
                        "'%s' is of type %s".formatted(column.name(), actual.type()),
                        "it should be \"physicalType: %s\"".formatted(actual.type())));
            }
        }
        table.columns().keySet().stream()
                .filter(name -> dataset.column(name).isEmpty())
                .forEach(name -> findings.add(new Finding(
                        dataset.file(),
                        1,
                        "column '%s' is not described".formatted(name),
                        "under properties there should be \"- name: %s\"".formatted(name))));
    }

    /** The statements that bring the comments up to date; none if they are. What the database has not is left out. */
    public List<String> comments(Datasets datasets) throws SQLException {
        List<String> statements = new ArrayList<>();
        for (Dataset dataset : datasets.all()) {
            Table table = tables.get(dataset.table());
            if (table == null) {
                continue;
            }
            if (!dataset.description().equals(table.comment())) {
                statements.add("comment on %s %s is '%s'"
                        .formatted(table.view() ? "view" : "table", dataset.table(), literal(dataset.description())));
            }
            for (Column column : dataset.columns()) {
                Actual actual = table.columns().get(column.name());
                if (actual != null && !column.description().equals(actual.comment())) {
                    statements.add("comment on column %s.%s is '%s'"
                            .formatted(
                                    dataset.table(),
                                    Utils.escapeIdentifier(null, column.name()),
                                    literal(column.description())));
                }
            }
        }
        return statements;
    }

    private static String literal(String text) throws SQLException {
        return Utils.escapeLiteral(null, text, true).toString();
    }
}
