package dev.serai.mongo;

import com.mongodb.client.MongoCursor;
import java.util.function.Supplier;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Documents one after the other, each with the version under which it was read. Holds what one answer of the server
 * brought. Not thread-safe; close after use.
 */
public final class DocumentCursor implements AutoCloseable {

    /** Gives versions, each larger than those before. */
    @FunctionalInterface
    public interface Versions {
        long next();
    }

    /**
     * A document as it was read.
     *
     * @param version taken before the server was asked for it
     */
    public record Read(RawBsonDocument document, long version) {}

    private final MongoCursor<RawBsonDocument> cursor;
    private final Versions versions;
    private long version;

    /** @param query asks the server for the first batch */
    DocumentCursor(Supplier<MongoCursor<RawBsonDocument>> query, Versions versions) {
        this.versions = versions;
        this.version = versions.next();
        this.cursor = query.get();
    }

    /** The next one; nothing at the end. */
    public @Nullable Read next() {
        if (cursor.available() == 0) { // what is in memory was asked for under the last version
            version = versions.next();
        }
        return cursor.hasNext() ? new Read(cursor.next(), version) : null;
    }

    /** Documents that are in memory already. */
    public int available() {
        return cursor.available();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
