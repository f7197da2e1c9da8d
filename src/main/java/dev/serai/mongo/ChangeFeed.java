package dev.serai.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.client.ChangeStreamIterable;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;

/**
 * The change stream of one collection: which documents changed. What they have become is for the caller to read, because
 * what an event carries may be a part of the document or an older state.
 *
 * <p>Errors: {@link ChangesLostException}; {@code MongoException} when the server is away. Not thread-safe; close after use.
 */
public final class ChangeFeed implements AutoCloseable {

    /** How long the server may wait for something to happen. */
    private static final int PATIENCE_MS = 100;

    private static final int UNAUTHORIZED = 13;
    private static final int AUTHENTICATION_FAILED = 18;

    private final String collection;
    private final MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor;
    private boolean unnamed;

    private ChangeFeed(String collection, MongoChangeStreamCursor<ChangeStreamDocument<RawBsonDocument>> cursor) {
        this.collection = collection;
        this.cursor = cursor;
    }

    /** Why a server has no change streams, as it describes itself; nothing if it has. */
    public static Optional<String> unsupported(MongoDatabase database) {
        // The old name of hello: every server knows it, stand-ins included.
        Document server = database.runCommand(new Document("isMaster", 1));
        return server.containsKey("setName") || "isdbgrid".equals(server.get("msg"))
                ? Optional.empty()
                : Optional.of(
                        "the server is neither a replica set nor a router of one, and only those have change streams");
    }

    /** Everything that happens from now on. */
    public static ChangeFeed fromNow(SourceCollection collection) {
        return new ChangeFeed(collection.name(), stream(collection).cursor());
    }

    /** Everything that has happened after a place. */
    public static ChangeFeed after(SourceCollection collection, String token) {
        try {
            return new ChangeFeed(
                    collection.name(),
                    stream(collection).resumeAfter(BsonDocument.parse(token)).cursor());
        } catch (MongoCommandException e) {
            throw lost(collection.name(), e);
        }
    }

    private static ChangeStreamIterable<RawBsonDocument> stream(SourceCollection collection) {
        return collection
                .documents()
                .watch(List.of(new Document("$project", new Document("operationType", 1).append("documentKey", 1))))
                .maxAwaitTime(PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    /** Ids of documents that changed since, each once, at most so many events. Waits a little for the first. */
    public Set<String> poll(int most) {
        Set<String> ids = new LinkedHashSet<>();
        try {
            for (int i = 0; i < most; i++) {
                ChangeStreamDocument<RawBsonDocument> event = cursor.tryNext();
                if (event == null) {
                    return ids;
                }
                BsonDocument key = event.getDocumentKey();
                if (key == null) {
                    throw new ChangesLostException("collection %s was dropped or renamed (%s)"
                            .formatted(collection, event.getOperationTypeString()));
                }
                if (key.containsKey("_id")) {
                    ids.add(DocumentId.in(key));
                } else {
                    unnamed = true;
                }
            }
            return ids;
        } catch (MongoCommandException e) {
            throw lost(collection, e);
        }
    }

    /** Whether an event was polled that does not say which document changed, as some stand-ins have them. */
    public boolean sawUnnamed() {
        boolean saw = unnamed;
        unnamed = false;
        return saw;
    }

    /** Where to go on after what was polled; nothing as long as the server has given no place. */
    public Optional<String> token() {
        return Optional.ofNullable(cursor.getResumeToken()).map(BsonDocument::toJson);
    }

    private static RuntimeException lost(String collection, MongoCommandException e) {
        return e.getErrorCode() == UNAUTHORIZED || e.getErrorCode() == AUTHENTICATION_FAILED
                ? e
                : new ChangesLostException("the server cannot go on where the changes of %s were left: %s"
                        .formatted(collection, e.getErrorMessage()));
    }

    @Override
    public void close() {
        cursor.close();
    }
}
