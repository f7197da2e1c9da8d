package dev.serai.nodes;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What this process holds among those that share its stores; everything, where it works alone.
 *
 * <p>Source: {@link Nodes}, which renews it every two seconds. A process that was held up for longer than a lease is valid
 * asks PostgreSQL before it goes on. While PostgreSQL is away nobody can take anything, so who held it last goes on: what
 * is landed twice in the worst case is loaded once. Thread-safe.
 */
public final class Leases {

    private static final Logger LOG = LogManager.getLogger(Leases.class);

    private static final String STILL = "select true from ops.lease where pool = ? and name = ? and process = ?";

    /** @param servedAfter times up to this one are not its own */
    private record Held(long token, Instant servedAfter) {}

    private final DataSource postgres;
    private final UUID process;
    private final boolean shared;
    private final Queue<String> taken = new ConcurrentLinkedQueue<>();
    private volatile Map<Lease, Held> held = Map.of();
    private volatile long renewedNanos;

    Leases(DataSource postgres, UUID process, boolean shared) {
        this.postgres = postgres;
        this.process = process;
        this.shared = shared;
    }

    /** Whether others may hold what this process does not. */
    public boolean isShared() {
        return shared;
    }

    /** Whether this process serves a route that a schedule or a timer starts. */
    public boolean holdsRoute(String route) {
        return !shared || holds(new Lease(Lease.ROUTES, route), true);
    }

    /**
     * Whether it serves the time at which a schedule was due, which may have passed before it took the route.
     *
     * @param caughtUpUnder token under which the times since the last holder are made up for, which it serves all; or null
     */
    public boolean serves(String route, Instant due, @Nullable Long caughtUpUnder) {
        if (!shared) {
            return true;
        }
        Held now = held.get(new Lease(Lease.ROUTES, route));
        return now != null
                && (due.isAfter(now.servedAfter()) || Objects.equals(caughtUpUnder, now.token()))
                && holdsRoute(route);
    }

    /** Serves what is due after this time; before it was called nothing of a route that was taken is served. */
    public synchronized void servesAfter(String route, Instant due) {
        Lease lease = new Lease(Lease.ROUTES, route);
        Held now = held.get(lease);
        if (now != null) {
            Map<Lease, Held> changed = new HashMap<>(held);
            changed.put(lease, new Held(now.token(), due));
            held = Map.copyOf(changed);
        }
    }

    /** Under which a run of the route begins; null where the process works alone or does not hold it. */
    public @Nullable Long token(String route) {
        Held now = held.get(new Lease(Lease.ROUTES, route));
        return now == null ? null : now.token();
    }

    /** The next route that was taken since the last time; null if there is none. */
    public @Nullable String nextTaken() {
        return taken.poll();
    }

    /** @param ifUnknown what counts while PostgreSQL is away */
    boolean holds(Lease lease, boolean ifUnknown) {
        if (!held.containsKey(lease)) {
            return false;
        }
        if (System.nanoTime() - renewedNanos < LeaseBook.VALID.toNanos()) {
            return true;
        }
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(STILL)) {
            statement.setString(1, lease.pool());
            statement.setString(2, lease.name());
            statement.setObject(3, process);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            LOG.debug("whether {} is still held cannot be asked: {}", lease, e.getMessage());
            return ifUnknown;
        }
    }

    // ---- told by Nodes ---------------------------------------------------------------------------------------------

    boolean has(Lease lease) {
        return held.containsKey(lease);
    }

    /** Nothing of it begins from now on; the process still has it in the book. */
    synchronized void drop(Lease lease) {
        Map<Lease, Held> rest = new HashMap<>(held);
        rest.remove(lease);
        held = Map.copyOf(rest);
    }

    /**
     * Replaces what is held.
     *
     * @param sinceNanos when it was renewed, {@link System#nanoTime} before PostgreSQL was asked
     */
    synchronized void renewed(Map<Lease, Long> tokens, long sinceNanos) {
        Map<Lease, Held> before = held;
        Map<Lease, Held> now = new HashMap<>();
        tokens.forEach((lease, token) -> {
            Held old = before.get(lease);
            boolean same = old != null && old.token() == token;
            now.put(lease, same ? old : new Held(token, Instant.MAX));
            if (!same && lease.pool().equals(Lease.ROUTES)) {
                taken.add(lease.name());
            }
        });
        renewedNanos = sinceNanos;
        held = Map.copyOf(now);
    }
}
