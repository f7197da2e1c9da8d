package dev.serai.ledger;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.serai.nodes.Leases;
import dev.serai.nodes.TimerPolicy;
import dev.serai.schedule.AskedRuns;
import dev.serai.schedule.Schedule;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;
import org.quartz.Trigger;

/**
 * Makes each exchange that enters a route a run of a pipeline: booked when it begins and when it has ended, whichever
 * way it ended. An exchange of a stream belongs to the run of its minute, see {@link StreamRuns}.
 *
 * <p>The pipeline is that of {@link Pipelines#name}, or for a route that serves all pipelines the variable {@code pipeline}; the cause
 * is the variable {@code cause}, else why the scheduler started it. Thread-safe.
 */
public final class RunPolicy extends RoutePolicySupport {

    private static final String END = "serai.end";
    private static final NoArgGenerator IDS = Generators.timeBasedEpochGenerator();

    private static final Logger LOG = LogManager.getLogger(RunPolicy.class);

    private final Ledger ledger;
    private final StreamRuns streams;
    private final Leases leases;
    private final TimerPolicy timers;
    private final Instant startedAt;

    public RunPolicy(Ledger ledger, StreamRuns streams, Leases leases, TimerPolicy timers) {
        this.leases = leases;
        this.timers = timers;
        this.startedAt = ledger.now();
        this.ledger = ledger;
        this.streams = streams;
    }

    /** A new time-ordered id. */
    public static UUID newRunId() {
        return IDS.generate();
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        if (!timers.serves(route, exchange)) {
            return;
        }
        if (Pipelines.isStream(route)) {
            StreamRuns.Minute minute = streams.begin(Pipelines.name(route), route.getRouteId());
            begin(exchange, minute.run(), failure -> streams.end(minute, failure));
            return;
        }
        Optional<UUID> asked = askedRunId(exchange);
        String pipeline = exchange.getVariable("pipeline", Pipelines.name(route), String.class);
        String cause = exchange.getVariable("cause", cause(exchange).name(), String.class);
        Run run = new Run(
                asked.orElseGet(RunPolicy::newRunId),
                pipeline,
                route.getRouteId(),
                Run.Cause.valueOf(cause),
                ledger.now(),
                leases.token(route.getRouteId()));
        ledger.begin(run, nextRuns(route));
        begin(exchange, run, failure -> ledger.finish(run, failure));
    }

    private static void begin(Exchange exchange, Run run, Consumer<@Nullable Throwable> book) {
        exchange.setProperty(Run.PROPERTY, run);
        exchange.setVariable("run_id", run.id().toString());
        End end = new End(book);
        exchange.setProperty(END, end);
        exchange.getExchangeExtension().addOnCompletion(end);
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        End end = exchange.getProperty(END, End.class);
        if (end != null) {
            end.onDone(exchange);
        }
    }

    /**
     * Books the end of a run once: when its route is done, before a caller can catch what went wrong, or else when the
     * exchange is, because Camel leaves the former out while it stops.
     */
    private static final class End extends SynchronizationAdapter {

        private final Consumer<@Nullable Throwable> book;
        private final AtomicBoolean booked = new AtomicBoolean();

        End(Consumer<@Nullable Throwable> book) {
            this.book = book;
        }

        @Override
        public void onDone(Exchange exchange) {
            if (booked.compareAndSet(false, true)) {
                book.accept(exchange.getException());
            }
        }
    }

    private static Optional<UUID> askedRunId(Exchange exchange) {
        return jobData(exchange, AskedRuns.RUN_ID).map(UUID::fromString);
    }

    private static Optional<String> jobData(Exchange exchange, String key) {
        Map<?, ?> jobData = exchange.getMessage().getHeader("mergedJobDataMap", Map.class);
        return Optional.ofNullable(jobData == null ? null : jobData.get(key)).map(Object::toString);
    }

    /** Why the scheduler started it; one who asks in Quartz itself, for example in Hawtio, brings no run id. */
    private Run.Cause cause(Exchange exchange) {
        Date due = exchange.getMessage().getHeader("scheduledFireTime", Date.class);
        boolean request = Schedule.isRequest(exchange.getMessage().getHeader("trigger", Trigger.class));
        if (jobData(exchange, Schedule.CAUGHT_UP).isPresent()
                || (!request && due != null && due.toInstant().isBefore(startedAt))) {
            return Run.Cause.CATCH_UP;
        }
        return request ? Run.Cause.ASKED : Run.Cause.SCHEDULE;
    }

    private static List<Instant> nextRuns(Route route) {
        Optional<Schedule> schedule = Schedule.of(route);
        try {
            return schedule.isPresent() ? schedule.get().next(Pipelines.NEXT_RUNS) : List.of();
        } catch (SchedulerException | IllegalStateException e) {
            LOG.debug("the next times of {} are not known", route.getRouteId(), e);
            return List.of();
        }
    }
}
