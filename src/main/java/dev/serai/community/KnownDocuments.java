package dev.serai.community;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** What {@code community.document} knows, and versions for what is read. Errors: {@link SQLException}. Thread-safe. */
final class KnownDocuments {

    /** A document that is not gone, and its content when it was last loaded. */
    record Known(String id, String hash) {}

    private final DataSource postgres;

    KnownDocuments(DataSource postgres) {
        this.postgres = postgres;
    }

    /** A version for what is read from now on. */
    long nextVersion() throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("select community.next_version()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The next ones in the order of their ids, those that are gone left out. */
    List<Known> after(String collection, String id, int count) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select document_id, encode(content_hash, 'hex') from community.document
                        where collection = ? and document_id > ? and deleted_at is null
                        order by collection, document_id limit ?""")) {
            statement.setString(1, collection);
            statement.setString(2, id);
            statement.setInt(3, count);
            try (ResultSet row = statement.executeQuery()) {
                List<Known> known = new ArrayList<>();
                while (row.next()) {
                    known.add(new Known(row.getString(1), row.getString(2)));
                }
                return known;
            }
        }
    }

    /** The hashes of those that are known and not gone. */
    Map<String, String> hashes(String collection, Collection<String> ids) throws SQLException {
        Map<String, String> hashes = new HashMap<>();
        if (ids.isEmpty()) {
            return hashes;
        }
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select document_id, encode(content_hash, 'hex') from community.document
                        where collection = ? and document_id = any (?) and deleted_at is null""")) {
            statement.setString(1, collection);
            statement.setArray(2, connection.createArrayOf("text", ids.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    hashes.put(row.getString(1), row.getString(2));
                }
            }
        }
        return hashes;
    }
}
