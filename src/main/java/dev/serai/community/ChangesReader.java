package dev.serai.community;

import dev.serai.mongo.ChangeFeed;
import dev.serai.mongo.ChangesLostException;
import dev.serai.mongo.SourceCollection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the change streams tell since the last look: each document that an event names is read again, so that several events
 * are one change and no event has to be trusted with the content.
 *
 * <p>The place in the stream travels in the last chunk of a look. If a chunk is not loaded, the stream goes back to the
 * place that was committed last.
 */
final class ChangesReader implements ChunkReader {

    /** Events that are looked at together. */
    private static final int MOST = 1_000;

    private final Source source;
    private final ChangeStreams streams;
    private final Queue<SourceCollection> waiting = new ArrayDeque<>();
    private @Nullable Look look;
    private boolean handedOut;
    private byte[] chunk = new byte[0];
    private long version;
    private int part;

    ChangesReader(Source source, ChangeStreams streams, boolean followed) {
        this.source = source;
        this.streams = streams;
        if (followed) {
            waiting.addAll(source.collections());
        }
    }

    @Override
    public boolean hasNext() throws SQLException {
        handedOut = false;
        while (true) {
            if (look != null && look.fill()) {
                handedOut = true;
                return true;
            }
            endLook();
            SourceCollection next = waiting.poll();
            if (next == null || source.ending().getAsBoolean()) {
                return false;
            }
            look = look(next);
        }
    }

    private Look look(SourceCollection collection) throws SQLException {
        try {
            ChangeFeed feed = streams.feed(collection);
            Set<String> ids = feed.poll(MOST);
            if (feed.sawUnnamed()) {
                streams.askForSweep();
            }
            if (ids.isEmpty()) {
                streams.idle(collection.name(), feed);
            }
            return new Look(collection, feed, ids);
        } catch (ChangesLostException e) {
            throw streams.lost(collection, e);
        } catch (RuntimeException | SQLException e) {
            streams.close(collection.name()); // what was polled is not loaded: back to the place committed
            throw e;
        }
    }

    private void endLook() {
        if (look != null) {
            look.documents.close();
            look = null;
        }
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
        if (look != null && (handedOut || !look.done)) {
            streams.close(look.collection.name());
        }
        endLook();
    }

    /** The events of one collection. */
    private final class Look {

        private final SourceCollection collection;
        private final String place;
        private final Set<String> unseen;
        private final Map<String, String> known;
        private final ChangedDocuments documents;
        private boolean done;

        Look(SourceCollection collection, ChangeFeed feed, Set<String> ids) throws SQLException {
            this.collection = collection;
            this.place = feed.token().orElse("");
            this.unseen = new LinkedHashSet<>(ids);
            this.known = source.known().hashes(collection.name(), ids);
            this.documents = ChangedDocuments.read(collection, ids, source);
        }

        /** Makes the next chunk; false if there is nothing more. */
        boolean fill() throws SQLException {
            if (done) {
                return false;
            }
            Chunk next = new Chunk(source.limits());
            boolean more = true;
            while (more && !next.isFull()) {
                DocumentBatches.Entry entry = documents.next();
                if (entry == null) {
                    more = false;
                } else {
                    unseen.remove(entry.id());
                    String hash = collection.hash(entry.read().document());
                    if (!hash.equals(known.get(entry.id()))) {
                        next.add(collection.name(), entry.id(), hash, entry.read());
                    }
                }
            }
            for (Iterator<String> gone = unseen.iterator(); !more && gone.hasNext() && !next.isFull(); ) {
                String id = gone.next();
                if (known.containsKey(id)) {
                    next.addDeleted(collection.name(), id, documents.version());
                }
                gone.remove();
            }
            done = !more && unseen.isEmpty();
            return hand(next);
        }

        private boolean hand(Chunk next) throws SQLException {
            String watermark = collection.name() + ChangeStreams.WATERMARK;
            boolean place = done && !this.place.isEmpty();
            if (next.isEmpty()) {
                if (place) {
                    source.watermarks().write(watermark, documents.version(), this.place);
                }
                return false;
            }
            version = documents.version();
            part++;
            chunk = next.toBytes(place ? Chunk.progress(watermark, documents.version(), this.place) : "");
            return true;
        }
    }
}
