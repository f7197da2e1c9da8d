package dev.serai.community;

import dev.serai.mongo.DocumentCursor;
import dev.serai.mongo.DocumentId;
import dev.serai.mongo.SourceCollection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is new, different or gone: every document of the source beside what is known of it, both in the order of their ids.
 *
 * <p>What the two orders say is only a suspicion: a document that looks new or different is looked up again, and one that
 * looks gone is asked for again, right before it is landed. So a document that comes or goes meanwhile, or ids that the
 * database sorts in another way than MongoDB, cost a question and never a row. <br>
 * Only what lies before a document that was read, or the end of the collection, can look gone. <br>
 * How far a sweep is stands in {@code ops.watermark}; the next one goes on from there if this one does not come to its end.
 */
final class SweepReader implements ChunkReader {

    private static final String POSITION = "sweep";
    private static final String SWEPT = " swept";

    /** Suspicions that are looked into together. */
    private static final int SUSPICIONS = 1_000;

    private static final int KNOWN_PAGE = 5_000;

    /** Documents after which the place is noted though there was nothing to load. */
    private static final int NOTE_AFTER = 20_000;

    private final Source source;
    private final Pace pace;
    private final Deque<SourceCollection> waiting;
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private long started;
    private String resumeAfter = "";
    private @Nullable Merge merge;
    private @Nullable String reached;
    private int part;

    SweepReader(Source source, int documentsPerSecond) throws SQLException {
        this.source = source;
        this.pace = new Pace(documentsPerSecond);
        this.waiting = new ArrayDeque<>(source.collections());
        Optional<Watermarks.Mark> before = source.watermarks().read(POSITION);
        if (before.isPresent()) {
            started = before.get().version();
            String[] place = before.get().place().split(" ", 2);
            while (!waiting.isEmpty() && !waiting.getFirst().name().equals(place[0])) {
                waiting.remove();
            }
            resumeAfter = place[1];
        } else {
            started = source.known().nextVersion();
        }
    }

    @Override
    public boolean hasNext() throws SQLException {
        while (chunks.isEmpty()) {
            note();
            if (source.ending().getAsBoolean()) {
                return false;
            }
            Merge current = merge;
            if (current == null) {
                SourceCollection next = waiting.poll();
                if (next == null) {
                    complete();
                    return false;
                }
                merge = new Merge(next, resumeAfter);
                resumeAfter = "";
            } else if (!current.advance()) {
                current.close();
                merge = null;
                if (!waiting.isEmpty()) {
                    reached = waiting.getFirst().name() + " ";
                }
            }
        }
        return true;
    }

    /** Everything up to the place reached has been loaded: writes it down. */
    private void note() throws SQLException {
        if (reached != null) {
            source.watermarks().replace(POSITION, started, reached);
            reached = null;
        }
    }

    private void complete() throws SQLException {
        for (String collection : Source.COLLECTIONS) {
            source.watermarks().write(collection + SWEPT, started, "");
        }
        source.watermarks().remove(POSITION);
    }

    @Override
    public byte[] next() {
        part++;
        return chunks.remove();
    }

    @Override
    public String part() {
        return Chunk.part(started, part);
    }

    @Override
    public void close() {
        if (merge != null) {
            merge.close();
        }
    }

    /** A document that may have to be loaded. */
    private record Suspect(String id, String hash, DocumentCursor.Read read) {}

    /** One collection, from a place on. */
    private final class Merge {

        private final SourceCollection collection;
        private final DocumentCursor cursor;
        private final DocumentBatches documents;
        private final Deque<KnownDocuments.Known> known = new ArrayDeque<>();
        private final List<Suspect> changed = new ArrayList<>();
        private final List<String> absent = new ArrayList<>();
        private String lastKnown;
        private boolean knownAtEnd;
        private int unnoted;
        private long suspectBytes;

        Merge(SourceCollection collection, String after) {
            this.collection = collection;
            this.lastKnown = after;
            cursor =
                    collection.after(after.isEmpty() ? null : DocumentId.value(after), source.versions(), Source.BATCH);
            documents = new DocumentBatches(cursor);
        }

