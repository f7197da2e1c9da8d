package dev.serai.nodes;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What {@code ops.node}, {@code ops.lease} and {@code ops.subscription} say and are told, on one connection.
 *
 * <p>Only the clock of the database counts. Errors: {@link SQLException}. Not thread-safe.
 */
final class LeaseBook {

    /** How long a lease holds without being renewed, and a process counts as living without reporting. */
    static final Duration VALID = Duration.ofSeconds(10);

    private static final String VALIDITY = "interval '10 seconds'";

    private static final String REPORT = """
            insert into ops.node as n (node, process, version, nodes, serves, started_at) values (?, ?, ?, ?, ?, ?)
            on conflict (node) do update set process = excluded.process, version = excluded.version, nodes = excluded.nodes,
                serves = excluded.serves, started_at = excluded.started_at, seen_at = clock_timestamp(), ended_at = null""";

    private static final String LIVING = """
            select node, nodes, serves from ops.node where ended_at is null and seen_at > clock_timestamp() - %s""".formatted(VALIDITY);

    private static final String GONE = """
            select node from ops.node
            where (ended_at is not null or seen_at <= clock_timestamp() - %s) and seen_at > clock_timestamp() - interval '1 day'""".formatted(VALIDITY);

    private static final String FORGET = "delete from ops.node where seen_at < clock_timestamp() - interval '1 day'";

    private static final String ADD = "insert into ops.lease (pool, name) select ?, unnest(?) on conflict do nothing";

    private static final String RENEW = """
            update ops.lease set expires_at = clock_timestamp() + %s where process = ? returning pool, name, token""".formatted(VALIDITY);

    /** What an earlier process at the same address held is free at once. A load under way keeps its route, see ops.require_lease. */
    private static final String TAKE = """
            with free as (
                select pool, name from ops.lease
                where pool = ? and name = any (?)
                  and (process is null or expires_at <= clock_timestamp() or (node = ? and process <> ?))
                order by name
                limit ?
                for update skip locked
            )
            update ops.lease l
            set token = token + 1, process = ?, node = ?, taken_at = clock_timestamp(), expires_at = clock_timestamp() + %s
            from free
            where l.pool = free.pool and l.name = free.name
            returning l.name, l.token""".formatted(VALIDITY);

    private static final String RELEASE = """
            update ops.lease set process = null, node = null, expires_at = null
            where pool = ? and name = ? and process = ?""";

    private static final String SUBSCRIBE = """
            insert into ops.subscription as s (client_id, sessions) values (?, ?)
            on conflict (client_id) do update set sessions = greatest(s.sessions, excluded.sessions)
            returning sessions""";

    private final Connection connection;
    private final String node;
    private final UUID process;

    LeaseBook(Connection connection, String node, UUID process) {
        this.connection = connection;
        this.node = node;
        this.process = process;
    }

    void report(String version, int nodes, boolean serves, Instant startedAt) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REPORT)) {
            statement.setString(1, node);
            statement.setObject(2, process);
            statement.setString(3, version);
            statement.setInt(4, nodes);
            statement.setBoolean(5, serves);
            statement.setTimestamp(6, Timestamp.from(startedAt));
            statement.executeUpdate();
        }
    }

    /**
     * A living process.
     *
     * @param nodes its setting
     * @param serves whether it takes its share
     */
    record Living(String node, int nodes, boolean serves) {}

    List<Living> living() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LIVING);
                ResultSet row = statement.executeQuery()) {
            List<Living> living = new ArrayList<>();
            while (row.next()) {
                living.add(new Living(row.getString(1), row.getInt(2), row.getBoolean(3)));
            }
            return living;
        }
    }

    /** Those that have ended or gone during the last day. */
    Set<String> gone() throws SQLException {
        return names(GONE);
    }

    private Set<String> names(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            Set<String> names = new HashSet<>();
            while (row.next()) {
                names.add(row.getString(1));
            }
            return names;
        }
    }

    void forgetOld() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.executeUpdate();
        }
    }

    void add(String pool, Collection<String> names) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ADD)) {
            statement.setString(1, pool);
            statement.setArray(2, connection.createArrayOf("text", names.toArray()));
            statement.executeUpdate();
        }
    }

    /** What this process holds, with its tokens. */
    Map<Lease, Long> renew() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setObject(1, process);
            try (ResultSet row = statement.executeQuery()) {
                Map<Lease, Long> held = new HashMap<>();
                while (row.next()) {
                    held.put(new Lease(row.getString(1), row.getString(2)), row.getLong(3));
                }
                return held;
            }
        }
    }

    Map<Lease, Long> take(String pool, Collection<String> names, int most) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setString(1, pool);
            statement.setArray(2, connection.createArrayOf("text", names.toArray()));
            statement.setString(3, node);
            statement.setObject(4, process);
            statement.setInt(5, most);
            statement.setObject(6, process);
            statement.setString(7, node);
            try (ResultSet row = statement.executeQuery()) {
                Map<Lease, Long> taken = new HashMap<>();
                while (row.next()) {
                    taken.put(new Lease(pool, row.getString(1)), row.getLong(2));
                }
                return taken;
            }
        }
    }

    void release(Lease lease) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELEASE)) {
            statement.setString(1, lease.pool());
            statement.setString(2, lease.name());
            statement.setObject(3, process);
            statement.executeUpdate();
        }
    }

    /** Makes sure that a subscription has at least so many sessions; yields how many it has. */
    int subscribe(String clientId, int sessions) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SUBSCRIBE)) {
            statement.setString(1, clientId);
            statement.setInt(2, sessions);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Subscriptions that were shared at any time. */
    Set<String> subscriptions() throws SQLException {
        return names("select client_id from ops.subscription");
    }

    void aloneEnded(String clientId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update ops.subscription set alone_ended_at = clock_timestamp() where client_id = ?")) {
            statement.setString(1, clientId);
            statement.executeUpdate();
        }
    }

    /** Gives everything up. */
    void end() throws SQLException {
        for (String sql : new String[] {
            "update ops.lease set process = null, node = null, expires_at = null where process = ?",
            "update ops.node set ended_at = clock_timestamp() where process = ?"
        }) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setObject(1, process);
                statement.executeUpdate();
            }
        }
    }
}
