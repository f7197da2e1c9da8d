package dev.serai;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The marts that are answered by counts, beside the same questions answered by looking at every row. Has a connection of its
 * own, because a new one for each look would take longer than the look. Close after use.
 */
public final class PlainMarts implements AutoCloseable {

    private final Connection connection;
    private final String comparison;

    /** Makes the schema {@code plain} in the database of the hub. */
    public PlainMarts(Hub hub) throws SQLException, IOException {
        connection = hub.connect();
        try (InputStream sql = PlainMarts.class.getResourceAsStream("plain-marts.sql")) {
            execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
        comparison = rows(
                        "select relname from pg_class where relnamespace = 'plain'::regnamespace and relname <> 'message_count'")
                .stream()
                .map("""
                                select '%1$s: ' || who || ' ' || row_to_json(d)
                                from (
                                    select 'counts have' as who, * from (table mart.%1$s except all table plain.%1$s) counted
                                    union all
                                    select 'rows have', * from (table plain.%1$s except all table mart.%1$s) looked_at
                                ) d"""::formatted)
                .collect(Collectors.joining(" union all "));
    }

    /** Runs a statement that changes rows. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Rows that only one of the two has; none if the counts are right. One query, because now goes into the answers. */
    public List<String> differences() throws SQLException {
        return rows(comparison);
    }

    /** The first column of a query. */
    public List<String> rows(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(row.getString(1));
            }
            return rows;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
