package dev.serai.bench;

import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Sorts;
import java.util.List;
import org.bson.RawBsonDocument;

/**
 * The least that anybody has to do who reads collections: every document in the order of {@code _id}, as bytes.
 *
 * @param documents how many there were
 * @param bytes their size
 */
record BareScan(long documents, long bytes, double seconds) {

    private static final int BATCH = 1_000;

    static BareScan of(MongoDatabase database, List<String> collections) {
        long documents = 0;
        long bytes = 0;
        long begin = System.nanoTime();
        for (String collection : collections) {
            try (MongoCursor<RawBsonDocument> cursor = database.getCollection(collection, RawBsonDocument.class)
                    .find()
                    .sort(Sorts.ascending("_id"))
                    .batchSize(BATCH)
                    .cursor()) {
                while (cursor.hasNext()) {
                    documents++;
                    bytes += cursor.next().getByteBuffer().remaining();
                }
            }
        }
        return new BareScan(documents, bytes, (System.nanoTime() - begin) / 1e9);
    }
}