        /** Goes on through the answer of the server until something is to be loaded; false at the end of the collection. */
        boolean advance() throws SQLException {
            boolean documentsLeft = documents.read();
            String last = "";
            int count = 0;
            DocumentBatches.Entry entry;
            while ((entry = documents.peek()) != null && !isMuch() && compare(entry)) {
                last = entry.id();
                count++;
                documents.take();
            }
            while (!documentsLeft && !isMuch() && nextKnown() != null) {
                absent.add(known.remove().id());
            }
            boolean knownLeft = nextKnown() != null;
            pace.read(count);
            unnoted += count;
            if (isMuch() || (!documentsLeft && !knownLeft)) {
                lookInto();
            }
            if (!last.isEmpty()
                    && changed.isEmpty()
                    && absent.isEmpty()
                    && (unnoted >= NOTE_AFTER || !chunks.isEmpty())) {
                reached = collection.name() + " " + last;
                unnoted = 0;
            }
            return documentsLeft || knownLeft;
        }

        private boolean isMuch() {
            return changed.size() >= SUSPICIONS
                    || absent.size() >= SUSPICIONS
                    || suspectBytes >= source.limits().bytes();
        }

        /** False if there are so many gone before this one that they are looked into first. */
        private boolean compare(DocumentBatches.Entry entry) throws SQLException {
            KnownDocuments.Known next = nextKnown();
            while (next != null && DocumentId.compare(next.id(), entry.id()) < 0) {
                if (absent.size() >= SUSPICIONS) {
                    return false;
                }
                absent.add(known.remove().id());
                next = nextKnown();
            }
            String hash = collection.hash(entry.read().document());
            boolean same = next != null && next.id().equals(entry.id());
            if (next == null || !same || !next.hash().equals(hash)) {
                suspect(entry.id(), hash, entry.read());
            }
            if (same) {
                known.remove();
            }
            return true;
        }

        private void suspect(String id, String hash, DocumentCursor.Read read) {
            changed.add(new Suspect(id, hash, read));
            suspectBytes += read.document().getByteBuffer().remaining();
        }

        private KnownDocuments.@Nullable Known nextKnown() throws SQLException {
            if (known.isEmpty() && !knownAtEnd) {
                known.addAll(source.known().after(collection.name(), lastKnown, KNOWN_PAGE));
                knownAtEnd = known.size() < KNOWN_PAGE;
                if (!known.isEmpty()) {
                    lastKnown = known.getLast().id();
                }
            }
            return known.peek();
        }

        /** Asks once more for what looks new, different or gone, and makes chunks of what is. */
        private void lookInto() throws SQLException {
            Chunk chunk = new Chunk(source.limits());
            if (!absent.isEmpty()) {
                long version = source.known().nextVersion();
                Set<String> there = collection.present(absent);
                for (String id : absent) {
                    if (!there.contains(id)) { // one that is there after all is met by the cursor, or by the next sweep
                        chunk = roomIn(chunk);
                        chunk.addDeleted(collection.name(), id, version);
                    }
                }
            }
            Map<String, String> now = source.known()
                    .hashes(collection.name(), changed.stream().map(Suspect::id).toList());
            for (Suspect suspect : changed) {
                if (!suspect.hash().equals(now.get(suspect.id()))) {
                    chunk = roomIn(chunk);
                    chunk.add(collection.name(), suspect.id(), suspect.hash(), suspect.read());
                }
            }
            if (!chunk.isEmpty()) {
                hand(chunk);
            }
            changed.clear();
            absent.clear();
            suspectBytes = 0;
        }

        private Chunk roomIn(Chunk chunk) {
            if (!chunk.isFull()) {
                return chunk;
            }
            hand(chunk);
            return new Chunk(source.limits());
        }

        private void hand(Chunk chunk) {
            chunks.add(chunk.toBytes(""));
        }

        void close() {
            cursor.close();
        }
    }
}
