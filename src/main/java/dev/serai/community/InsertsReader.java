package dev.serai.community;

import dev.serai.mongo.DocumentCursor;
import dev.serai.mongo.DocumentId;
import dev.serai.mongo.SourceCollection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * New documents, by a cursor on {@code _id}: from where the last load left off; at the first time all there are.
 *
 * <p>ObjectIds of several writers come a little out of order, so it looks {@value #OVERLAP_SECONDS} seconds back and leaves
 * out what is known. What comes even later, and ids that do not grow with time, are found by the sweep. <br>
 * How far it is travels in the chunk and is written with its rows. While a full chunk is landed and loaded the next one is
 * made; it is dropped if the one before fails.
 */
final class InsertsReader implements ChunkReader {

    private static final int OVERLAP_SECONDS = 30;

    private final Source source;
    private final Consumer<byte[]> prepare;
    private final Queue<SourceCollection> waiting;
    private final Ahead<Made> ahead = new Ahead<>("community-inserts-ahead");
    private @Nullable Scan scan;
    private byte[] chunk = new byte[0];
    private long version;
    private int part;

    /** @param prepare is given each chunk that is made ahead, to do what can be done before it is landed */
    InsertsReader(Source source, Consumer<byte[]> prepare) {
        this.source = source;
        this.prepare = prepare;
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
            } else if (current.advance()) {
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
        ahead.close();
        if (scan != null) {
            scan.cursor.close();
        }
    }

    /**
     * A chunk, and where it ends.
     *
     * @param full whether there may be more
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody changes them
    private record Made(byte[] bytes, long version, String last, boolean full) {}

    /** One collection. Its fields are those of the thread that makes a chunk, until that is taken. */
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

        /** Takes the next chunk; false if there is nothing more. */
        boolean advance() throws SQLException {
            Made made = ahead.isBegun() ? ahead.take() : make();
            if (made == null) {
                return false;
            }
            version = made.version();
            part++;
            chunk = made.bytes();
            written = made.last();
            if (made.full()) {
                ahead.begin(this::makeAhead);
            }
            return true;
        }

        private @Nullable Made makeAhead() throws SQLException {
            Made made = make();
            if (made != null) {
                prepare.accept(made.bytes());
            }
            return made;
        }

        private @Nullable Made make() throws SQLException {
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
            return next.isEmpty()
                    ? null
                    : new Made(
                            next.toBytes(Chunk.progress(watermark, lastVersion, last)),
                            next.version(),
                            last,
                            next.isFull());
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
