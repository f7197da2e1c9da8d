package dev.serai.community;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A reader that stays failed once it has failed.
 *
 * <p>The routes try again what a store may heal, and a reader that was interrupted between two documents would go on after
 * those it had read and not handed out. The next run makes a new one, which starts at the place committed. For one thread.
 */
final class FailedForGood implements ChunkReader {

    private final ChunkReader reader;
    private @Nullable SQLException failure;
    private @Nullable RuntimeException otherFailure;

    FailedForGood(ChunkReader reader) {
        this.reader = reader;
    }

    @Override
    public boolean hasNext() throws SQLException {
        if (failure != null) {
            throw failure;
        }
        if (otherFailure != null) {
            throw otherFailure;
        }
        try {
            return reader.hasNext();
        } catch (SQLException e) {
            failure = e;
            throw e;
        } catch (RuntimeException e) {
            otherFailure = e;
            throw e;
        }
    }

    @Override
    public byte[] next() {
        return reader.next();
    }

    @Override
    public String part() {
        return reader.part();
    }

    @Override
    public void close() {
        reader.close();
    }
}
