package dev.serai.community;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.serai.ledger.CodedException;
import dev.serai.mongo.ChangeFeed;
import dev.serai.mongo.ChangesLostException;
import dev.serai.mongo.SourceCollection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The open change streams between one look at them and the next.
 *
 * <p>A stream goes on after the place that was committed with the rows. One that starts from now, because there is no such
 * place or the server cannot go on after it, asks for a sweep: what happened before now is found by that. Lost changes are
 * a failed run with code {@code MONGO_CHANGES_LOST} and the state in {@code community.change_stream}. <br>
 * Thread-safe.
 */
final class ChangeStreams {

    /** Whether the setting leaves it to the server. */
    enum Mode {
        AUTO,
        ON,
        OFF
    }

    static final String WATERMARK = " changes";

    private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

    private static final Duration NOTE_IDLE = Duration.ofMinutes(1);

    private final Source source;
    private final MongoDatabase database;
    private final Mode mode;
    private final ChangeStreamStates states;
    private final Runnable sweep;
    private final Map<String, ChangeFeed> feeds = new HashMap<>();
    private final Map<String, Long> idleSince = new HashMap<>();
    private final long started = System.nanoTime();
    private long askAgain;

    /** @param sweep asks for one that begins from now on */
    ChangeStreams(Source source, MongoDatabase database, Mode mode, ChangeStreamStates states, Runnable sweep) {
        this.source = source;
        this.database = database;
        this.mode = mode;
        this.states = states;
        this.sweep = sweep;
        this.askAgain = System.nanoTime();
    }

    /** What has changed since the last look. */
    synchronized ChunkReader read() throws SQLException {
        return new ChangesReader(source, this, areFollowed());
    }

    private boolean areFollowed() throws SQLException {
        if (!feeds.isEmpty()) {
            states.caughtUp();
            return true;
        }
        if (System.nanoTime() - askAgain < 0) {
            return false;
        }
        Optional<String> reason = mode == Mode.AUTO ? ChangeFeed.unsupported(database) : Optional.empty();
        if (mode == Mode.OFF || reason.isPresent()) {
            for (String collection : Source.COLLECTIONS) {
                states.write(
                        collection,
                        mode == Mode.OFF ? "off" : "unsupported",
                        reason.orElse("the setting community.change-streams says so"));
            }
            askAgain = System.nanoTime() + ASK_AGAIN.toNanos();
            return false;
        }
        return true;
    }

    /** The stream of a collection, where it was left. */
    synchronized ChangeFeed feed(SourceCollection collection) throws SQLException {
        ChangeFeed open = feeds.get(collection.name());
        if (open != null) {
            return open;
        }
        Optional<String> token =
                source.watermarks().read(collection.name() + WATERMARK).map(Watermarks.Mark::place);
        ChangeFeed feed;
        if (token.isEmpty()) {
            feed = fromNow(collection);
            states.following(collection.name());
            sweep.run();
        } else {
            feed = ChangeFeed.after(collection, token.get());
            feeds.put(collection.name(), feed);
            states.following(collection.name());
        }
        return feed;
    }

    /** Starts anew and says so: nothing that happened before now will come through the stream. */
    synchronized CodedException lost(SourceCollection collection, ChangesLostException reason) throws SQLException {
        close(collection.name());
        source.watermarks().remove(collection.name() + WATERMARK);
        fromNow(collection);
        states.lost(
                collection.name(),
                String.valueOf(reason.getMessage()),
                source.known().nextVersion());
        sweep.run();
        return new CodedException(
                "MONGO_CHANGES_LOST",
                "%s; a sweep looks for what was missed, new changes are followed".formatted(reason.getMessage()));
    }

    private ChangeFeed fromNow(SourceCollection collection) throws SQLException {
        ChangeFeed feed = ChangeFeed.fromNow(collection);
        feeds.put(collection.name(), feed);
        Optional<String> token = feed.token();
        if (token.isPresent()) {
            source.watermarks()
                    .write(collection.name() + WATERMARK, source.known().nextVersion(), token.get());
        }
        return feed;
    }

    /** Something changed and the stream does not say what. */
    void askForSweep() {
        sweep.run();
    }

    /** Nothing happened: the place moves on all the same, or it would be too old one day. Written now and then. */
    synchronized void idle(String collection, ChangeFeed feed) throws SQLException {
        Optional<String> token = feed.token();
        if (token.isPresent()
                && System.nanoTime() - idleSince.getOrDefault(collection, started) > NOTE_IDLE.toNanos()) {
            idleSince.put(collection, System.nanoTime());
            source.watermarks().write(collection + WATERMARK, source.known().nextVersion(), token.get());
        }
    }

    /** Goes back to what was committed: the next look opens the stream there. */
    synchronized void close(String collection) {
        @Nullable ChangeFeed feed = feeds.remove(collection);
        if (feed != null) {
            try {
                feed.close();
            } catch (MongoException away) {
                return; // the server forgets a cursor by itself when it is back
            }
        }
    }

    /** Closes all of them. */
    synchronized void close() {
        Source.COLLECTIONS.forEach(this::close);
    }
}
