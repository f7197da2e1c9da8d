package dev.serai.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Puts archived rows back into their table, or into a scratch table as a test.
 *
 * <p>Every object is read back and compared with its certificate before a row of it is used. A row whose key is in the
 * table already stays as it is, so that restoring twice changes nothing. Only the table itself is written: what is made of
 * its rows by their loads, such as a rollup, has counted them. A partitioned table gets the partition of the day first. Archive and restore of a table exclude each other.
 * Thread-safe.
 */
public final class Restore {

    private final ArchiveSession.Connections connections;
    private final ReadBack readBack;
    private final Path temporary;

    Restore(ArchiveSession.Connections connections, ArchiveObjects objects, Path temporary) {
        this.connections = connections;
        this.readBack = new ReadBack(objects);
        this.temporary = temporary;
    }

    /** Puts the rows of a day in UTC back; yields a line for each object. */
    public List<String> day(String dataset, LocalDate day) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ArchiveSession session = ArchiveSession.lock(connections, dataset);
                WorkDirectory work = WorkDirectory.open(temporary)) {
            List<Certificate> kept = new Certificates(session.connection()).kept(dataset, day, day);
            if (!kept.isEmpty()) {
                preparePartition(dataset, day, session.connection());
            }
            // The newest first: of a row that was archived twice it has the later form.
            for (Certificate certificate : kept) {
                read(certificate, session.connection(), work);
                lines.add(insert(certificate, new Certificates(session.connection()), session.connection()));
            }
        }
        return lines;
    }

    /**
     * Restores one object into a scratch table that has the columns, defaults and constraints of the real one, and books
     * it; nothing if none is archived.
     */
    void test(String dataset, UUID runId, String pipeline) throws SQLException {
        try (ArchiveSession session = ArchiveSession.lock(connections, dataset);
                WorkDirectory work = WorkDirectory.open(temporary)) {
            Connection connection = session.connection();
            Certificates certificates = new Certificates(connection);
            for (Certificate certificate : certificates.nextToTest(dataset)) {
                read(certificate, connection, work);
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("create temporary table scratch (like %s including all)".formatted(dataset));
                }
                long restored = insert(certificate, connection, "pg_temp.scratch");
                if (restored != certificate.rows().count()) {
                    throw new ArchiveException(
                            ArchiveException.REFUSED,
                            "the scratch table must have the %d rows of %s, has %d"
                                    .formatted(certificate.rows().count(), certificate.address(), restored));
                }
                certificates.tested(certificate);
                book(connection, certificate, runId, pipeline);
                connection.commit();
            }
        }
    }

    /** Else its rows would be in the default partition, which every new partition has to be compared with. */
    private static void preparePartition(String dataset, LocalDate day, Connection connection) throws SQLException {
        String schema = Column.quote(dataset.substring(0, dataset.indexOf('.')));
        try (PreparedStatement partitioned = connection.prepareStatement(
                        "select from pg_class where oid = to_regclass(?) and relkind = 'p'");
                PreparedStatement prepare =
                        connection.prepareStatement("select %s.ensure_partition(?)".formatted(schema))) {
            partitioned.setString(1, dataset);
            try (ResultSet row = partitioned.executeQuery()) {
                if (row.next()) {
                    prepare.setObject(1, day);
                    prepare.execute();
                }
            }
        }
    }

    private void read(Certificate certificate, Connection connection, WorkDirectory work) throws SQLException {
        if (readBack.verify(certificate, connection, work).isEmpty()) {
            throw new ArchiveException(
                    ArchiveException.REFUSED,
                    "%s is not in S3, though its certificate says that %d rows are in it"
                            .formatted(certificate.address(), certificate.rows().count()));
        }
    }

    private static String insert(Certificate certificate, Certificates certificates, Connection connection)
            throws SQLException {
        connection.setAutoCommit(false);
        long restored = insert(certificate, connection, certificate.dataset());
        certificates.restored(certificate);
        connection.commit();
        connection.setAutoCommit(true);
        return "%s %s: %d rows restored, %d were there already; verified by the certificate of %s"
                .formatted(
                        certificate.dataset(),
                        certificate.day(),
                        restored,
                        certificate.rows().count() - restored,
                        certificate.address());
    }

    private static long insert(Certificate certificate, Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(
                    "insert into %1$s (%2$s) overriding system value select %2$s from %3$s on conflict (%4$s) do nothing"
                            .formatted(
                                    table,
                                    certificate.schema().names(),
                                    ReadBack.TABLE,
                                    RowSchema.quoted(certificate.keyColumns())));
        }
    }

    private static void book(Connection connection, Certificate certificate, UUID runId, String pipeline)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into ops.load (run_id, pipeline, dataset, raw_object, read, inserted, updated, unchanged, rejected)
                values (?, ?, ?, ?, ?, ?, 0, 0, 0)""")) {
            statement.setObject(1, runId);
            statement.setString(2, pipeline);
            statement.setString(3, "test restore of " + certificate.dataset());
            statement.setString(4, certificate.address());
            statement.setLong(5, certificate.rows().count());
            statement.setLong(6, certificate.rows().count());
            statement.executeUpdate();
        }
    }

    /** The first and last archived day, for a person who asked for another; empty if there is none. */
    public String days(String dataset) throws SQLException {
        try (Connection connection = ArchiveSession.plain(connections, "archive list");
                PreparedStatement statement = connection.prepareStatement(
                        "select min(day) || ' to ' || max(day) from ops.archive where dataset = ? and state = 'deleted'")) {
            statement.setString(1, dataset);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String days = row.getString(1);
                return days == null ? "" : days;
            }
        }
    }
}
