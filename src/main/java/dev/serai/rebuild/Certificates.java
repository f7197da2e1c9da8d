package dev.serai.rebuild;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What the archive has taken out of a table, as far as its certificates tell. */
final class Certificates {

    private Certificates() {}

    /**
     * A condition on a row {@code s} of the shadow: whether it was in the table when a certificate was made out that its
     * time falls into. Without an archive of the dataset it is never so.
     */
    static String condition(Connection connection, String dataset) throws SQLException {
        if (!TableShape.exists(connection, "ops.archive")) {
            return "false";
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "select quote_ident(max(time_column)), quote_literal(?) from ops.archive where dataset = ? and state = 'deleted'")) {
            statement.setString(1, dataset);
            statement.setString(2, dataset);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String time = row.getString(1);
                return time == null ? "false" : """
                        exists (select from ops.archive a
                                join ops.load b on b.raw_object = s.raw_object and b.loaded_at < a.planned_at
                                where a.dataset = %s and a.state = 'deleted' and s.%s between a.first_at and a.last_at)""".formatted(row.getString(2), time);
            }
        }
    }
}
