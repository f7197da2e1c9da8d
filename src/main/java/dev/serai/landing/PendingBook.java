package dev.serai.landing;

import dev.serai.ledger.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Writes into {@code ops.pending} which landed objects wait to be loaded, and why they still do.
 *
 * <p>A load removes its object itself, so what stands here is at worst one catch-up old. Thread-safe.
 */
public final class PendingBook {

    private static final Logger LOG = LogManager.getLogger(PendingBook.class);

    private static final String GONE = "delete from ops.pending where pipeline = ? and raw_object <> all (?)";

    /** Not those that were loaded while they were looked for. */
    private static final String FOUND = """
            insert into ops.pending (pipeline, raw_object)
            select ?, address from unnest(?) address
            where not exists (select from ops.load l where l.raw_object = address)
            on conflict do nothing""";

    private static final String FAILED =
            "update ops.pending set last_tried_at = clock_timestamp(), last_error = ? where raw_object = ?";

    private final DataSource postgres;

    public PendingBook(DataSource postgres) {
        this.postgres = postgres;
    }

    /** Replaces what is known of a pipeline. */
    static void write(Connection connection, String pipeline, List<String> addresses) throws SQLException {
        for (String sql : List.of(GONE, FOUND)) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, pipeline);
                statement.setArray(2, connection.createArrayOf("text", addresses.toArray()));
                statement.executeUpdate();
            }
        }
    }

    /** Notes why an object could not be loaded. Without PostgreSQL only the log has it. */
    public void failed(String address, Throwable reason) {
        String message = Failure.of(reason).message();
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(FAILED)) {
            statement.setString(1, message);
            statement.setString(2, address);
            statement.executeUpdate();
        } catch (SQLException e) {
            LOG.warn(
                    "{} is still not loaded: {}; nor could that be written down: {}", address, message, e.getMessage());
        }
    }

    /** How many wait. */
    public long count(String pipeline) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select count(*) from ops.pending where pipeline = ?")) {
            statement.setString(1, pipeline);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
