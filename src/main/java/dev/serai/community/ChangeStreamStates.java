package dev.serai.community;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Writes {@code community.change_stream}. Errors: {@link SQLException}. Thread-safe. */
final class ChangeStreamStates {

    private static final String WRITE = """
            insert into community.change_stream as s (collection, state, reason, sweep_after) values (?, ?, ?, ?)
            on conflict (collection) do update set state = excluded.state, reason = excluded.reason, since_at = now(),
                sweep_after = excluded.sweep_after
            where (s.state, s.reason, s.sweep_after) is distinct from (excluded.state, excluded.reason, excluded.sweep_after)""";

    /** One that is lost stays so until a sweep has found what was missed. */
    private static final String FOLLOWING = """
            insert into community.change_stream as s (collection, state) values (?, 'following')
            on conflict (collection) do update set state = 'following', reason = null, since_at = now(), sweep_after = null
            where s.state not in ('following', 'lost')""";

    private static final String CAUGHT_UP = """
            update community.change_stream s
            set state = 'following', reason = null, since_at = now(), sweep_after = null
            from ops.watermark w
            where s.state = 'lost' and w.pipeline = 'community' and w.name = s.collection || ' swept'
              and cast(left(w.value, 20) as bigint) >= s.sweep_after""";

    private final DataSource postgres;
    private volatile boolean mayBeLost = true;

    ChangeStreamStates(DataSource postgres) {
        this.postgres = postgres;
    }

    void write(String collection, String state, String reason) throws SQLException {
        write(collection, state, reason, null);
    }

    void following(String collection) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(FOLLOWING)) {
            statement.setString(1, collection);
            statement.executeUpdate();
        }
    }

    /** @param sweepAfter a sweep that began at this version or later finds what was missed */
    void lost(String collection, String reason, long sweepAfter) throws SQLException {
        write(collection, "lost", reason, sweepAfter);
        mayBeLost = true;
    }

    /** After a sweep: what was missed has been found. */
    void caughtUp() throws SQLException {
        if (!mayBeLost) {
            return;
        }
        try (Connection connection = postgres.getConnection();
                PreparedStatement update = connection.prepareStatement(CAUGHT_UP);
                PreparedStatement left = connection.prepareStatement(
                        "select exists (select from community.change_stream where state = 'lost')")) {
            update.executeUpdate();
            try (var row = left.executeQuery()) {
                row.next();
                mayBeLost = row.getBoolean(1);
            }
        }
    }

    private void write(String collection, String state, String reason, @Nullable Long sweepAfter) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(WRITE)) {
            statement.setString(1, collection);
            statement.setString(2, state);
            statement.setString(3, reason);
            statement.setObject(4, sweepAfter);
            statement.executeUpdate();
        }
    }
}
