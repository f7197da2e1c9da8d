package dev.serai.bench;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/**
 * The least that anybody has to do who fills tables: their rows again into empty twins with the same indexes, in batches,
 * a commit each. Only what the database takes to store them is timed, not the reading. For one thread.
 */
final class BareCopy {

    private static final int BATCH = 5_000;

    private final Connection from;
    private final Connection to;
    private long rows;
    private long nanos;

    BareCopy(Connection from, Connection to) {
        this.from = from;
        this.to = to;
    }

    /** Copies the tables of a schema into a new one. */
    BareCopy tables(String schema, List<String> tables) throws SQLException, IOException {
        execute("create schema bare");
        for (String table : tables) {
            execute("create table bare.%s (like %s.%s including all)".formatted(table, schema, table));
            CopyOut out = copies(from).copyOut("copy %s.%s to stdout".formatted(schema, table));
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            int count = 0;
            byte[] row;
            while ((row = out.readFromCopy()) != null) {
                batch.write(row);
                if (++count % BATCH == 0) {
                    store(table, batch);
                }
            }
            store(table, batch);
        }
        return this;
    }

    private void store(String table, ByteArrayOutputStream batch) throws SQLException, IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(batch.toByteArray());
        batch.reset();
        long begin = System.nanoTime();
        rows += copies(to).copyIn("copy bare.%s from stdin".formatted(table), bytes);
        nanos += System.nanoTime() - begin;
    }

    private static CopyManager copies(Connection connection) throws SQLException {
        return new CopyManager(connection.unwrap(BaseConnection.class));
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }

    long rows() {
        return rows;
    }

    double seconds() {
        return nanos / 1e9;
    }
}
