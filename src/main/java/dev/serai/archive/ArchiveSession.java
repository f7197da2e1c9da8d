package dev.serai.archive;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * The one session that may move rows of a table between PostgreSQL and its archive.
 *
 * <p>The lock is held by the session that deletes: if the session is lost, so is the lock, and nothing more can be deleted
 * by whoever had it. Not thread-safe.
 */
final class ArchiveSession implements AutoCloseable {

    /** Opens a connection of its own, not one of a pool: its lock and its temporary tables end with it. */
    @FunctionalInterface
    public interface Connections {
        Connection open(String purpose) throws SQLException;
    }

    /** How long to wait for a session of a killed process that PostgreSQL has not noticed yet. */
    private static final String PATIENCE = "3s";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String CLASS = "hashtext('serai archive')";

    private final Connection connection;

    private ArchiveSession(Connection connection) {
        this.connection = connection;
    }

    /** Takes the lock of a table; an {@link ArchiveException} says who has it. */
    static ArchiveSession lock(Connections connections, String dataset) throws SQLException {
        Connection connection = plain(connections, "archive " + dataset);
        try {
            acquire(connection, dataset);
            return new ArchiveSession(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection that writes values in the one form that checksums are made of. */
    static Connection plain(Connections connections, String purpose) throws SQLException {
        Connection connection = connections.open(purpose);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'; set datestyle = 'ISO'; set extra_float_digits = 1");
            statement.execute("set work_mem = '64MB'"); // one object's rows are sorted and joined with few spills
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    static CopyManager copy(Connection connection) throws SQLException {
        return new CopyManager(connection.unwrap(BaseConnection.class));
    }

    private static void acquire(Connection connection, String dataset) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement lock =
                        connection.prepareStatement("select pg_advisory_lock(%s, hashtext(?))".formatted(CLASS))) {
            statement.execute("set lock_timeout = '%s'".formatted(PATIENCE));
            lock.setString(1, dataset);
            lock.execute();
            statement.execute("set lock_timeout = default");
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new ArchiveException(ArchiveException.BUSY, holder(connection, dataset));
            }
            throw e;
        }
    }

    private static String holder(Connection connection, String dataset) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select format('%%s (process %%s of PostgreSQL, from %%s) since %%s', a.application_name, a.pid,
                              coalesce(host(a.client_addr), 'this machine'), to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'))
                from pg_locks l join pg_stat_activity a using (pid)
                where l.locktype = 'advisory' and l.granted and l.objsubid = 2
                  and l.database = (select oid from pg_database where datname = current_database())
                  and l.classid = (%1$s::bigint & 4294967295)::oid and l.objid = (hashtext(?)::bigint & 4294967295)::oid""".formatted(CLASS))) {
            statement.setString(1, dataset);
            try (ResultSet row = statement.executeQuery()) {
                return "the archive of %s is at work already: %s"
                        .formatted(dataset, row.next() ? row.getString(1) : "by a session that has just ended");
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
