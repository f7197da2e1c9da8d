package dev.serai.archive;

import dev.serai.archive.ArchiveSteps.Step;
import dev.serai.archive.Certificate.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Moves old rows of a table into Parquet objects: select, write, read back, verify, then delete exactly those rows.
 *
 * <p>A certificate is in {@code ops.archive} before its object is put, and says how far it has got: <br>
 * planned: the object may be missing or be wrong; the rows are in the table; <br>
 * verified: object and JSON certificate are in S3 and equal to the rows; only now can the rows be deleted; <br>
 * deleted: set by the statement that deletes. <br>
 * A run begins with what earlier ones left open: a certificate whose object is there and right is finished, any other is
 * discarded with its object, and its rows are selected again. So a run may end anywhere and the next one heals it.
 *
 * <p>Memory does not grow with the rows; files of one object at a time are on disk. One run a table at a time; a second
 * says who holds the lock. Thread-safe.
 */
public final class Archive {

    private static final Logger LOG = LogManager.getLogger(Archive.class);
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ArchiveSession.Connections connections;
    private final ArchiveObjects objects;
    private final ReadBack readBack;
    private final Path temporary;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final ArchiveSteps steps;

    /** @param ids time-ordered, because the order of certificates is the order of their names */
    Archive(
            ArchiveSession.Connections connections,
            ArchiveObjects objects,
            Path temporary,
            Clock clock,
            Supplier<UUID> ids,
            ArchiveSteps steps) {
        this.connections = connections;
        this.objects = objects;
        this.readBack = new ReadBack(objects);
        this.temporary = temporary;
        this.clock = clock;
        this.ids = ids;
        this.steps = steps;
    }

    /**
     * Archives every row that is older than the table's age now.
     *
     * @param pipeline under which its loads are booked
     */
    public void run(ArchivedTable table, UUID runId, String pipeline) throws SQLException {
        Instant cutOff = clock.instant().minus(table.age()).truncatedTo(ChronoUnit.MICROS);
        try (ArchiveSession session = ArchiveSession.lock(connections, table.dataset());
                WorkDirectory work = WorkDirectory.open(temporary)) {
            Batch batch = new Batch(table, runId, pipeline, cutOff, session.connection(), work);
            batch.finishEarlier();
            batch.archive();
        }
    }

    /** One run. */
    private final class Batch {

        private final ArchivedTable table;
        private final UUID runId;
        private final String pipeline;
        private final Instant cutOff;
        private final Connection connection;
        private final Certificates certificates;
        private final WorkDirectory work;

        Batch(
                ArchivedTable table,
                UUID runId,
                String pipeline,
                Instant cutOff,
                Connection connection,
                WorkDirectory work) {
            this.table = table;
            this.runId = runId;
            this.pipeline = pipeline;
            this.cutOff = cutOff;
            this.connection = connection;
            this.certificates = new Certificates(connection);
            this.work = work;
        }

        void finishEarlier() throws SQLException {
            for (Certificate discarded : certificates.discardedOfLate(table.dataset())) {
                deleteObject(discarded); // a put that had been given up may have arrived since
            }
            List<Certificate> open = certificates.open(table.dataset());
            if (open.isEmpty()) {
                return;
            }
            try (Selection snapshot = Selection.open(connections, table, cutOff)) {
                for (Certificate certificate : open) {
                    finishOrDiscard(certificate, snapshot.schema());
                }
            }
        }

        private void finishOrDiscard(Certificate certificate, RowSchema schema) throws SQLException {
            Optional<String> reason;
            try {
                if (!certificate.schema().equals(schema)) {
                    reason = Optional.of("the columns of the table have changed since");
                } else if (verify(certificate)) {
                    reason = Optional.empty();
                } else {
                    reason = Optional.of("the run ended before the object was in S3");
                }
            } catch (ArchiveException e) {
                reason = Optional.of(String.valueOf(e.getMessage()));
            }
            if (reason.isEmpty()) {
                delete(certificate);
            } else {
                LOG.warn(
                        "{} is discarded, its rows are still in {} and are archived again: {}",
                        certificate.address(),
                        table.dataset(),
                        reason.get());
                deleteObject(certificate);
                certificates.discard(certificate, reason.get());
            }
        }

        void archive() throws SQLException {
            try (Selection selection = Selection.open(connections, table, cutOff)) {
                for (LocalDate day : selection.days()) {
                    Optional<Selection.Chunk> chunk = selection.next(day, null);
                    while (chunk.isPresent()) {
                        archive(selection, chunk.get());
                        chunk = chunk.get().count() < table.rowsPerObject()
                                ? Optional.empty()
                                : selection.next(day, chunk.get());
                    }
                }
            }
        }

