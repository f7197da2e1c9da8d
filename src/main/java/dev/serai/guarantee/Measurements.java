package dev.serai.guarantee;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import dev.serai.mongo.ChangeLog;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Looks how much room is left. Not thread-safe. */
final class Measurements {

    private static final long ASK_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

    /** The place of the collection that is furthest behind, if all changes are followed. */
    private static final String PLACE = """
            select min(w.updated_at), string_agg(distinct s.reason, '; ') filter (where s.state <> 'following')
            from community.change_stream s
            left join ops.watermark w on w.pipeline = 'community' and w.name = s.collection || ' changes'""";

    private final MongoClient mongo;
    private final Path writesTo;
    private final DiskOutlook filling = new DiskOutlook();
    private Outage changes = unknown("whether the server has change streams is known when it was first asked");
    private long askAgainNanos = System.nanoTime();

    /** @param writesTo a folder on the disk that this process writes to */
    Measurements(MongoClient mongo, Path writesTo) {
        this.mongo = mongo;
        this.writesTo = writesTo;
    }

    private static Outage unknown(String because) {
        return Outage.unlimited("MongoDB", "source", because);
    }

    /** How long the place of the change streams stays in the server's log; asked once a minute. */
    Outage changes(Connection connection) throws SQLException {
        if (System.nanoTime() - askAgainNanos < 0) {
            return changes;
        }
        askAgainNanos = System.nanoTime() + ASK_AGAIN_NANOS;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PLACE)) {
            row.next();
            String reason = row.getString(2);
            changes = reason != null
                    ? unknown("a sweep finds what has changed, whenever it is: changes are not followed, " + reason)
                    : row.getTimestamp(1) == null
                            ? changes
                            : window(row.getTimestamp(1).toInstant());
        }
        return changes;
    }

    private Outage window(Instant place) {
        try {
            Optional<Instant> oldest = ChangeLog.oldest(mongo);
            return oldest.isEmpty()
                    ? unknown(
                            "how far back the server's log of changes reaches it does not say; what is lost there, a sweep finds")
                    : window(place, oldest.get());
        } catch (MongoException e) {
            return unknown(
                    "how far back the server's log of changes reaches cannot be read now (%s); what is lost there, a sweep finds"
                            .formatted(e.getClass().getSimpleName()));
        }
    }

    /**
     * How long an outage may be until changes are lost from the log.
     *
     * @param place up to where the changes are loaded
     * @param oldest when the oldest change in the log was made
     */
    static Outage window(Instant place, Instant oldest) {
        double seconds = Math.max(0, Duration.between(oldest, place).toMillis() / 1e3);
        return new Outage(
                "MongoDB",
                "changes",
                seconds,
                "at the present rate the server's log of changes reaches that far back; after that a sweep finds what has changed, without the states between");
    }

    /** How long the disk of this process has room. */
    Outage disk() {
        try {
            FileStore store = Files.getFileStore(writesTo);
            long free = store.getUsableSpace();
            OptionalDouble seconds = filling.seconds(free, System.nanoTime());
            return disk(free, seconds);
        } catch (IOException e) {
            return Outage.unlimited("disk", "disk", "how much room is left cannot be seen: " + e.getMessage());
        }
    }

    static Outage disk(long freeBytes, OptionalDouble seconds) {
        String free = String.format(Locale.ROOT, "%.1f GB are free where a run writes its files", freeBytes / 1e9);
        return seconds.isPresent()
                ? new Outage("disk", "disk", seconds.getAsDouble(), free + ", and it is filling")
                : Outage.unlimited("disk", "disk", free + ", and it is not filling");
    }
}
