package dev.serai.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Reads an archived object back from S3 into a temporary table of PostgreSQL and lets PostgreSQL say whether the rows are
 * those of the certificate.
 *
 * <p>DuckDB wrote the object, so it is not DuckDB that judges it: the checksum is made of what PostgreSQL copies out of the
 * temporary table, in the same form in which it copied the rows out of theirs. Thread-safe.
 */
final class ReadBack {

    /** Where the rows are afterwards, in the session that asked. */
    static final String TABLE = "pg_temp.archive_read_back";

    private final ArchiveObjects objects;

    ReadBack(ArchiveObjects objects) {
        this.objects = objects;
    }

    /**
     * Fills {@link #TABLE} with verified rows; yields the object's ETag, or nothing if there is no such object.
     *
     * <p>An {@link ArchiveException} if object or rows are not those of the certificate.
     */
    Optional<String> verify(Certificate certificate, Connection connection, WorkDirectory work) throws SQLException {
        Path parquet = work.file("read-back.parquet");
        Path csv = work.file("read-back.csv");
        try {
            Optional<String> etag = objects.get(certificate.bucket(), certificate.key(), parquet);
            if (etag.isEmpty()) {
                return etag;
            }
            requireObject(certificate, parquet);
            ParquetFiles.read(certificate.schema(), parquet, csv, work.path());
            Files.delete(parquet);
            fill(certificate.schema(), csv, connection);
            requireRows(certificate, rows(certificate, connection));
            return etag;
        } catch (IOException e) {
            throw new FilesException(work.path(), e);
        } finally {
            delete(parquet);
            delete(csv);
        }
    }

    /** Whether a file is the certificate's object, byte for byte. */
    static void requireObject(Certificate certificate, Path file) throws IOException {
        long bytes = Files.size(file);
        String sha256 = ArchiveObjects.sha256(file);
        if (bytes != certificate.bytes() || !sha256.equals(certificate.objectSha256())) {
            throw new ArchiveException(
                    ArchiveException.REFUSED,
                    "%s is not what was written: expected %d bytes with SHA-256 %s, read %d bytes with %s"
                            .formatted(
                                    certificate.address(),
                                    certificate.bytes(),
                                    certificate.objectSha256(),
                                    bytes,
                                    sha256));
        }
    }

    private static void requireRows(Certificate certificate, Certificate.Rows seen) {
        if (!seen.equals(certificate.rows())) {
            throw new ArchiveException(
                    ArchiveException.REFUSED,
                    "the rows of %s are not those of the table: expected %s, read %s"
                            .formatted(certificate.address(), certificate.rows(), seen));
        }
    }

    private static void fill(RowSchema schema, Path csv, Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                InputStream in = Files.newInputStream(csv)) {
            statement.execute("drop table if exists " + TABLE);
            statement.execute("create temporary table archive_read_back (%s)".formatted(schema.definitions()));
            ArchiveSession.copy(connection)
                    .copyIn(
                            "copy %s (%s) from stdin with %s".formatted(TABLE, schema.names(), RowSchema.copyIn()),
                            in,
                            1 << 16);
            statement.execute("analyze " + TABLE);
        }
    }

    private static Certificate.Rows rows(Certificate certificate, Connection connection)
            throws SQLException, IOException {
        String time = Column.quote(certificate.timeColumn());
        String sha256 = checksum(
                connection,
                "select %s from %s order by %s"
                        .formatted(
                                certificate.schema().names(),
                                TABLE,
                                certificate.schema().order(certificate.timeColumn(), certificate.keyColumns(), "")),
                certificate.schema(),
                OutputStream.nullOutputStream());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*), min(%1$s), max(%1$s) from %2$s".formatted(time, TABLE))) {
            row.next();
            return new Certificate.Rows(
                    row.getLong(1),
                    row.getObject(2, OffsetDateTime.class).toInstant(),
                    row.getObject(3, OffsetDateTime.class).toInstant(),
                    sha256);
        }
    }

    /** Copies rows out in the form that checksums are made of; yields the checksum. */
    static String checksum(Connection connection, String select, RowSchema schema, OutputStream to)
            throws SQLException, IOException {
        MessageDigest digest = ArchiveObjects.sha256();
        try (OutputStream out = new DigestOutputStream(to, digest)) {
            ArchiveSession.copy(connection)
                    .copyOut("copy (%s) to stdout with %s".formatted(select, schema.copyOut()), out);
        }
        return ArchiveObjects.hex(digest);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
