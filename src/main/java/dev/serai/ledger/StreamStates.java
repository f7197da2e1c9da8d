package dev.serai.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What the consumers of streams report, kept in {@code ops.stream}.
 *
 * <p>Being told only touches memory. {@link #write} writes what has changed, and every few seconds also what has not, so
 * that one sees whether a process still reports. Thread-safe.
 */
public final class StreamStates implements StreamObserver {

    /** Far below the minute after which a process is taken for gone. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

    /** Arrivals alone are written no more often than this. */
    private static final Duration ARRIVALS = Duration.ofSeconds(2);

    private static final String FORGET = "delete from ops.stream where pipeline = ? and node = ?";

    private static final String WRITE = """
            insert into ops.stream (pipeline, node, connected, since_at, last_message_at, messages, usual_gap_ms,
                silent_since_at, failing_since_at, next_try_at, reason, warning, queue_limit, messages_per_second)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (pipeline, node) do update set connected = excluded.connected, since_at = excluded.since_at,
                last_message_at = excluded.last_message_at, messages = excluded.messages,
                usual_gap_ms = excluded.usual_gap_ms, silent_since_at = excluded.silent_since_at,
                failing_since_at = excluded.failing_since_at, next_try_at = excluded.next_try_at,
                reason = excluded.reason, warning = excluded.warning, queue_limit = excluded.queue_limit,
                messages_per_second = excluded.messages_per_second, updated_at = clock_timestamp()""";

    /** The state of one stream; its fields are guarded by the {@link StreamStates} it belongs to. */
    private static final class State {
        private boolean connected;
        private Instant since;
        private @Nullable Instant lastMessageAt;
        private long messages;
        private @Nullable Duration usualGap;
        private @Nullable Instant silentSince;
        private @Nullable Instant failingSince;
        private @Nullable Instant nextTryAt;
        private @Nullable String disconnection;
        private @Nullable String failure;
        private @Nullable String warning;
        private @Nullable Long queueLimit;
        private @Nullable Double perSecond;
        private boolean changed = true;
        private boolean arrived;
        private Instant writtenAt = Instant.EPOCH;

        State(Instant now) {
            since = now;
        }

        boolean isDue(Instant now) {
            Duration age = Duration.between(writtenAt, now);
            return changed || (arrived && age.compareTo(ARRIVALS) >= 0) || age.compareTo(SIGN_OF_LIFE) >= 0;
        }
    }

    private final DataSource postgres;
    private final String node;
    private final Clock clock;
    private final Function<String, Optional<String>> pipelineOf;
    private final ObjIntConsumer<String> batches;
    private final Map<String, State> states = new LinkedHashMap<>();
    private final Set<String> left = new HashSet<>();

    /**
     * @param pipelineOf the pipeline of a route, once it is known
     * @param batches told the pipeline and the messages of each batch that has gone through
     */
    public StreamStates(
            DataSource postgres,
            String node,
            Clock clock,
            Function<String, Optional<String>> pipelineOf,
            ObjIntConsumer<String> batches) {
        this.postgres = postgres;
        this.node = node;
        this.clock = clock;
        this.pipelineOf = pipelineOf;
        this.batches = batches;
    }

    private State state(String routeId) {
        return states.computeIfAbsent(routeId, id -> new State(clock.instant()));
    }

    @Override
    public synchronized void left(String routeId) {
        states.remove(routeId);
        left.add(routeId);
    }

    @Override
    public synchronized void connected(String routeId) {
        State state = state(routeId);
        if (!state.connected) {
            state.since = clock.instant();
        }
        state.connected = true;
        state.disconnection = null;
        state.changed = true;
    }

    @Override
    public synchronized void disconnected(String routeId, String reason) {
        State state = state(routeId);
        if (state.connected) {
            state.since = clock.instant();
        }
        state.connected = false;
        state.disconnection = reason;
        state.changed = true;
    }

    @Override
    public synchronized void received(String routeId, int messages, Instant at) {
        State state = state(routeId);
        state.changed |= state.silentSince != null;
        state.silentSince = null;
        state.lastMessageAt = at;
        state.messages += messages;
        state.arrived = true;
    }

    @Override
    public synchronized void processed(String routeId, int messages) {
        State state = state(routeId);
        state.changed |= state.failingSince != null;
        state.failingSince = null;
        state.nextTryAt = null;
        state.failure = null;
        pipelineOf.apply(routeId).ifPresent(pipeline -> batches.accept(pipeline, messages));
    }

    @Override
    public synchronized void silent(String routeId, Duration since, Duration usual) {
        State state = state(routeId);
        state.silentSince = clock.instant().minus(since);
        state.usualGap = usual;
        state.changed = true;
    }

    @Override
    public synchronized void failed(String routeId, Throwable failure, Duration nextTry) {
        State state = state(routeId);
        Instant now = clock.instant();
        if (state.failingSince == null) {
            state.failingSince = now;
        }
        state.nextTryAt = now.plus(nextTry);
        state.failure = Failure.of(failure).message();
        state.changed = true;
    }

    @Override
    public synchronized void warned(String routeId, String warning) {
        State state = state(routeId);
        state.warning = warning.isEmpty() ? null : warning;
        state.changed = true;
    }

    @Override
    public synchronized void foretold(String routeId, long queueLimit, double perSecond) {
        State state = state(routeId);
        state.queueLimit = queueLimit;
        state.perSecond = perSecond;
        state.changed = true;
    }

    /** Nothing is read any more: the process is about to end. */
    synchronized void stopped() {
        for (State state : states.values()) {
            state.since = state.connected ? clock.instant() : state.since;
            state.connected = false;
            state.disconnection = "the process that reads it was stopped";
            state.changed = true;
        }
    }

    /** Writes what is due. While PostgreSQL is away it stays due. */
    void write() throws SQLException {
        for (String routeId : leftBehind()) {
            Optional<String> pipeline = pipelineOf.apply(routeId);
            if (pipeline.isPresent()) {
                forget(routeId, pipeline.get());
            }
        }
        for (String routeId : due()) {
            Optional<String> pipeline = pipelineOf.apply(routeId);
            if (pipeline.isPresent()) {
                write(routeId, pipeline.get());
            }
        }
    }

    private synchronized Iterable<String> leftBehind() {
        left.removeAll(states.keySet());
        return List.copyOf(left);
    }

    private void forget(String routeId, String pipeline) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setString(1, pipeline);
            statement.setString(2, node);
            statement.executeUpdate();
        }
        synchronized (this) {
            left.remove(routeId);
        }
    }

    private synchronized Iterable<String> due() {
        Instant now = clock.instant();
        return states.entrySet().stream()
                .filter(state -> state.getValue().isDue(now))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void write(String routeId, String pipeline) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(WRITE)) {
            synchronized (this) {
                State state = state(routeId);
                statement.setString(1, pipeline);
                statement.setString(2, node);
                statement.setBoolean(3, state.connected);
                statement.setTimestamp(4, Timestamp.from(state.since));
                statement.setTimestamp(5, timestamp(state.lastMessageAt));
                statement.setLong(6, state.messages);
                statement.setObject(7, state.usualGap == null ? null : state.usualGap.toNanos() / 1e6);
                statement.setTimestamp(8, timestamp(state.silentSince));
                statement.setTimestamp(9, timestamp(state.failingSince));
                statement.setTimestamp(10, timestamp(state.nextTryAt));
                statement.setString(11, state.connected ? state.failure : state.disconnection);
                statement.setString(12, state.warning);
                statement.setObject(13, state.queueLimit);
                statement.setObject(14, state.perSecond);
                state.changed = false;
                state.arrived = false;
                state.writtenAt = clock.instant();
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            synchronized (this) {
                state(routeId).changed = true;
            }
            throw e;
        }
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
