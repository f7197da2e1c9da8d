package dev.serai.mongo;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.model.Sorts;
import java.time.Instant;
import java.util.Optional;
import org.bson.BsonTimestamp;
import org.bson.Document;

/**
 * How far back the log reaches from which a replica set serves change streams: a place before that is lost.
 *
 * <p>Source: {@code local.oplog.rs}, which a user of the server may need a right to read. Pure.
 */
public final class ChangeLog {

    private ChangeLog() {}

    /** When the oldest change was made that is still there; nothing where there is no such log. Errors: {@link MongoException}. */
    public static Optional<Instant> oldest(MongoClient server) {
        Document first = server.getDatabase("local")
                .getCollection("oplog.rs")
                .withReadConcern(ReadConcern.LOCAL)
                .find()
                .sort(Sorts.ascending("$natural"))
                .limit(1)
                .first();
        return first != null && first.get("ts") instanceof BsonTimestamp at
                ? Optional.of(Instant.ofEpochSecond(at.getTime()))
                : Optional.empty();
    }
}
