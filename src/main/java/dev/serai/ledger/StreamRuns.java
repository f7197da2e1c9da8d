package dev.serai.ledger;

import dev.serai.nodes.Leases;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The runs of streams: one for each route and minute in which something began.
 *
 * <p>A run has failed if what was tried last in it did. What its batches load is booked by their load statements; what
 * they store elsewhere is counted here by {@link #stored}. Beginning and ending only touch memory: {@link #book} writes,
 * on a thread that may wait for PostgreSQL while the streams go on. Thread-safe.
 */
public final class StreamRuns {

    private static final Logger LOG = LogManager.getLogger(StreamRuns.class);

    /** One minute of one route. Its fields are guarded by the {@link StreamRuns} it belongs to. */
    static final class Minute {

        private final Run run;
        private final Instant end;
        private final Map<String, Long> stored = new TreeMap<>();
        private int underWay;
        private Instant endedAt;
        private @Nullable Throwable failure;
        private boolean begun;
        private boolean unbooked;

        Minute(Run run) {
            this.run = run;
            end = run.startedAt().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
            endedAt = run.startedAt();
        }

        Run run() {
            return run;
        }
    }

    private final Ledger ledger;
    private final Leases leases;
    private final Clock clock;
    private final Map<String, Minute> current = new HashMap<>();
    private final List<Minute> over = new ArrayList<>();

    public StreamRuns(Ledger ledger, Leases leases, Clock clock) {
        this.ledger = ledger;
        this.leases = leases;
        this.clock = clock;
    }

    /** Something begins; it belongs to the minute that is now. */
    synchronized Minute begin(String pipeline, String routeId) {
        Instant now = clock.instant();
        Minute minute = current.get(routeId);
        Long token = leases.token(routeId);
        if (minute == null || !now.isBefore(minute.end) || !Objects.equals(token, minute.run.leaseToken())) {
            if (minute != null) {
                over.add(minute);
            }
            minute = new Minute(new Run(RunPolicy.newRunId(), pipeline, routeId, Run.Cause.STREAM, now, token));
            current.put(routeId, minute);
        }
        minute.underWay++;
        return minute;
    }

    /** It has ended. */
    synchronized void end(Minute minute, @Nullable Throwable failure) {
        minute.underWay--;
        minute.endedAt = clock.instant();
        minute.failure = failure;
    }

    /**
     * Counts records that were stored elsewhere than in PostgreSQL, by the run of this exchange.
     *
     * @param where such as {@code s3://sensor-data/raw/}
     */
    public synchronized void stored(Exchange exchange, String where, long records) {
        Run run = Run.of(exchange);
        Minute minute = Optional.ofNullable(current.get(run.route()))
                .filter(now -> now.run.id().equals(run.id()))
                .or(() -> over.stream()
                        .filter(past -> past.run.id().equals(run.id()))
                        .findFirst())
                .orElseThrow(() -> new IllegalStateException("%s is no run of a stream".formatted(run)));
        minute.stored.merge(where, records, Long::sum);
        minute.unbooked = true;
    }

    /** Writes what has begun, been counted and ended since the last time. What PostgreSQL cannot take now waits. */
    void book() {
        book(false);
    }

    /** Ends all of them, whatever the time is: nothing more comes. */
    void bookAll() {
        book(true);
    }

    private void book(boolean all) {
        List<Minute> ended = new ArrayList<>();
        Map<Run, Map<String, Long>> open = new HashMap<>();
        List<Run> begun = new ArrayList<>();
        synchronized (this) {
            Instant now = clock.instant();
            current.values().removeIf(minute -> (all || !now.isBefore(minute.end)) && over.add(minute));
            over.removeIf(minute -> (all || minute.underWay == 0) && ended.add(minute));
            for (Minute minute : current.values()) {
                if (!minute.begun) {
                    minute.begun = true;
                    begun.add(minute.run);
                }
                if (minute.unbooked) {
                    minute.unbooked = false;
                    open.put(minute.run, Map.copyOf(minute.stored));
                }
            }
        }
        ended.forEach(minute -> ledger.finish(minute.run, minute.endedAt, minute.failure, Map.copyOf(minute.stored)));
        begun.forEach(run -> ledger.begin(run, List.of()));
        open.forEach((run, stored) -> {
            try {
                ledger.stored(run, stored);
            } catch (SQLException e) {
                LOG.debug("run={} pipeline={} is booked at its end: {}", run.id(), run.pipeline(), e.getMessage());
            }
        });
    }
}
