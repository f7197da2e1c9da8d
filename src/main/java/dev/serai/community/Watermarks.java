package dev.serai.community;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * How far the readers of the community are, in {@code ops.watermark}.
 *
 * <p>A value is the version under which it was reached and a place. What comes with rows is written by the load that writes
 * them; this writes only where there is nothing to load. Errors: {@link SQLException}. Thread-safe.
 */
final class Watermarks {

    /** Twenty digits, so that values sort as their versions do. */
    private static final int DIGITS = 20;

    private static final String PIPELINE = "community";

    private final DataSource postgres;

    Watermarks(DataSource postgres) {
        this.postgres = postgres;
    }

    /**
     * Where to go on.
     *
     * @param place empty for none
     */
    record Mark(long version, String place) {}

    static String value(long version, String place) {
        return String.format(Locale.ROOT, "%020d %s", version, place);
    }

    Optional<Mark> read(String name) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select value from ops.watermark where pipeline = ? and name = ?")) {
            statement.setString(1, PIPELINE);
            statement.setString(2, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(mark(row.getString(1))) : Optional.empty();
            }
        }
    }

    private static Mark mark(String value) {
        return new Mark(Long.parseLong(value.substring(0, DIGITS)), value.substring(DIGITS + 1));
    }

    /** Writes a place unless there is one with a larger version. */
    void write(String name, long version, String place) throws SQLException {
        upsert("where w.value collate \"C\" < excluded.value collate \"C\"", name, version, place);
    }

    /** Writes a place whatever is there. */
    void replace(String name, long version, String place) throws SQLException {
        upsert("", name, version, place);
    }

    private void upsert(String condition, String name, long version, String place) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        insert into ops.watermark as w (pipeline, name, value) values (?, ?, ?)
                        on conflict (pipeline, name) do update set value = excluded.value, updated_at = now()
                        """ + condition)) {
            statement.setString(1, PIPELINE);
            statement.setString(2, name);
            statement.setString(3, value(version, place));
            statement.executeUpdate();
        }
    }

    void remove(String name) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("delete from ops.watermark where pipeline = ? and name = ?")) {
            statement.setString(1, PIPELINE);
            statement.setString(2, name);
            statement.executeUpdate();
        }
    }
}
