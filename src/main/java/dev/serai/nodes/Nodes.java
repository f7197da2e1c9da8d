package dev.serai.nodes;

import dev.serai.nodes.LeaseBook.Living;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * This process among those that share its stores: reports that it lives, and takes, renews and gives up leases, so that
 * each living process holds its share of each pool.
 *
 * <p>{@link #begin} belongs before the routes start, {@link #close} after they have stopped. With the setting
 * {@code nodes} at 1 nothing is leased, unless a subscription was shared before. Thread-safe.
 */
public final class Nodes implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(Nodes.class);
    private static final long PERIOD_MS = 2_000;
    private static final int NETWORK_TIMEOUT_MS = 4_000;

    /** A connection of its own, so that leases do not depend on what the pipelines do with theirs. */
    @FunctionalInterface
    public interface Connections {
        Connection open(String purpose) throws SQLException;
    }

    /** The routes of this process that only one process may serve. */
    public interface Routes {
        Collection<String> names();

        /** Whether nothing of it is under way or about to begin, so that another process can go on with it. */
        boolean isIdle(String route);
    }

    /** What has to be done about a process that has ended or gone. */
    @FunctionalInterface
    public interface AfterEnd {
        void of(String node) throws SQLException;
    }

    private final Connections connections;
    private final String node;
    private final int nodes;
    private final Instant startedAt;
    private final UUID process = UUID.randomUUID();
    private final Leases leases;
    private final SharedSubscriptions subscriptions;
    private final AfterEnd afterEnd;
    private final Set<String> knownGone = new HashSet<>();
    private final Map<String, Set<String>> known = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "nodes");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Routes routes;
    private @Nullable Connection connection;
    private boolean begun;
    private boolean first;
    private boolean away;
    private Map<String, Integer> warnedOf = Map.of();

    /**
     * Asks for nothing yet.
     *
     * @param node host and management port
     * @param nodes how many processes there are to be
     */
    public Nodes(Connections connections, DataSource postgres, String node, int nodes, AfterEnd afterEnd, Clock clock) {
        this.connections = connections;
        this.node = node;
        this.nodes = nodes;
        this.afterEnd = afterEnd;
        this.startedAt = clock.instant();
        leases = new Leases(postgres, process, nodes > 1);
        subscriptions = new SharedSubscriptions(leases, nodes);
    }

    public Leases leases() {
        return leases;
    }

    public SharedSubscriptions subscriptions() {
        return subscriptions;
    }

    /** Whether no other process lived when this one began: then what belongs to a start is its own to do. */
    public boolean isFirst() {
        return first;
    }

    /** Reports for the first time, and goes on doing so. */
    @SuppressWarnings("FutureReturnValueIgnored") // what is thrown is caught in look
    public void begin() throws SQLException {
        try (Connection once = connections.open("nodes")) {
            once.setAutoCommit(false);
            LeaseBook book = new LeaseBook(once, node, process);
            try (var lock = once.createStatement()) {
                lock.execute("select pg_advisory_xact_lock(hashtext('serai nodes'))"); // only one finds nobody
            }
            first = book.living().stream().allMatch(each -> each.node().equals(node));
            book.report(version(), nodes, false, startedAt);
            subscriptions.known(book.subscriptions());
            once.commit();
            begun = true;
        }
        thread.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /** The routes have started: this process takes its share of them, and of the sessions of their subscriptions. */
    public void serve(Routes started) {
        routes = started;
        thread.execute(this::look);
    }

    private static String version() {
        return Optional.ofNullable(Nodes.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private void look() {
        try {
            long begin = System.nanoTime();
            Connection open = connection();
            LeaseBook book = new LeaseBook(open, node, process);
            Routes mine = routes;
            book.report(version(), nodes, mine != null, startedAt);
            List<Living> living = book.living();
            warnOf(living);
            Map<Lease, Long> held = mine == null ? Map.of() : share(book, mine, living);
            open.commit();
            leases.renewed(held, begin);
            subscriptions.settle();
            mourn(book);
            open.commit();
            away = false;
        } catch (SQLException e) {
            LOG.log(away ? Level.DEBUG : Level.WARN, "leases cannot be renewed now: {}", e.getMessage());
            away = true;
            disconnect();
        } catch (RuntimeException e) {
            LOG.error("leases could not be looked at", e); // and the thread goes on
            disconnect();
        }
    }

    /** Processes that do not agree on their number do each other's work, which is stored once, and may leave some to nobody. */
    private void warnOf(List<Living> living) {
        Map<String, Integer> told = living.stream().collect(Collectors.toMap(Living::node, Living::nodes));
        boolean wrong = told.size() > nodes || !Set.of(nodes).containsAll(told.values());
        if (wrong && !told.equals(warnedOf)) {
            LOG.warn(
                    "these work on the same stores, each with its NODES: {}; set it to their number, for all of them",
                    told);
        }
        warnedOf = wrong ? told : Map.of();
    }

    private Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = connections.open("nodes");
            open.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MS);
            open.setAutoCommit(false);
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            LOG.debug("the connection for leases did not close", e);
        }
    }

    /** Renews what is held, gives up what is more than this process's share, takes what is free; yields what is held. */
    private Map<Lease, Long> share(LeaseBook book, Routes mine, List<Living> living) throws SQLException {
        Map<String, Set<String>> pools = new HashMap<>(subscriptions.pools(book));
        if (leases.isShared()) {
            pools.put(Lease.ROUTES, new TreeSet<>(mine.names()));
        }
        if (pools.isEmpty() && known.isEmpty()) {
            return Map.of();
        }
        for (Map.Entry<String, Set<String>> pool : pools.entrySet()) {
            if (!pool.getValue().equals(known.put(pool.getKey(), pool.getValue()))) {
                book.add(pool.getKey(), pool.getValue());
            }
        }
        Map<Lease, Long> held = book.renew();
        for (Lease lease : List.copyOf(held.keySet())) {
            if (!pools.getOrDefault(lease.pool(), Set.of()).contains(lease.name()) && mayLeave(lease)) {
                book.release(lease);
                held.remove(lease);
            }
        }
        int serving = (int) living.stream().filter(Living::serves).count(); // itself at least
        for (Map.Entry<String, Set<String>> pool : pools.entrySet()) {
            int share = (pool.getValue().size() + serving - 1) / serving;
            List<Lease> ours = held.keySet().stream()
                    .filter(lease -> lease.pool().equals(pool.getKey()))
                    .toList();
            if (ours.size() < share) {
                held.putAll(book.take(pool.getKey(), pool.getValue(), share - ours.size()));
            }
            int surplus = ours.size() - share;
            for (Lease lease : ours) {
                if (surplus > 0 && mayLeave(lease)) {
                    book.release(lease);
                    held.remove(lease);
                    surplus--;
                }
            }
        }
        return held;
    }

    /** Whether nothing is done under the lease any more; from then on nothing is. */
    private boolean mayLeave(Lease lease) {
        if (!lease.pool().equals(Lease.ROUTES)) {
            return subscriptions.mayLeave(lease);
        }
        Routes mine = routes;
        if (mine != null && !mine.isIdle(lease.name())) {
            return false;
        }
        leases.drop(lease);
        // One that began in between is under way now; the lease is back with the next renewal.
        return mine == null || mine.isIdle(lease.name());
    }

    /** Does what a process that is gone can no longer do. */
    private void mourn(LeaseBook book) throws SQLException {
        Set<String> gone = book.gone();
        gone.remove(node);
        for (String each : gone) {
            if (!knownGone.contains(each)) {
                LOG.info("{} has ended, or does not report any more: what it left open is closed", each);
                afterEnd.of(each);
                book.forgetOld();
            }
        }
        knownGone.clear();
        knownGone.addAll(gone);
    }

    /** Gives everything up, so that the others go on at once. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(Duration.ofMillis(NETWORK_TIMEOUT_MS).toSeconds() + 1, TimeUnit.SECONDS);
            if (begun) {
                Connection open = connection();
                new LeaseBook(open, node, process).end();
                open.commit();
            }
        } catch (SQLException e) {
            LOG.warn("leases could not be given up, they expire: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            subscriptions.close();
            disconnect();
        }
    }
}
