package dev.serai.quality;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs checks on one connection, each in a transaction of its own that cannot write and ends after a while.
 *
 * <p>A check that PostgreSQL refuses is broken; only a PostgreSQL that is away is an error. For one thread.
 */
final class CheckExecution {

    private static final String NUMBER_EXPECTED =
            "its query must yield one row whose first column is a number, or that has a column \"failed\", as in"
                    + " \"select count(*) as failed from {object} where …\"; ";

    private final Connection connection;
    private final int timeoutMs;

    /** @param timeoutMs after which a check is broken */
    CheckExecution(Connection connection, int timeoutMs) {
        this.connection = connection;
        this.timeoutMs = timeoutMs;
    }

    /**
     * Runs one check.
     *
     * @param before the instant up to which its last run saw rows; null if there was none
     */
    Outcome run(Check check, @Nullable Instant before) throws SQLException {
        Instant now = Instant.now();
        connection.setAutoCommit(false);
        try (Statement settings = connection.createStatement()) {
            settings.execute("set transaction isolation level repeatable read read only");
            settings.execute("set local statement_timeout = " + timeoutMs);
            now = now(settings);
            Outcome outcome = Outcome.of(check, row(check, CheckQuery.of(check, before)), now);
            connection.commit();
            return outcome;
        } catch (SQLException e) {
            if (isAway(e)) {
                throw e;
            }
            connection.rollback();
            return Outcome.broken(check, message(e), now);
        } catch (BrokenQueryException e) {
            connection.rollback();
            return Outcome.broken(check, String.valueOf(e.getMessage()), now);
        }
    }

    /** A query of a check that yields something else than a count. */
    private static final class BrokenQueryException extends Exception {

        private static final long serialVersionUID = 1L;

        BrokenQueryException(String message) {
            super(message);
        }
    }

    private static Instant now(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select now()")) {
            row.next();
            return row.getTimestamp(1).toInstant();
        }
    }

    private Outcome.Row row(Check check, CheckQuery query) throws SQLException, BrokenQueryException {
        try (PreparedStatement statement = connection.prepareStatement(query.sql())) {
            statement.setMaxRows(2);
            bind(statement, query.parameters());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new BrokenQueryException(NUMBER_EXPECTED + "it yielded no row");
                }
                Outcome.Row found = check.rule() == Rule.SQL ? free(row) : fixed(row);
                if (row.next()) {
                    throw new BrokenQueryException(NUMBER_EXPECTED + "it yielded several rows");
                }
                return found;
            }
        }
    }

    private void bind(PreparedStatement statement, List<Object> parameters) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            Object parameter = parameters.get(i);
            if (parameter instanceof String[] texts) {
                statement.setArray(i + 1, connection.createArrayOf("text", texts));
            } else {
                statement.setObject(i + 1, parameter);
            }
        }
    }

    private static Outcome.Row fixed(ResultSet row) throws SQLException {
        return new Outcome.Row(
                row.getLong("checked"),
                row.getLong("failed"),
                row.getBigDecimal("measured"),
                texts(row.getArray("keys")),
                instant(row.getTimestamp("since_at")),
                row.getString("segment"),
                row.getLong("segment_failed"),
                row.getLong("segments"),
                row.getBigDecimal("usual"),
                null);
    }

    private static Outcome.Row free(ResultSet row) throws SQLException, BrokenQueryException {
        Map<String, Integer> columns = new HashMap<>();
        ResultSetMetaData described = row.getMetaData();
        for (int i = 1; i <= described.getColumnCount(); i++) {
            columns.putIfAbsent(described.getColumnLabel(i).toLowerCase(Locale.ROOT), i);
        }
        BigDecimal failed = number(row, columns.getOrDefault("failed", 1));
        Integer checkedAt = columns.get("checked");
        BigDecimal checked = checkedAt == null ? null : number(row, checkedAt);
        Integer keysAt = columns.get("keys");
        Integer saysAt = columns.get("says");
        boolean nothing = checked != null && checked.signum() == 0;
        return new Outcome.Row(
                checked == null ? 0 : checked.longValue(),
                failed.longValue(),
                nothing ? null : failed,
                keysAt == null ? List.of() : texts(row.getArray(keysAt)),
                null,
                null,
                0,
                0,
                null,
                saysAt == null || nothing ? null : row.getString(saysAt));
    }

    private static BigDecimal number(ResultSet row, int column) throws SQLException, BrokenQueryException {
        Object value = row.getObject(column);
        if (value instanceof Number) {
            return new BigDecimal(value.toString());
        }
        throw new BrokenQueryException("%sits column \"%s\" is %s"
                .formatted(
                        NUMBER_EXPECTED,
                        row.getMetaData().getColumnLabel(column),
                        value == null ? "NULL" : "no number"));
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        if (array == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (Object each : (Object[]) array.getArray()) {
            if (each != null && texts.size() < CheckQuery.MOST_KEYS) {
                texts.add(each.toString());
            }
        }
        return texts;
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static String message(SQLException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
    }

    /** No connection, or one that PostgreSQL has ended: whatever the check, another try may go through. */
    private static boolean isAway(SQLException e) {
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        return state.isEmpty() || state.startsWith("08") || state.startsWith("57P");
    }
}
