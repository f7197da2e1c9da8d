package dev.serai.bench;

import dev.serai.stack.LocalStack;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/**
 * An empty database for a peer. Immutable.
 *
 * @param url as JDBC has it
 */
record PeerDatabase(String url, String user, String password) {

    static PeerDatabase fresh(LocalStack stack) {
        Map<String, String> settings = stack.settings();
        return new PeerDatabase(
                stack.freshDatabase(),
                String.valueOf(settings.get("postgres.user")),
                String.valueOf(settings.get("postgres.password")));
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    /** The same for libpq and its like; the search path is a schema that its user may write to. */
    String dsn() {
        URI at = URI.create(url.substring("jdbc:".length()));
        return "postgres://%s:%s@%s:%d%s?sslmode=disable"
                .formatted(
                        user,
                        URLEncoder.encode(password, StandardCharsets.UTF_8),
                        at.getHost(),
                        at.getPort(),
                        at.getPath());
    }
}
