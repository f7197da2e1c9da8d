package dev.serai.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.jspecify.annotations.Nullable;
import org.quartz.CronTrigger;
import org.quartz.JobDataMap;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.Trigger.TriggerState;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;

/**
 * When a route runs, as its {@code quartz:} address declares it.
 *
 * <p>{@code cron} and {@code trigger.timeZone} say when, {@code stateful} that runs do not overlap, and Quartz's own
 * {@code trigger.misfireInstruction} what becomes of runs that were missed. <br>
 * Errors: {@link SchedulerException}, {@link IllegalStateException} while the route is not scheduled. Thread-safe.
 */
public final class Schedule {

    /** What becomes of the runs that were missed. */
    public enum CatchUp {
        ONCE("once"),
        ALL("all"),
        NONE("none");

        private final String word;

        CatchUp(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** In the data of a job that was started because a run had been missed. */
    public static final String CAUGHT_UP = "serai.caught-up";

    private static final String TOKEN = "serai.lease-token";

    private final QuartzEndpoint endpoint;
    private final Route route;

    private Schedule(QuartzEndpoint endpoint, Route route) {
        this.endpoint = endpoint;
        this.route = route;
    }

    /** The schedule of a route; none if something else starts it. */
    public static Optional<Schedule> of(Route route) {
        return route.getEndpoint() instanceof QuartzEndpoint endpoint
                ? Optional.of(new Schedule(endpoint, route))
                : Optional.empty();
    }

    /** Id of its route. */
    String route() {
        return route.getRouteId();
    }

    /** The cron expression. */
    public String cron() {
        return endpoint.getCron().replace('+', ' ');
    }

    public String timeZone() throws SchedulerException {
        return trigger() instanceof CronTrigger cron ? cron.getTimeZone().getID() : "UTC";
    }

    public CatchUp catchUp() throws SchedulerException {
        return switch (trigger().getMisfireInstruction()) {
            case Trigger.MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY -> CatchUp.ALL;
            case CronTrigger.MISFIRE_INSTRUCTION_DO_NOTHING -> CatchUp.NONE;
            default -> CatchUp.ONCE;
        };
    }

    /** Whether a run may begin before the last one has ended. */
    public boolean overlaps() {
        return !endpoint.isStateful();
    }

    /** When it fires next, soonest first. */
    public List<Instant> next(int times) throws SchedulerException {
        Trigger trigger = trigger();
        List<Instant> next = new ArrayList<>();
        Date time = trigger.getNextFireTime();
        while (time != null && next.size() < times) {
            next.add(time.toInstant());
            time = trigger.getFireTimeAfter(time);
        }
        return next;
    }

    /** Runs now, or as soon as the run under way has ended. */
    public void runNow(Map<String, ?> data) throws SchedulerException {
        scheduler().triggerJob(job(), new JobDataMap(data));
    }

    /** Not while its route is stopped. */
    boolean isScheduled() throws SchedulerException {
        return scheduler().getTrigger(key()) != null;
    }

    JobKey job() throws SchedulerException {
        return trigger().getJobKey();
    }

    /** Runs that were asked for and have not begun. */
    List<Trigger> requests() throws SchedulerException {
        List<Trigger> requests = new ArrayList<>();
        for (Trigger each : scheduler().getTriggersOfJob(job())) {
            // one that has fired stays until its run ends, and has no next time
            if (isRequest(each) && each.getNextFireTime() != null) {
                requests.add(each);
            }
        }
        return requests;
    }

    /**
     * Fires at once for every time since then, one after the other, and goes on as before.
     *
     * @param token of the lease under which it does; null where one process works alone
     */
    void replayFrom(Instant from, @Nullable Long token) throws SchedulerException {
        TriggerBuilder<? extends Trigger> next = trigger().getTriggerBuilder().startAt(Date.from(from));
        if (token != null) {
            next.usingJobData(TOKEN, token);
        }
        scheduler().rescheduleJob(key(), next.build());
    }

    /** The token that was given to {@link #replayFrom}. */
    static @Nullable Long tokenOf(Trigger trigger) {
        return trigger.getJobDataMap().get(TOKEN) instanceof Long token ? token : null;
    }

    void pause() throws SchedulerException {
        scheduler().pauseTrigger(key());
    }

    /** Goes on with the next time; those that passed meanwhile were not missed, they were paused. */
    void resume() throws SchedulerException {
        startAt(Instant.now(), trigger());
    }

    /** Fires by a clock that was set back to this time, and what was asked for at once; unless it is paused. */
    void goOnFrom(Instant now) throws SchedulerException {
        if (!isScheduled()) {
            return;
        }
        for (Trigger request : requests()) {
            startAt(now, request);
        }
        Date next = trigger().getNextFireTime();
        // one in the past makes up for missed times, one after the other
        if (!isPaused() && next != null && next.toInstant().isAfter(now)) {
            startAt(now, trigger());
        }
    }

    private void startAt(Instant time, Trigger trigger) throws SchedulerException {
        scheduler()
                .rescheduleJob(
                        trigger.getKey(),
                        trigger.getTriggerBuilder().startAt(Date.from(time)).build());
    }

    boolean isPaused() throws SchedulerException {
        return scheduler().getTriggerState(key()) == TriggerState.PAUSED;
    }

    /**
     * Whether its route takes what it fires. Camel pauses the trigger of a route that it stops, also for the moment in which
     * the route is exchanged: nobody wanted that pause. Asked after {@link #isPaused}, because the route changes first.
     */
    boolean isServed() {
        return route.getConsumer() instanceof StatefulService consumer && consumer.isStarted();
    }

    TriggerKey key() {
        return endpoint.getTriggerKey();
    }

    Scheduler scheduler() {
        return endpoint.getComponent().getScheduler();
    }

    /** Changes whenever the route is made anew. */
    Object identity() {
        return endpoint;
    }

    /** Whether a trigger is one of those that start a single run, on request. */
    public static boolean isRequest(@Nullable Trigger trigger) {
        return trigger instanceof SimpleTrigger;
    }

    private Trigger trigger() throws SchedulerException {
        Trigger trigger = scheduler().getTrigger(key());
        if (trigger == null) {
            throw new IllegalStateException("%s is not scheduled yet".formatted(key()));
        }
        return trigger;
    }
}
