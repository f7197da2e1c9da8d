package dev.serai.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import dev.serai.batch.Excerpt;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.StringJoiner;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * New documents of any collection, in the order of {@code _id}, for pipelines that are declared.
 *
 * <p>Yields a JSON array in MongoDB's relaxed Extended JSON. Ids have to be ObjectIds, as MongoDB makes them. Those of several
 * writers come a little out of order, so a document is left alone until it is {@value #SETTLED_SECONDS} seconds old. One
 * that is changed or deleted later is not seen again. <br>
 * Errors: {@code MongoException} if the server is away; {@link IllegalStateException} for another kind of id. Thread-safe.
 */
public final class NewDocuments {

    private static final int SETTLED_SECONDS = 5;
    private static final JsonWriterSettings RELAXED =
            JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();

    private final MongoClient mongo;
    private final Clock clock;

    public NewDocuments(MongoClient mongo, Clock clock) {
        this.mongo = mongo;
        this.clock = clock;
    }

    /**
     * The next ones; nothing if there are none.
     *
     * @param id the last one known, 24 hexadecimal digits; zeros for none
     * @param limit the most at a time
     */
    public byte @Nullable [] after(String id, String database, String collection, int limit) {
        StringJoiner documents = new StringJoiner(",\n", "[", "]");
        boolean any = false;
        for (BsonDocument document : mongo.getDatabase(database)
                .getCollection(collection, BsonDocument.class)
                .find(Filters.or(
                        Filters.and(Filters.gt("_id", new ObjectId(id)), Filters.lt("_id", settled())),
                        Filters.type("_id", "string"),
                        Filters.type("_id", "number")))
                .sort(Sorts.ascending("_id"))
                .limit(limit)) {
            if (!document.isObjectId("_id")) {
                throw new IllegalStateException(
                        "'_id' in %s.%s must be an ObjectId such as 65f0c0ffee0000000000000a, was %s"
                                .formatted(database, collection, Excerpt.of(String.valueOf(document.get("_id")))));
            }
            documents.add(document.toJson(RELAXED));
            any = true;
        }
        return any ? documents.toString().getBytes(StandardCharsets.UTF_8) : null;
    }

    /** The least id of the first second that is not settled. */
    private ObjectId settled() {
        long second = clock.instant().minus(Duration.ofSeconds(SETTLED_SECONDS)).getEpochSecond();
        return new ObjectId("%08x0000000000000000".formatted(second));
    }
}
