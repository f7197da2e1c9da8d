package dev.serai.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.ThreadContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes runs into {@code ops.run}.
 *
 * <p>A run's counts are the sums of its loads, which the load statements booked themselves. While PostgreSQL is away
 * runs go on (what they land is loaded later) and their outcomes wait in memory, at most {@value #WAITING_LIMIT}; they
 * are written when it is back. Thread-safe.
 */
public final class Ledger {

    private static final Logger LOG = LogManager.getLogger(Ledger.class);
    private static final int WAITING_LIMIT = 10_000;

    private static final String BEGIN = """
            with next as (
                update ops.pipeline set next_run_at = coalesce(?, next_run_at), next_runs = coalesce(?, next_runs) where pipeline = ?
            )
            insert into ops.run (run_id, pipeline, route, cause, state, started_at, node, lease_token)
            values (?, ?, ?, ?, 'running', ?, ?, ?)
            on conflict (run_id) do nothing""";

    private static final String FINISH = """
            insert into ops.run as r (run_id, pipeline, route, cause, state, started_at, node, finished_at,
                error_code, error_message, read, inserted, updated, unchanged, rejected)
            select ?, ?, ?, ?, case when ? then 'failed' when count(*) > 0 and sum(read) = 0 then 'empty' else 'succeeded' end,
                ?, ?, ?, ?, ?, coalesce(sum(read), 0), coalesce(sum(inserted), 0), coalesce(sum(updated), 0),
                coalesce(sum(unchanged), 0), coalesce(sum(rejected), 0)
            from ops.load where run_id = ?
            on conflict (run_id) do update set state = excluded.state, finished_at = excluded.finished_at,
                error_code = excluded.error_code, error_message = excluded.error_message, read = excluded.read,
                inserted = excluded.inserted, updated = excluded.updated, unchanged = excluded.unchanged,
                rejected = excluded.rejected
            returning state, inserted, updated, unchanged, rejected,
                (select coalesce(sum(l.batches), 0) from ops.load l where l.run_id = r.run_id) as batches,
                array(select l.read / l.batches from ops.load l, generate_series(1, l.batches)
                    where l.run_id = r.run_id and r.cause <> 'stream') as batch_sizes""";

    private static final String INTERRUPTED = """
            update ops.run
            set state = 'interrupted', finished_at = clock_timestamp(), error_code = 'PROCESS_ENDED',
                error_message = 'the process ended before the run did; what the run had landed is loaded by the next catch-up',
                (read, inserted, updated, unchanged, rejected) = (
                    select coalesce(sum(l.read), 0), coalesce(sum(l.inserted), 0), coalesce(sum(l.updated), 0),
                           coalesce(sum(l.unchanged), 0), coalesce(sum(l.rejected), 0)
                    from ops.load l where l.run_id = run.run_id)
            where state = 'running' and node = ?""";

    /** What a run stored elsewhere than in PostgreSQL, so that no load statement could book it: always the whole of it. */
    private static final String STORED = """
            insert into ops.load as l (run_id, pipeline, dataset, read, inserted, updated, unchanged, rejected)
            values (?, ?, ?, ?, ?, 0, 0, 0)
            on conflict (run_id, dataset) where raw_object is null do update
                set read = excluded.read, inserted = excluded.inserted, batches = l.batches + 1""";

    /** @param stored records by where they were stored */
    private record Outcome(
            Run run, Instant finishedAt, @Nullable Failure failure, Map<String, Long> stored) {}

    private final DataSource postgres;
    private final String node;
    private final Clock clock;
    private final Consumer<BookedRun> booked;
    private final ConcurrentLinkedQueue<Outcome> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingSize = new AtomicInteger();

    /**
     * Writes on behalf of one process.
     *
     * @param node this process: host and management port, so that no two living processes have the same
     * @param booked is told of each run that has ended, once it is in the book
     */
    public Ledger(DataSource postgres, String node, Clock clock, Consumer<BookedRun> booked) {
        this.booked = booked;
        this.postgres = postgres;
        this.node = node;
        this.clock = clock;
    }

    public Instant now() {
        return clock.instant();
    }

    /** Closes the runs that an earlier process of this node left open when it ended. */
    public int closeInterrupted() throws SQLException {
        return closeInterrupted(node);
    }

    /** Closes the runs that a process left open when it ended. */
    public int closeInterrupted(String node) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(INTERRUPTED)) {
            statement.setString(1, node);
            return statement.executeUpdate();
        }
    }

    /** @param nextRuns when the schedule fires next, where it is known */
    void begin(Run run, List<Instant> nextRuns) {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            statement.setTimestamp(1, nextRuns.isEmpty() ? null : Timestamp.from(nextRuns.get(0)));
            statement.setArray(2, nextRuns.isEmpty() ? null : instants(connection, nextRuns));
            statement.setString(3, run.pipeline());
            statement.setObject(4, run.id());
            statement.setString(5, run.pipeline());
            statement.setString(6, run.route());
            statement.setString(7, run.cause().word());
            statement.setTimestamp(8, Timestamp.from(run.startedAt()));
            statement.setString(9, node);
            statement.setObject(10, run.leaseToken(), Types.BIGINT);
            statement.executeUpdate();
        } catch (SQLException e) {
            LOG.warn("run={} pipeline={} begins without the book: {}", run.id(), run.pipeline(), e.getMessage());
        }
    }

    static Array instants(Connection connection, List<Instant> instants) throws SQLException {
        return connection.createArrayOf(
                "timestamptz", instants.stream().map(Timestamp::from).toArray());
    }

    void finish(Run run, @Nullable Throwable thrown) {
        finish(run, clock.instant(), thrown, Map.of());
    }

    /** @param stored records that the run stored elsewhere than in PostgreSQL, by where */
    void finish(Run run, Instant finishedAt, @Nullable Throwable thrown, Map<String, Long> stored) {
        Failure failure = thrown == null ? null : Failure.of(thrown);
        if (failure != null && failure.code().equals("UNEXPECTED")) {
            LOG.error("run={} pipeline={} failed unexpectedly", run.id(), run.pipeline(), thrown);
        }
        Outcome outcome = new Outcome(run, finishedAt, failure, stored);
        try {
            writeWaiting();
            booked.accept(write(outcome));
            say(failure == null ? Level.INFO : Level.WARN, run);
        } catch (SQLException e) {
            wait(outcome);
            LOG.warn(
                    "run={} pipeline={} {} and waits to be booked: {}",
                    run.id(),
                    run.pipeline(),
                    failure == null ? "ended" : "failed: " + failure.message(),
                    e.getMessage());
        }
    }

    /** Writes the outcomes that could not be written while PostgreSQL was away. */
    public void writeWaiting() throws SQLException {
        Outcome outcome;
        while ((outcome = waiting.peek()) != null) {
            BookedRun written = write(outcome);
            if (waiting.remove(outcome)) {
                waitingSize.decrementAndGet();
                booked.accept(written);
                say(Level.INFO, outcome.run());
            }
        }
    }

    private void wait(Outcome outcome) {
        waiting.add(outcome);
        if (waitingSize.incrementAndGet() > WAITING_LIMIT) {
            Outcome oldest = waiting.poll();
            waitingSize.decrementAndGet();
            LOG.error("the book has been away too long: the outcome of {} is only in this line", oldest);
        }
    }

    /** The one line of a run; where lines are JSON its id and route are fields. */
    private void say(Level level, Run run) throws SQLException {
        String line = result(run.id()).orElseThrow();
        ThreadContext.put("run", run.id().toString());
        ThreadContext.put("pipeline", run.pipeline());
        ThreadContext.put("route", run.route());
        try {
            LOG.log(level, line);
        } finally {
            ThreadContext.removeAll(List.of("run", "pipeline", "route"));
        }
    }

    private BookedRun write(Outcome outcome) throws SQLException {
        Run run = outcome.run();
        Optional<Failure> failure = Optional.ofNullable(outcome.failure());
        stored(run, outcome.stored());
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(FINISH)) {
            statement.setObject(1, run.id());
            statement.setString(2, run.pipeline());
            statement.setString(3, run.route());
            statement.setString(4, run.cause().word());
            statement.setBoolean(5, failure.isPresent());
            statement.setTimestamp(6, Timestamp.from(run.startedAt()));
            statement.setString(7, node);
            statement.setTimestamp(8, Timestamp.from(outcome.finishedAt()));
            statement.setString(9, failure.map(Failure::code).orElse(null));
            statement.setString(10, failure.map(Failure::message).orElse(null));
            statement.setObject(11, run.id());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new BookedRun(
                        run.pipeline(),
                        run.cause().word(),
                        row.getString("state"),
                        Duration.between(run.startedAt(), outcome.finishedAt()),
                        row.getLong("batches"),
                        row.getLong("inserted"),
                        row.getLong("updated"),
                        row.getLong("unchanged"),
                        row.getLong("rejected"),
                        List.of((Long[]) row.getArray("batch_sizes").getArray()));
            }
        }
    }

    /**
     * Books what a run that is under way has stored elsewhere than in PostgreSQL.
     *
     * @param stored all records it has stored until now, by where
     */
    void stored(Run run, Map<String, Long> stored) throws SQLException {
        if (stored.isEmpty()) {
            return;
        }
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(STORED)) {
            for (Map.Entry<String, Long> each : stored.entrySet()) {
                statement.setObject(1, run.id());
                statement.setString(2, run.pipeline());
                statement.setString(3, each.getKey());
                statement.setLong(4, each.getValue());
                statement.setLong(5, each.getValue());
                statement.executeUpdate();
            }
        }
    }

    /** The outcome of a run as one line, once it has finished. */
    public Optional<String> result(UUID runId) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select format('run=%s pipeline=%s cause=%s state=%s read=%s inserted=%s updated=%s unchanged=%s rejected=%s in %s ms%s',
                            run_id, pipeline, cause, state, read, inserted, updated, unchanged, rejected,
                            round(extract(epoch from finished_at - started_at) * 1000), ' ' || error_code || ': ' || error_message)
                        from ops.run where run_id = ? and finished_at is not null""")) {
            statement.setObject(1, runId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
