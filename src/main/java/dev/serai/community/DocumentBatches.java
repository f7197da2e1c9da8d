package dev.serai.community;

import dev.serai.mongo.DocumentCursor;
import dev.serai.mongo.DocumentId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The documents of a cursor, an answer of the server at a time. Not thread-safe. */
final class DocumentBatches {

    /** A document and its {@code _id} as text. */
    record Entry(String id, DocumentCursor.Read read) {}

    private final DocumentCursor cursor;
    private final Deque<Entry> batch = new ArrayDeque<>();

    DocumentBatches(DocumentCursor cursor) {
        this.cursor = cursor;
    }

    /** Sees to it that there is something to take, if need be by asking the server; false at the end. */
    boolean read() {
        if (batch.isEmpty()) {
            DocumentCursor.Read read;
            do {
                read = cursor.next();
                if (read != null) {
                    batch.add(new Entry(DocumentId.in(read.document()), read));
                }
            } while (read != null && cursor.available() > 0);
        }
        return !batch.isEmpty();
    }

    /** Ids of what has been read and not taken. */
    List<String> ids() {
        return batch.stream().map(Entry::id).toList();
    }

    @Nullable
    Entry peek() {
        return batch.peek();
    }

    /** The next one; nothing before {@link #read()} is called again. */
    @Nullable
    Entry take() {
        return batch.poll();
    }
}
