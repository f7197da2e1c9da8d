package dev.serai.reload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What of the route files is in force in this process, and what is wrong with those that are not, in {@code
 * ops.route_version} and {@code ops.route_finding}. Errors: {@link SQLException} while PostgreSQL is away. Thread-safe.
 */
final class RouteVersions {

    private final DataSource postgres;
    private final String node;

    /** @param node this process, as in {@code ops.run} */
    RouteVersions(DataSource postgres, String node) {
        this.postgres = postgres;
        this.node = node;
    }

    /** A route that is in force since an instant. */
    record Version(String file, String version, Instant appliedAt) {}

    /** The version of a file's route: of all that goes into it. */
    static String of(RouteFile file, RouteFiles files, Collection<RouteFile> all) {
        List<String> paths = new ArrayList<>(List.of(file.path()));
        file.resources().forEach(resource -> paths.add(resource.path()));
        all.stream().filter(RouteFile::concernsAll).forEach(each -> paths.add(each.path()));
        return files.hash(paths.toArray(String[]::new));
    }

    /** Replaces what is known of this process. */
    void write(Map<String, Version> versions, Collection<Finding> findings, Instant checkedAt) throws SQLException {
        try (Connection connection = postgres.getConnection()) {
            connection.setAutoCommit(false);
            try {
                for (String table : List.of("ops.route_version", "ops.route_finding")) {
                    try (PreparedStatement delete =
                            connection.prepareStatement("delete from %s where node = ?".formatted(table))) {
                        delete.setString(1, node);
                        delete.executeUpdate();
                    }
                }
                insert(connection, versions);
                insert(connection, findings, checkedAt);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private void insert(Connection connection, Map<String, Version> versions) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into ops.route_version (node, route, file, version, applied_at) values (?, ?, ?, ?, ?)")) {
            for (Map.Entry<String, Version> version : versions.entrySet()) {
                insert.setString(1, node);
                insert.setString(2, version.getKey());
                insert.setString(3, version.getValue().file());
                insert.setString(4, version.getValue().version());
                insert.setTimestamp(5, Timestamp.from(version.getValue().appliedAt()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void insert(Connection connection, Collection<Finding> findings, Instant checkedAt) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into ops.route_finding (node, file, line, problem, remedy, found_at) values (?, ?, ?, ?, ?, ?)")) {
            for (Finding finding : findings) {
                insert.setString(1, node);
                insert.setString(2, finding.file());
                insert.setInt(3, finding.line());
                insert.setString(4, finding.wrong());
                insert.setString(5, finding.right());
                insert.setTimestamp(6, Timestamp.from(checkedAt));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
