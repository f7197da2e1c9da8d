package dev.serai.prove;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.serai.faults.Conversation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;

/** A connection to MongoDB on which the server has forgotten a cursor when its client asks for more. */
final class CursorKill implements Conversation {

    /** As BSON has it: the type of a long, and the name of the field. */
    private static final String MORE = "\u0012getMore\0";

    private final String server;
    private final String database;
    private final String collection;
    private final AtomicInteger killed;

    /** @param killed counts */
    CursorKill(int port, String database, String collection, AtomicInteger killed) {
        this.server = "mongodb://127.0.0.1:" + port;
        this.database = database;
        this.collection = collection;
        this.killed = killed;
    }

    @Override
    public void fromClient(byte[] bytes, OutputStream up, OutputStream client) throws IOException {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(MORE);
        if (at >= 0 && killed.get() == 0) {
            long cursor = ByteBuffer.wrap(bytes, at + MORE.length(), Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            try (MongoClient other = MongoClients.create(server)) {
                other.getDatabase(database)
                        .runCommand(new Document("killCursors", collection).append("cursors", List.of(cursor)));
            }
            killed.incrementAndGet();
        }
        up.write(bytes);
    }
}
