package dev.serai.nodes;

import dev.serai.mqtt.Sharing;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The sessions of shared subscriptions that this process reads: those whose leases it holds.
 *
 * <p>A subscription has as many sessions as it ever had, because messages wait in each of them at the broker; with fewer
 * processes each reads more. Thread-safe.
 */
public final class SharedSubscriptions implements Sharing, AutoCloseable {

    private final Leases leases;
    private final int nodes;
    private final Set<String> sharedBefore = ConcurrentHashMap.newKeySet();
    private final Map<String, Reader> readers = new ConcurrentHashMap<>();
    private final Set<String> aloneEnded = ConcurrentHashMap.newKeySet();
    private final Set<Lease> leaving = ConcurrentHashMap.newKeySet();
    private final Set<Lease> asked = new HashSet<>();
    private final ExecutorService settling = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "shared-subscriptions");
        thread.setDaemon(true);
        return thread;
    });

    /** What reads the sessions of one subscription; one thread at a time begins and ends them, holding its monitor. */
    private static final class Reader {
        private final String clientId;
        private final Sessions sessions;
        private final Set<String> reading = ConcurrentHashMap.newKeySet();
        /** Of the sessions that there are; 0 until it is known. */
        private volatile int count;

        private volatile boolean left;

        Reader(String clientId, Sessions sessions) {
            this.clientId = clientId;
            this.sessions = sessions;
        }
    }

    SharedSubscriptions(Leases leases, int nodes) {
        this.leases = leases;
        this.nodes = nodes;
    }

    void known(Set<String> clientIds) {
        sharedBefore.addAll(clientIds);
    }

    @Override
    public boolean isShared(String clientId) {
        return nodes > 1 || sharedBefore.contains(clientId);
    }

    @Override
    public void join(String clientId, Sessions sessions) {
        readers.put(clientId, new Reader(clientId, sessions));
    }

    @Override
    public void leave(String clientId) {
        Reader reader = readers.remove(clientId);
        if (reader != null) {
            reader.left = true;
            synchronized (reader) { // waits for what is being begun or ended now
                reader.reading.clear();
            }
        }
    }

    @Override
    public boolean mayConnect(String clientId, String session, boolean takenOver) {
        return leases.holds(new Lease(clientId, session), !takenOver);
    }

    @Override
    public void aloneEnded(String clientId) {
        aloneEnded.add(clientId);
    }

    /** The sessions that there are, by subscription; makes those that are missing. */
    Map<String, Set<String>> pools(LeaseBook book) throws SQLException {
        Map<String, Set<String>> pools = new HashMap<>();
        for (Reader reader : readers.values()) {
            if (aloneEnded.contains(reader.clientId)) {
                book.aloneEnded(reader.clientId);
                aloneEnded.remove(reader.clientId);
            }
            if (reader.count == 0) {
                reader.count = book.subscribe(reader.clientId, nodes);
            }
            Set<String> sessions = new TreeSet<>();
            for (int number = 1; number <= reader.count; number++) {
                sessions.add(Sharing.session(reader.clientId, number));
            }
            pools.put(reader.clientId, sessions);
        }
        return pools;
    }

    /** Whether the session is read no more; asks for that if it is. Never waits. */
    boolean mayLeave(Lease lease) {
        Reader reader = readers.get(lease.pool());
        if (reader != null) {
            asked.add(lease);
            leaving.add(lease); // before it is looked whether it is read: who begins to read looks here after saying so
            if (reader.reading.contains(lease.name())) {
                return false;
            }
        }
        leases.drop(lease);
        return true;
    }

    /** Begins to read what is held now, and stops what is not, on a thread of its own, because a stop takes its time. */
    void settle() {
        leaving.retainAll(asked);
        asked.clear();
        readers.values().forEach(reader -> settling.execute(() -> settle(reader)));
    }

    private void settle(Reader reader) {
        synchronized (reader) {
            for (String session : Set.copyOf(reader.reading)) {
                if (!wanted(reader, session)) {
                    reader.sessions.end(session);
                    reader.reading.remove(session);
                }
            }
            for (int number = 1; number <= reader.count; number++) {
                String session = Sharing.session(reader.clientId, number);
                if (reader.reading.add(session)) {
                    if (wanted(reader, session)) {
                        reader.sessions.begin(session);
                    } else {
                        reader.reading.remove(session);
                    }
                }
            }
        }
    }

    private boolean wanted(Reader reader, String session) {
        Lease lease = new Lease(reader.clientId, session);
        return !reader.left && leases.has(lease) && !leaving.contains(lease);
    }

    @Override
    public void close() {
        settling.shutdownNow();
    }
}
