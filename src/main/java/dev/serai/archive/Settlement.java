package dev.serai.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
import org.postgresql.copy.CopyManager;

/**
 * Tells rows that came after their day was archived, and are flagged {@code unsettled}, which of them the archive has
 * already, so that one statement can settle them.
 *
 * <p>For each day with such rows it fills two temporary tables, {@code late} with the keys of the rows and {@code archived}
 * with those archived rows that have one of these keys, and executes the statement of the pipeline in a transaction. The
 * statement finds the run in the setting {@code serai.run_id} and the day in {@code serai.day}. Every object is compared
 * with its certificate first. A run may end anywhere: a day is settled or it is not.
 *
 * <p>Memory does not grow with the rows; one object at a time is on disk, and the keys. Archive, restore and settlement of a
 * table exclude each other. Thread-safe.
 */
final class Settlement {

    private static final String LATE = "pg_temp.late";
    private static final String ARCHIVED = "pg_temp.archived";

    private final ArchiveSession.Connections connections;
    private final ArchiveObjects objects;
    private final Path temporary;

    Settlement(ArchiveSession.Connections connections, ArchiveObjects objects, Path temporary) {
        this.connections = connections;
        this.objects = objects;
        this.temporary = temporary;
    }

    /** Settles every day that has unsettled rows, the oldest first. */
    void run(ArchivedTable table, String statement, UUID runId) throws SQLException {
        try (ArchiveSession session = ArchiveSession.lock(connections, table.dataset());
                WorkDirectory work = WorkDirectory.open(temporary)) {
            RowSchema schema = RowSchema.of(session.connection(), table);
            for (LocalDate day : days(table, session.connection())) {
                Day one = new Day(table, day, schema, keys(table, schema), session.connection(), work);
                one.compare();
                one.settle(statement, runId);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<LocalDate> days(ArchivedTable table, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select distinct (%s at time zone 'UTC')::date from %s where unsettled order by 1"
                                .formatted(Column.quote(table.timeColumn()), table.dataset()))) {
            List<LocalDate> days = new ArrayList<>();
            while (row.next()) {
                days.add(row.getObject(1, LocalDate.class));
            }
            return days;
        }
    }

    private static RowSchema keys(ArchivedTable table, RowSchema schema) {
        return new RowSchema(schema.columns().stream()
                .filter(column -> table.keyColumns().contains(column.name()))
                .toList());
    }

    /** The unsettled rows of one day. */
    private final class Day {

        private final ArchivedTable table;
        private final LocalDate day;
        private final RowSchema schema;
        private final RowSchema keys;
        private final Connection connection;
        private final CopyManager copy;
        private final WorkDirectory work;

        Day(
                ArchivedTable table,
                LocalDate day,
                RowSchema schema,
                RowSchema keys,
                Connection connection,
                WorkDirectory work)
                throws SQLException {
            this.table = table;
            this.day = day;
            this.schema = schema;
            this.keys = keys;
            this.connection = connection;
            this.copy = ArchiveSession.copy(connection);
            this.work = work;
        }

        void compare() throws SQLException, IOException {
            String time = Column.quote(table.timeColumn());
            execute("drop table if exists %s, %s".formatted(LATE, ARCHIVED));
            execute("create temporary table archived (%s)".formatted(schema.definitions()));
            // only these are judged: of a row that comes from now on nobody has looked whether it is in the archive
            execute("""
                    create temporary table late as select %1$s from %2$s
                    where unsettled and %3$s >= timestamptz '%4$s' and %3$s < timestamptz '%5$s'""".formatted(keys.names(), table.dataset(), time, day + " 00:00Z", day.plusDays(1) + " 00:00Z"));
            // the newest first: of a row that was archived twice it has the later form
            for (Certificate certificate : new Certificates(connection).kept(table.dataset(), day, day)) {
                find(certificate);
            }
            execute("analyze %s".formatted(LATE));
            execute("analyze %s".formatted(ARCHIVED));
        }

        private void find(Certificate certificate) throws SQLException, IOException {
            Path parquet = work.file("archived.parquet");
            Path wanted = work.file("late.csv");
            Path found = work.file("found.csv");
            if (objects.get(certificate.bucket(), certificate.key(), parquet).isEmpty()) {
                throw new ArchiveException(
                        ArchiveException.REFUSED, "%s is not in S3".formatted(certificate.address()));
            }
            ReadBack.requireObject(certificate, parquet);
            RowSchema common = new RowSchema(schema.columns().stream()
                    .filter(certificate.schema().columns()::contains)
                    .toList());
            try (OutputStream out = Files.newOutputStream(wanted)) {
                copy.copyOut(
                        "copy (select %1$s from %2$s except select %1$s from %3$s) to stdout with %4$s"
                                .formatted(keys.names(), LATE, ARCHIVED, keys.copyOut()),
                        out);
            }
            ParquetFiles.readAmong(keys, wanted, common, parquet, found, work.path());
            try (InputStream in = Files.newInputStream(found)) {
                copy.copyIn(
                        "copy %s (%s) from stdin with %s".formatted(ARCHIVED, common.names(), RowSchema.copyIn()), in);
            }
            Files.delete(parquet);
            Files.delete(wanted);
            Files.delete(found);
        }

        void settle(String statement, UUID runId) throws SQLException {
            connection.setAutoCommit(false);
            try (PreparedStatement settings = connection.prepareStatement(
                            "select set_config('serai.run_id', ?, true), set_config('serai.day', ?, true)");
                    Statement settle = connection.createStatement()) {
                settings.setString(1, runId.toString());
                settings.setString(2, day.toString());
                settings.execute();
                settle.execute(statement);
                connection.commit();
            } // after a failure the session ends with its transaction
            connection.setAutoCommit(true);
        }

        private void execute(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
