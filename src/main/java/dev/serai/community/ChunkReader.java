package dev.serai.community;

import java.sql.SQLException;

/**
 * Reads the source and yields chunks to land and load, one after the other.
 *
 * <p>Errors: {@link SQLException}, {@code MongoException}; then it is of no use any more. For one thread; close after use.
 */
public interface ChunkReader extends AutoCloseable {

    /** Reads on. To ask means that the chunks before have been loaded. */
    boolean hasNext() throws SQLException;

    /** The chunk, as it is landed. */
    byte[] next();

    /** What tells the chunk from the others of its run: the larger, the later. */
    String part();

    @Override
    void close();
}
