package dev.serai.community;

import dev.serai.mongo.DocumentCursor;
import dev.serai.mongo.DocumentId;
import dev.serai.mongo.SourceCollection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * New documents, by a cursor on {@code _id}: from where the last load left off; at the first time all there are.
 *
 * <p>ObjectIds of several writers come a little out of order, so it looks {@value #OVERLAP_SECONDS} seconds back and leaves
 * out what is known. What comes even later, and ids that do not grow with time, are found by the sweep. <br>
 * How far it is travels in the chunk and is written with its rows.
 */
final class InsertsReader implements ChunkReader {

    private static final int OVERLAP_SECONDS = 30;

    private final Source source;
    private final Queue<SourceCollection> waiting;
    private @Nullable Scan scan;
    private byte[] chunk = new byte[0];
    private long version;
    private int part;

    InsertsReader(Source source) {
        this.source = source;
        this.waiting = new ArrayDeque<>(source.collections());
    }

    @Override
    public boolean hasNext() throws SQLException {
        while (!source.ending().getAsBoolean()) {
            Scan current = scan;
            if (current == null) {
                SourceCollection next = waiting.poll();
                if (next == null) {
                    return false;
                }
                scan = new Scan(next);
            } else if (current.fill()) {
                return true;
            } else {
                current.end();
                scan = null;
            }
        }
        return false;
    }

    @Override
    public byte[] next() {
        return chunk;
    }

    @Override
    public String part() {
        return Chunk.part(version, part);
    }

    @Override
    public void close() {
        if (scan != null) {
            scan.cursor.close();
        }
    }

    /** One collection. */
    private final class Scan {

        private final SourceCollection collection;
        private final String watermark;
        private final String start;
        private final DocumentBatches documents;
        private final DocumentCursor cursor;
        private String last;
        private String written;
        private long lastVersion;

        Scan(SourceCollection collection) throws SQLException {
            this.collection = collection;
            watermark = collection.name() + " inserted";
            start = source.watermarks()
                    .read(watermark)
                    .map(Watermarks.Mark::place)
                    .orElse("");
            last = start;
            written = start;
            cursor = collection.after(
                    start.isEmpty() ? null : SourceCollection.before(DocumentId.value(start), OVERLAP_SECONDS),
                    source.versions(),
                    Source.BATCH);
            documents = new DocumentBatches(cursor);
        }

        /** Makes the next chunk; false if there is nothing more. */
        boolean fill() throws SQLException {
            Chunk next = new Chunk(source.limits());
            while (!next.isFull() && documents.read()) {
                Map<String, String> known = start.isEmpty()
                        ? Map.of() // the first time nothing is known, and asking would take as long as reading
                        : source.known().hashes(collection.name(), documents.ids());
                DocumentBatches.Entry entry;
                while (!next.isFull() && (entry = documents.take()) != null) {
                    String hash = collection.hash(entry.read().document());
                    if (!hash.equals(known.get(entry.id()))) {
                        next.add(collection.name(), entry.id(), hash, entry.read());
                    }
                    if (!isOverlap(entry.id())) {
                        last = entry.id();
                    }
                    lastVersion = entry.read().version();
                }
            }
            if (next.isEmpty()) {
                return false;
            }
            version = next.version();
            part++;
            chunk = next.toBytes(Chunk.progress(watermark, lastVersion, last));
            written = last;
            return true;
        }

        /** Of one type and not greater: the ids around the last one that are read again. */
        private boolean isOverlap(String id) {
            return id.length() == start.length()
                    && Character.digit(start.charAt(0), 16) >= 0
                    && DocumentId.compare(id, start) <= 0;
        }

        /** What was read last may have been known, and so not have come with a chunk. */
        void end() throws SQLException {
            cursor.close();
            if (!last.equals(written)) {
                source.watermarks().write(watermark, lastVersion, last);
            }
        }
    }
}
