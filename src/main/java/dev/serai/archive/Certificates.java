package dev.serai.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.archive.Certificate.State;
import dev.serai.landing.LandingZone;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The certificates in {@code ops.archive}, over one connection; not thread-safe, like it. */
final class Certificates {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Column>> COLUMNS = new TypeReference<>() {};

    private final Connection connection;

    Certificates(Connection connection) {
        this.connection = connection;
    }

    /** Writes it before its object exists, so that no object is ever without one. */
    void plan(Certificate certificate) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into ops.archive (archive_id, run_id, dataset, time_column, key_columns, day, cut_off_at, object,
                    bytes, object_sha256, row_count, first_at, last_at, rows_sha256, row_schema)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb))""")) {
            statement.setObject(1, certificate.id());
            statement.setObject(2, certificate.runId());
            statement.setString(3, certificate.dataset());
            statement.setString(4, certificate.timeColumn());
            statement.setArray(
                    5, connection.createArrayOf("text", certificate.keyColumns().toArray()));
            statement.setObject(6, certificate.day());
            statement.setObject(7, utc(certificate.cutOff()));
            statement.setString(8, certificate.address());
            statement.setLong(9, certificate.bytes());
            statement.setString(10, certificate.objectSha256());
            statement.setLong(11, certificate.rows().count());
            statement.setObject(12, utc(certificate.rows().first()));
            statement.setObject(13, utc(certificate.rows().last()));
            statement.setString(14, certificate.rows().sha256());
            statement.setString(15, JSON.writeValueAsString(certificate.schema().columns()));
            statement.executeUpdate();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    void verified(Certificate certificate, String etag, Instant at) throws SQLException {
        requireOne(
                certificate,
                "update ops.archive set state = 'verified', verified_at = ?, etag = ? where archive_id = ? and state in ('planned', 'verified')",
                utc(at),
                etag,
                certificate.id());
    }

    void discard(Certificate certificate, String reason) throws SQLException {
        requireOne(certificate, """
                        update ops.archive set state = 'discarded', discarded_at = clock_timestamp(), reason = ?
                        where archive_id = ? and state in ('planned', 'verified')""", reason, certificate.id());
    }

    void restored(Certificate certificate) throws SQLException {
        requireOne(
                certificate,
                "update ops.archive set restored_at = clock_timestamp() where archive_id = ?",
                certificate.id());
    }

    void tested(Certificate certificate) throws SQLException {
        requireOne(
                certificate,
                "update ops.archive set tested_at = clock_timestamp() where archive_id = ?",
                certificate.id());
    }

    /** Begun and not ended: a run was killed, or a store was away. Oldest first. */
    List<Certificate> open(String dataset) throws SQLException {
        return find("dataset = ? and state in ('planned', 'verified') order by archive_id", dataset);
    }

    /** Discarded of late: a put that was given up may still arrive. */
    List<Certificate> discardedOfLate(String dataset) throws SQLException {
        return find(
                "dataset = ? and state = 'discarded' and discarded_at > now() - interval '7 days' order by archive_id",
                dataset);
    }

    /** Whose rows are only in S3, newest first. */
    List<Certificate> kept(String dataset, LocalDate from, LocalDate to) throws SQLException {
        return find(
                "dataset = ? and state = 'deleted' and day between ? and ? order by archive_id desc",
                dataset,
                from,
                to);
    }

    /** The one whose last test is the longest ago, the newest of those that were never tested; or none. */
    List<Certificate> nextToTest(String dataset) throws SQLException {
        return find(
                "dataset = ? and state = 'deleted' order by tested_at nulls first, archive_id desc limit 1", dataset);
    }

    private void requireOne(Certificate certificate, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, parameters);
            int changed = statement.executeUpdate();
            if (changed != 1) {
                throw new IllegalStateException("the certificate %s must change once, changed %d times: %s"
                        .formatted(certificate.id(), changed, sql));
            }
        }
    }

    private List<Certificate> find(String condition, Object... parameters) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select * from ops.archive where " + condition)) {
            set(statement, parameters);
            List<Certificate> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(certificate(row));
                }
            }
            return found;
        }
    }

    private static void set(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    private static Certificate certificate(ResultSet row) throws SQLException {
        LandingZone.Address address = LandingZone.addressOf(row.getString("object"));
        try {
            return new Certificate(
                    row.getObject("archive_id", UUID.class),
                    row.getObject("run_id", UUID.class),
                    row.getString("dataset"),
                    row.getString("time_column"),
                    List.of((String[]) row.getArray("key_columns").getArray()),
                    row.getObject("day", LocalDate.class),
                    instant(row, "cut_off_at"),
                    address.bucket(),
                    address.key(),
                    row.getLong("bytes"),
                    row.getString("object_sha256"),
                    new Certificate.Rows(
                            row.getLong("row_count"),
                            instant(row, "first_at"),
                            instant(row, "last_at"),
                            row.getString("rows_sha256")),
                    new RowSchema(JSON.readValue(row.getString("row_schema"), COLUMNS)),
                    State.of(row.getString("state")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the certificate of %s has no readable schema".formatted(address), e);
        }
    }

    /** The certificate as it lies beside its object, for whoever finds both without this database. */
    static String json(Certificate certificate, String etag, Instant verifiedAt) {
        ObjectNode json = JSON.createObjectNode();
        json.put("table", certificate.dataset());
        json.put("object", certificate.address());
        json.put("day", certificate.day().toString());
        json.put("cut_off_at", certificate.cutOff().toString());
        json.put("time_column", certificate.timeColumn());
        json.set("key_columns", JSON.valueToTree(certificate.keyColumns()));
        json.put("rows", certificate.rows().count());
        json.put("first_at", certificate.rows().first().toString());
        json.put("last_at", certificate.rows().last().toString());
        json.put("rows_sha256", certificate.rows().sha256());
        json.put("bytes", certificate.bytes());
        json.put("object_sha256", certificate.objectSha256());
        json.put("etag", etag);
        json.set("schema", JSON.valueToTree(certificate.schema().columns()));
        json.put("archive_id", certificate.id().toString());
        json.put("run_id", certificate.runId().toString());
        json.put("verified_at", verifiedAt.toString());
        return json.toPrettyString() + "\n";
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