        private void archive(Selection selection, Selection.Chunk chunk) throws SQLException {
            Path csv = work.file("selected.csv");
            Path parquet = work.file("selected.parquet");
            Certificate.Rows rows = selection.copy(chunk, csv);
            ParquetFiles.write(selection.schema(), csv, parquet, work.path());
            remove(csv);
            Certificate certificate = certificate(selection, chunk.day(), rows, parquet);
            steps.reached(Step.SELECTED, certificate);
            certificates.plan(certificate);
            steps.reached(Step.PLANNED, certificate);
            objects.put(certificate.bucket(), certificate.key(), parquet);
            remove(parquet);
            steps.reached(Step.WRITTEN, certificate);
            if (!verify(certificate)) {
                throw new ArchiveException(
                        ArchiveException.REFUSED, "%s was put and is not there".formatted(certificate.address()));
            }
            delete(certificate);
        }

        private Certificate certificate(Selection selection, LocalDate day, Certificate.Rows rows, Path parquet) {
            UUID id = ids.get();
            String key = "%sdt=%s/%s-%s.parquet".formatted(table.zone().prefix(), day, INSTANT.format(cutOff), id);
            try {
                return new Certificate(
                        id,
                        runId,
                        table.dataset(),
                        table.timeColumn(),
                        table.keyColumns(),
                        day,
                        cutOff,
                        table.zone().bucket(),
                        key,
                        Files.size(parquet),
                        ArchiveObjects.sha256(parquet),
                        rows,
                        selection.schema(),
                        State.PLANNED);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Reads the object back, and certifies it if it is right; false if there is no object. */
        private boolean verify(Certificate certificate) throws SQLException {
            Optional<String> etag = readBack.verify(certificate, connection, work);
            if (etag.isEmpty()) {
                return false;
            }
            steps.reached(Step.READ_BACK, certificate);
            Instant now = clock.instant();
            objects.putJson(
                    certificate.bucket(), certificate.jsonKey(), Certificates.json(certificate, etag.get(), now));
            steps.reached(Step.CERTIFIED, certificate);
            certificates.verified(certificate, etag.get(), now);
            steps.reached(Step.VERIFIED, certificate);
            return true;
        }

        /**
         * Deletes the rows that were read back and are still the same, closes the certificate and books both, in one
         * statement. Without a verified certificate it deletes nothing.
         */
        private void delete(Certificate certificate) throws SQLException {
            String time = "t." + Column.quote(table.timeColumn());
            String sql = """
                    with certificate as (
                        select from ops.archive where archive_id = ? and state = 'verified' for update
                    ), gone as (
                        delete from %1$s t using %2$s r
                        where exists (select from certificate) and %3$s between ? and ?
                          and %4$s and row(%5$s) is not distinct from row(%6$s)
                        returning 1
                    ), closed as (
                        update ops.archive
                        set state = 'deleted', deleted_at = clock_timestamp(), deleted_rows = (select count(*) from gone)
                        where archive_id = ? and state = 'verified'
                        returning object, row_count, deleted_rows
                    )
                    insert into ops.load (run_id, pipeline, dataset, raw_object, read, inserted, updated, unchanged, rejected)
                    select ?, ?, ?, object, row_count, deleted_rows, 0, row_count - deleted_rows, 0 from closed""".formatted(
                            table.dataset(),
                            ReadBack.TABLE,
                            time,
                            table.keyColumns().stream()
                                    .map(Column::quote)
                                    .map(key -> "t.%1$s = r.%1$s".formatted(key))
                                    .collect(Collectors.joining(" and ")),
                            certificate.schema().names("t"),
                            certificate.schema().names("r"));
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setObject(1, certificate.id());
                statement.setObject(2, utc(certificate.rows().first()));
                statement.setObject(3, utc(certificate.rows().last()));
                statement.setObject(4, certificate.id());
                statement.setObject(5, runId);
                statement.setString(6, pipeline);
                statement.setString(7, "archive of " + table.dataset());
                if (statement.executeUpdate() != 1) {
                    throw new ArchiveException(
                            ArchiveException.REFUSED,
                            "%s has no verified certificate: nothing is deleted".formatted(certificate.address()));
                }
                steps.reached(Step.DELETING, certificate);
                connection.commit();
            } // after a failure the session ends with its transaction
            connection.setAutoCommit(true);
            steps.reached(Step.DELETED, certificate);
        }

        private void deleteObject(Certificate certificate) {
            objects.delete(certificate.bucket(), certificate.key());
            objects.delete(certificate.bucket(), certificate.jsonKey());
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static void remove(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
