package dev.serai.rebuild;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The columns of a table, each quoted as SQL needs it.
 *
 * @param key those of the primary key
 * @param content those that came from the source and are not in the key
 * @param all all of them, in order
 */
record TableShape(List<String> key, List<String> content, List<String> all) {

    /** What the hub itself writes beside a record: two loads of the same record differ in it. */
    private static final Set<String> BOOKKEEPING = Set.of("ingested_at", "changed_at", "run_id", "raw_object");

    static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?) is not null")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    static TableShape of(Connection connection, String table) throws SQLException {
        List<String> key = new ArrayList<>();
        List<String> content = new ArrayList<>();
        List<String> all = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select a.attname, quote_ident(a.attname), coalesce(a.attnum = any (i.indkey), false)
                from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
                where a.attrelid = cast(? as regclass) and a.attnum > 0 and not a.attisdropped order by a.attnum""")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    all.add(row.getString(2));
                    if (row.getBoolean(3)) {
                        key.add(row.getString(2));
                    } else if (!BOOKKEEPING.contains(row.getString(1))) {
                        content.add(row.getString(2));
                    }
                }
            }
        }
        if (key.isEmpty() || !all.contains("raw_object")) {
            throw new IllegalStateException(
                    "a table that is rebuilt needs a primary key and a column raw_object; %s has not".formatted(table));
        }
        return new TableShape(key, content, all);
    }
}
