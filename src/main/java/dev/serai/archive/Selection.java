package dev.serai.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that were old at one instant, as one snapshot saw them: what arrives or changes afterwards is not
 * among them. The snapshot also keeps the table's columns as they are until the run has ended.
 *
 * <p>Days are those of UTC, whose every day has 24 hours. Not thread-safe.
 */
final class Selection implements AutoCloseable {

    private final ArchivedTable table;
    private final Instant cutOff;
    private final Connection connection;
    private final RowSchema schema;

    private Selection(ArchivedTable table, Instant cutOff, Connection connection, RowSchema schema) {
        this.table = table;
        this.cutOff = cutOff;
        this.connection = connection;
        this.schema = schema;
    }

    /** A part of a day in the order of time and key; the last row as SQL writes it. */
    record Chunk(LocalDate day, long count, Instant first, Instant last, String lastRow, String condition) {}

    static Selection open(ArchiveSession.Connections connections, ArchivedTable table, Instant cutOff)
            throws SQLException {
        Connection connection = ArchiveSession.plain(connections, "archive select " + table.dataset());
        try (Statement statement = connection.createStatement()) {
            RowSchema.of(connection, table); // says what is wrong before PostgreSQL says it less clearly
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            statement.execute("lock table %s in access share mode".formatted(table.dataset()));
            return new Selection(table, cutOff, connection, RowSchema.of(connection, table));
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    RowSchema schema() {
        return schema;
    }

    List<LocalDate> days() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("""
                select distinct (%1$s at time zone 'UTC')::date as day from %2$s
                where %1$s < ? and isfinite(%1$s) and (%3$s) order by day""".formatted(time(), table.dataset(), table.condition()))) {
            statement.setObject(1, cutOff.atOffset(ZoneOffset.UTC));
            List<LocalDate> days = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    days.add(row.getObject(1, LocalDate.class));
                }
            }
            return days;
        }
    }

    /** The next rows of a day after a chunk, or its first; nothing at its end. */
    Optional<Chunk> next(LocalDate day, @Nullable Chunk before) throws SQLException {
        Instant begin = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant nextDay = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = nextDay.isBefore(cutOff) ? nextDay : cutOff;
        String after = before == null
                ? "%s >= %s".formatted(time(), literal(begin))
                : "%s >= %s and row(%s) > %s".formatted(time(), literal(before.last()), order(), before.lastRow());
        String from = "(%s) and %s".formatted(table.condition(), after);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        with chunk as materialized (
                            select %1$s from %2$s where %3$s and %4$s < %5$s order by %1$s limit %6$d
                        )
                        select count(*), min(%4$s), max(%4$s),
                               (select format(%7$s, %1$s) from chunk order by %8$s limit 1)
                        from chunk""".formatted(
                                order(),
                                table.dataset(),
                                from,
                                time(),
                                literal(end),
                                table.rowsPerObject(),
                                lastRowFormat(),
                                schema.order(table.timeColumn(), table.keyColumns(), " desc")))) {
            row.next();
            long count = row.getLong(1);
            if (count == 0) {
                return Optional.empty();
            }
            Instant first = row.getObject(2, OffsetDateTime.class).toInstant();
            Instant last = row.getObject(3, OffsetDateTime.class).toInstant();
            String lastRow = row.getString(4);
            String condition =
                    "%s and %s <= %s and row(%s) <= %s".formatted(from, time(), literal(last), order(), lastRow);
            return Optional.of(new Chunk(day, count, first, last, lastRow, condition));
        }
    }

    /** Copies the rows of a chunk into a file; yields what the certificate says of them. */
    Certificate.Rows copy(Chunk chunk, Path csv) throws SQLException {
        String select = "select %s from %s where %s order by %s"
                .formatted(schema.names(), table.dataset(), chunk.condition(), order());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(csv), 1 << 16)) {
            return new Certificate.Rows(
                    chunk.count(), chunk.first(), chunk.last(), ReadBack.checksum(connection, select, schema, out));
        } catch (IOException e) {
            throw new FilesException(csv, e);
        }
    }

    private String time() {
        return Column.quote(table.timeColumn());
    }

    private String order() {
        return schema.order(table.timeColumn(), table.keyColumns(), "");
    }

    /** {@code 'row(%L::timestamptz, %L::uuid)'}: PostgreSQL itself quotes the values. */
    private String lastRowFormat() {
        return schema.orderColumns(table.timeColumn(), table.keyColumns()).stream()
                .map(column -> "%L::" + column.type())
                .collect(Collectors.joining(", ", "'row(", ")'"));
    }

    private static String literal(Instant instant) {
        return "timestamptz '" + instant + "'";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
