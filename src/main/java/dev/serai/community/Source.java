package dev.serai.community;

import com.mongodb.client.MongoDatabase;
import dev.serai.mongo.DocumentCursor;
import dev.serai.mongo.SourceCollection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/**
 * What the readers of the community share. Thread-safe.
 *
 * @param collections users, groups, messages
 * @param ending whether the process is about to end, so that a reader stops where it is
 */
record Source(
        List<SourceCollection> collections,
        KnownDocuments known,
        Watermarks watermarks,
        Chunk.Limits limits,
        BooleanSupplier ending) {

    /** Documents of one answer of the server; it sends fewer if they are large. */
    static final int BATCH = 1_000;

    static final List<String> COLLECTIONS = List.of("users", "groups", "messages");

    /** Fields that are written anew with every change of anything, and into no table. */
    static final Map<String, List<String>> VOLATILE =
            Map.of("users", List.of("subscriptions.invoices._id", "subscriptions.planType._id"));

    static Source of(MongoDatabase database, DataSource postgres, Chunk.Limits limits, BooleanSupplier ending) {
        return new Source(
                COLLECTIONS.stream()
                        .map(name -> new SourceCollection(database, name, VOLATILE.getOrDefault(name, List.of())))
                        .toList(),
                new KnownDocuments(postgres),
                new Watermarks(postgres),
                limits,
                ending);
    }

    SourceCollection collection(String name) {
        return collections.get(COLLECTIONS.indexOf(name));
    }

    /** Versions for a cursor, whose interface knows no errors of PostgreSQL. */
    DocumentCursor.Versions versions() {
        return () -> {
            try {
                return known.nextVersion();
            } catch (SQLException e) {
                throw new VersionException(e);
            }
        };
    }

    /** PostgreSQL could not give a version; the cause says why. */
    static final class VersionException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        VersionException(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
