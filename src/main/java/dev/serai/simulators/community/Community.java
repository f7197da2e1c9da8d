package dev.serai.simulators.community;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import org.bson.Document;

/** The collections of the community. Thread-safe. */
record Community(
        MongoCollection<Document> users, MongoCollection<Document> groups, MongoCollection<Document> messages) {

    /** Documents that are read or written at once; what memory is needed does not depend on how many there are. */
    static final int BATCH = 500;

    static Community in(MongoDatabase database) {
        return new Community(
                database.getCollection("users"), database.getCollection("groups"), database.getCollection("messages"));
    }
}
