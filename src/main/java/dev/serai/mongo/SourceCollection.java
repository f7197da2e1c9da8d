package dev.serai.mongo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * One collection, read as bytes.
 *
 * <p>Errors: {@code MongoException}. Thread-safe.
 */
public final class SourceCollection {

    private static final BsonDocument BY_ID = new BsonDocument("_id", new BsonInt32(1));

    /** How MongoDB sorts values of different types, and the names it has for them. Comparisons stay within a type. */
    private static final List<Map.Entry<List<BsonType>, List<String>>> ORDER = List.of(
            Map.entry(
                    List.of(BsonType.INT32, BsonType.INT64, BsonType.DOUBLE, BsonType.DECIMAL128),
                    List.of("int", "long", "double", "decimal")),
            Map.entry(List.of(BsonType.STRING, BsonType.SYMBOL), List.of("string")),
            Map.entry(List.of(BsonType.DOCUMENT), List.of("object")),
            Map.entry(List.of(BsonType.BINARY), List.of("binData")),
            Map.entry(List.of(BsonType.OBJECT_ID), List.of("objectId")),
            Map.entry(List.of(BsonType.BOOLEAN), List.of("bool")),
            Map.entry(List.of(BsonType.DATE_TIME), List.of("date")),
            Map.entry(List.of(BsonType.TIMESTAMP), List.of("timestamp")));

    private final String name;
    private final ContentHash hash;
    private final MongoCollection<RawBsonDocument> documents;

    /** @param volatilePaths fields that are no content, see {@link ContentHash} */
    public SourceCollection(MongoDatabase database, String name, Collection<String> volatilePaths) {
        this.name = name;
        this.hash = new ContentHash(volatilePaths);
        this.documents = database.getCollection(name, RawBsonDocument.class);
    }

    public String name() {
        return name;
    }

    public String hash(RawBsonDocument document) {
        return hash.of(document);
    }

    /** All documents in the order of {@code _id}, or those after one. Holds a batch in memory. */
    public DocumentCursor after(@Nullable BsonValue id, DocumentCursor.Versions versions, int batchSize) {
        Bson filter = id == null ? new BsonDocument() : later(id);
        return new DocumentCursor(
                () -> documents.find(filter).sort(BY_ID).batchSize(batchSize).cursor(), versions);
    }

    /** Those of some that are there, in any order. Holds a batch in memory. */
    public DocumentCursor find(Collection<String> ids, DocumentCursor.Versions versions, int batchSize) {
        return new DocumentCursor(
                () -> documents.find(in(ids)).batchSize(batchSize).cursor(), versions);
    }

    /** Which of some are there. */
    public Set<String> present(Collection<String> ids) {
        Set<String> present = new HashSet<>();
        documents.find(in(ids)).projection(BY_ID).forEach(document -> present.add(DocumentId.in(document)));
        return present;
    }

    private static Bson in(Collection<String> ids) {
        return Filters.in("_id", ids.stream().map(DocumentId::value).toList());
    }

    /** The collection itself, for its change stream. */
    MongoCollection<RawBsonDocument> documents() {
        return documents;
    }

    /** The least ObjectId made so long before another; of another type the value itself. */
    public static BsonValue before(BsonValue id, int seconds) {
        if (!id.isObjectId()) {
            return id;
        }
        long then =
                Math.max(0, Integer.toUnsignedLong(id.asObjectId().getValue().getTimestamp()) - seconds);
        byte[] bytes = new byte[] {
            (byte) (then >> 24), (byte) (then >> 16), (byte) (then >> 8), (byte) then, 0, 0, 0, 0, 0, 0, 0, 0
        };
        return new BsonObjectId(new ObjectId(bytes));
    }

    /** Greater values of the same type, and all of the types that MongoDB sorts after it. */
    private static Bson later(BsonValue id) {
        List<String> laterTypes = new ArrayList<>();
        boolean passed = false;
        for (Map.Entry<List<BsonType>, List<String>> types : ORDER) {
            if (passed) {
                laterTypes.addAll(types.getValue());
            }
            passed |= types.getKey().contains(id.getBsonType());
        }
        Bson greater = Filters.gt("_id", id);
        return laterTypes.isEmpty()
                ? greater
                : Filters.or(greater, new Document("_id", new Document("$type", laterTypes)));
    }
}
