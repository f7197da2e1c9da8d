package dev.serai.schedule;

import dev.serai.nodes.Leases;
import dev.serai.schedule.MissedRuns.Missed;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.component.timer.TimerConsumer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import org.quartz.CronTrigger;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.listeners.TriggerListenerSupport;

/**
 * Keeps the promises of the schedules: a run that was missed is caught up as its route declares and noted in
 * {@code ops.missed}, and a pause holds until somebody ends it.
 *
 * <p>{@link #begin} belongs before the scheduler starts, {@link #start} after it. While PostgreSQL is away what is to be
 * written waits. Thread-safe.
 */
public final class ScheduleKeeper implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(ScheduleKeeper.class);
    private static final long PERIOD_MS = 1000;

    private static final String WHILE_DOWN = "no process ran";
    private static final String TOO_LATE = "the run before was still under way, or the process was held up";

    /** A misfire that is not in the book yet. */
    private record Late(Missed missed, Schedule.CatchUp catchUp) {}

    /** Writes the next times of all pipelines into the book. */
    @FunctionalInterface
    public interface Registration {
        void register() throws SQLException, SchedulerException;
    }

    private final Supplier<Map<String, Schedule>> schedules;
    private final Registration registration;
    private final RequestedRuns requests;
    private final Pauses pauses;
    private final MissedRuns missedRuns;
    private final AskedRuns askedRuns;
    private final Takeover takeover;
    private final ClockFollower clockFollower;
    private final Leases leases;
    private final Clock clock;
    private final Set<String> caughtUp = ConcurrentHashMap.newKeySet();
    private final Queue<Late> late = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "schedules");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Scheduler scheduler;
    private boolean away;

    /**
     * @param schedules of the routes that are started, by pipeline
     * @param timers of the routes that are started
     */
    public ScheduleKeeper(
            DataSource postgres,
            Supplier<Map<String, Schedule>> schedules,
            Supplier<List<TimerConsumer>> timers,
            Registration registration,
            RequestedRuns requests,
            Leases leases,
            Clock clock) {
        this.schedules = schedules;
        this.registration = registration;
        this.requests = requests;
        this.pauses = new Pauses(postgres);
        this.missedRuns = new MissedRuns(postgres);
        this.askedRuns = new AskedRuns(postgres);
        this.takeover = new Takeover(missedRuns, leases, this::catchUp, clock);
        this.clockFollower = new ClockFollower(leases::servesAfter, timers, clock);
        this.leases = leases;
        this.clock = clock;
    }

    /** Applies pauses and arranges for what was missed, before anything fires. */
    public void begin() throws SQLException, SchedulerException {
        Map<String, Schedule> now = schedules.get();
        Optional<Schedule> any = now.values().stream().findFirst();
        if (any.isPresent()) {
            Scheduler started = any.get().scheduler();
            started.getListenerManager().addTriggerListener(new Listener());
            started.getListenerManager().addTriggerListener(requests);
            scheduler = started;
        }
        pauses.follow(now);
        if (!leases.isShared()) {
            for (Missed missed : missedRuns.due(clock.instant())) {
                Schedule schedule = now.get(missed.pipeline());
                if (schedule != null) {
                    catchUp(missed, schedule, WHILE_DOWN);
                }
            }
        }
    }

    private void catchUp(Missed missed, Schedule schedule, String reason) throws SQLException, SchedulerException {
        missedRuns.note(missed, schedule.catchUp(), reason);
        switch (schedule.catchUp()) {
            case ONCE -> schedule.runNow(Map.of(Schedule.CAUGHT_UP, "yes"));
            case ALL -> schedule.replayFrom(missed.first(), leases.token(schedule.route()));
            case NONE -> {
                return;
            }
        }
        caughtUp.add(missed.pipeline());
    }

    /** Pipelines that run, or ran, because this process found at its start that they had missed something. */
    public Set<String> caughtUp() {
        return Set.copyOf(caughtUp);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is thrown is caught in look
    public void start() {
        thread.scheduleWithFixedDelay(this::look, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * Lets a pipeline rest until it is resumed, over restarts too; a run under way ends. Runs that are asked for still run.
     *
     * @param who for people to read
     */
    public void pause(String pipeline, String who) throws SQLException, SchedulerException {
        pauses.pause(pipeline, schedule(pipeline), who);
    }

    /** Lets it go on; yields its next time. Times that passed during the pause were not missed. */
    public List<Instant> resume(String pipeline) throws SQLException, SchedulerException {
        Schedule schedule = schedule(pipeline);
        pauses.resume(pipeline, schedule);
        registration.register();
        return schedule.next(1);
    }

    private Schedule schedule(String pipeline) {
        Schedule schedule = schedules.get().get(pipeline);
        if (schedule == null) {
            throw new IllegalArgumentException("'%s' has no schedule that could be paused or resumed; there are: %s"
                    .formatted(pipeline, String.join(", ", schedules.get().keySet())));
        }
        return schedule;
    }

    private void look() {
        try {
            boolean leftOut = leases.isShared() && takeover.serve(schedules.get());
            boolean setBack = clockFollower.follow(schedules.get());
            if (pauses.follow(schedules.get()) || leftOut || setBack) {
                registration.register();
            }
            Late next;
            while ((next = late.peek()) != null) {
                missedRuns.note(next.missed(), next.catchUp(), TOO_LATE);
                late.remove();
            }
            if (leases.isShared()) {
                requests.ask(() -> askedRuns.begin(schedules.get(), leases));
            }
            away = false;
        } catch (SQLException e) {
            LOG.log(away ? Level.DEBUG : Level.WARN, "pauses cannot be looked up now: {}", e.getMessage());
            away = true;
        } catch (SchedulerException | RuntimeException e) {
            LOG.error("the schedules could not be looked at", e); // and the thread goes on
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /**
     * Ends the scheduler, if it has outlived the routes: Camel counts its jobs and leaves it running when one that an
     * exchange of routes has replaced still counts. To be called when the routes have stopped.
     */
    public void endScheduler() {
        Scheduler left = scheduler;
        try {
            if (left != null && !left.isShutdown()) {
                left.shutdown();
            }
        } catch (SchedulerException e) {
            LOG.warn("the scheduler does not end: {}", e.getMessage());
        }
    }

    /** What Quartz tells, on its own threads. */
    private final class Listener extends TriggerListenerSupport {

        @Override
        public String getName() {
            return "serai";
        }

        /**
         * A route that was exchanged has a new trigger, which may fire before it is paused; and where several processes
         * have the trigger, one of them serves it.
         */
        @Override
        public boolean vetoJobExecution(Trigger trigger, JobExecutionContext context) {
            Optional<String> pipeline = pipelineOf(trigger);
            return !Schedule.isRequest(trigger)
                    && pipeline.isPresent()
                    && (pauses.isPaused(pipeline.get())
                            || !isServed(pipeline.get(), trigger, context.getScheduledFireTime()));
        }

        private boolean isServed(String pipeline, Trigger trigger, Date due) {
            Schedule schedule = schedules.get().get(pipeline);
            return schedule == null || leases.serves(schedule.route(), due.toInstant(), Schedule.tokenOf(trigger));
        }

        @Override
        public void triggerMisfired(Trigger trigger) {
            Date due = trigger.getNextFireTime();
            Optional<String> pipeline = pipelineOf(trigger);
            if (due == null
                    || !(trigger instanceof CronTrigger cron)
                    || pipeline.isEmpty()
                    || pauses.isPaused(pipeline.get())
                    || !isServed(pipeline.get(), trigger, due)) {
                return;
            }
            TimeZone zone = cron.getTimeZone();
            Missed missed =
                    MissedRuns.count(pipeline.get(), cron.getCronExpression(), zone, due.toInstant(), clock.instant());
            late.add(new Late(
                    missed,
                    trigger.getMisfireInstruction() == CronTrigger.MISFIRE_INSTRUCTION_DO_NOTHING
                            ? Schedule.CatchUp.NONE
                            : Schedule.CatchUp.ONCE));
        }

        private Optional<String> pipelineOf(Trigger trigger) {
            return schedules.get().entrySet().stream()
                    .filter(each -> each.getValue().key().equals(trigger.getKey()))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }
    }
}
