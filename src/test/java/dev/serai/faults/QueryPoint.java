package dev.serai.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A connection to MongoDB that acts when a collection is about to be read, before the server sees the query. */
public final class QueryPoint implements Conversation {

    private final String query;
    private final Runnable action;

    /** @param collection whose documents are asked for */
    public QueryPoint(String collection, Runnable action) {
        // As BSON has it: the name of the field, the length of its text with the zero at its end, the text.
        byte[] length = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(collection.length() + 1)
                .array();
        this.query = "find\0" + new String(length, StandardCharsets.ISO_8859_1) + collection + "\0";
        this.action = action;
    }

    @Override
    public void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
        if (new String(bytes, StandardCharsets.ISO_8859_1).contains(query)) {
            action.run();
            throw new IOException("the point is reached");
        }
        server.write(bytes);
    }
}
