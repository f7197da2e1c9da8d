package dev.serai.rebuild;

import dev.serai.rebuild.RebuildRequest.Mode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * The tables beside the tables in use: made, compared, and put in their place. Errors: {@link SQLException}. Thread-safe.
 */
public final class ShadowTables {

    private static final int LONGEST_MS = 600_000;

    private final DataSource postgres;

    /** By shadow: the last load that had begun when it was prepared. */
    private final Map<String, Long> preparedAfter = new ConcurrentHashMap<>();

    public ShadowTables(DataSource postgres) {
        this.postgres = postgres;
    }

    /** An {@link IllegalArgumentException} if neither the table nor a shadow that tells its columns is there. */
    void requireTable(RebuildRequest request) throws SQLException {
        try (Connection connection = postgres.getConnection()) {
            if (!TableShape.exists(connection, request.dataset()) && !TableShape.exists(connection, request.shadow())) {
                throw new IllegalArgumentException("there is no table %s".formatted(request.dataset()));
            }
        }
    }

    /** Makes an empty shadow with the columns of the table; of a table that is lost, with those it had. */
    public void prepare(RebuildRequest request) throws SQLException {
        try (Connection connection = postgres.getConnection();
                Statement statement = connection.createStatement()) {
            if (TableShape.exists(connection, request.dataset())) {
                statement.execute("drop table if exists " + request.shadow());
                statement.execute("create unlogged table %s (like %s including all)"
                        .formatted(request.shadow(), request.dataset()));
                statement.execute("comment on table %s is '%s as the last rebuild loaded it'"
                        .formatted(request.shadow(), request.dataset()));
            } else {
                statement.execute("truncate " + request.shadow());
            }
            preparedAfter.put(request.shadow(), lastLoad(statement));
        }
    }

    private static long lastLoad(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select coalesce(max(load_id), 0) from ops.load")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Compares, changes the table if the mode says so, and yields lines for a person. All in one transaction. */
    public String finish(RebuildRequest request) throws SQLException {
        try (Connection connection = postgres.getConnection()) {
            connection.setAutoCommit(false);
            try {
                String lines = finish(connection, request);
                connection.commit();
                return lines;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private String finish(Connection connection, RebuildRequest request) throws SQLException {
        boolean lost = !TableShape.exists(connection, request.dataset());
        try (Statement statement = connection.createStatement()) {
            // Longer than a load may take; the pool puts its own bound back.
            connection.setNetworkTimeout(Runnable::run, LONGEST_MS);
            if (request.mode() != Mode.COMPARE) {
                if (lost) {
                    statement.execute(
                            "create table %s (like %s including all)".formatted(request.dataset(), request.shadow()));
                }
                statement.execute("lock table %s in share row exclusive mode".formatted(request.dataset()));
            }
            statement.execute("analyze " + request.shadow());
            TableShape shape = TableShape.of(connection, request.shadow());
            Difference difference = new Difference(
                    request,
                    shape,
                    Certificates.condition(connection, request.dataset()),
                    lost && request.mode() == Mode.COMPARE,
                    preparedAfter.getOrDefault(request.shadow(), Long.MAX_VALUE));
            List<String> lines = new ArrayList<>(difference.lines(statement));
            if (lost) {
                lines.add(0, "%s was not there".formatted(request.dataset()));
            }
            lines.add(difference.apply(statement));
            preparedAfter.remove(request.shadow());
            return String.join("\n", lines);
        }
    }

    static String word(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
