package dev.serai.community;

import dev.serai.mongo.DocumentCursor;
import dev.serai.mongo.SourceCollection;
import java.sql.SQLException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Some documents as they are now, one after the other. Not thread-safe; close after use. */
final class ChangedDocuments implements AutoCloseable {

    /** Few, because it is not known how large they are. */
    private static final int BATCH = 100;

    private final long version;
    private final @Nullable DocumentCursor cursor;
    private final @Nullable DocumentBatches batches;

    private ChangedDocuments(long version, @Nullable DocumentCursor cursor) {
        this.version = version;
        this.cursor = cursor;
        this.batches = cursor == null ? null : new DocumentBatches(cursor);
    }

    /** Asks for those with these ids; what it does not yield is not there. */
    static ChangedDocuments read(SourceCollection collection, Collection<String> ids, Source source)
            throws SQLException {
        if (ids.isEmpty()) {
            return new ChangedDocuments(0, null);
        }
        long version = source.known().nextVersion();
        return new ChangedDocuments(version, collection.find(ids, source.versions(), BATCH));
    }

    /** Taken before the first was read. */
    long version() {
        return version;
    }

    DocumentBatches.@Nullable Entry next() {
        return batches != null && batches.read() ? batches.take() : null;
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
