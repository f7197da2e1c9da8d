package dev.serai.schedule;

import dev.serai.nodes.Leases;
import dev.serai.schedule.MissedRuns.Expected;
import dev.serai.schedule.MissedRuns.Missed;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;

/**
 * Goes on with the schedules that this process has taken from another one, and catches up what was due while nobody served
 * them. Source: the book, which says where the last holder left off. Not thread-safe.
 */
final class Takeover {

    /** Times that come so soon after missed ones belong to their catch-up, so that none falls between two holders. */
    private static final Duration SEAM = Duration.ofSeconds(1);

    private static final String BETWEEN_HOLDERS = "the process that served the schedule had ended";

    /** Makes up for what was missed, as the route declares. */
    @FunctionalInterface
    interface CatchUp {
        void of(Missed missed, Schedule schedule, String reason) throws SQLException, SchedulerException;
    }

    private final MissedRuns missedRuns;
    private final Leases leases;
    private final CatchUp catchUp;
    private final Clock clock;
    /** Taken and not served yet: it is tried again after a failure. */
    private @Nullable String taken;

    Takeover(MissedRuns missedRuns, Leases leases, CatchUp catchUp, Clock clock) {
        this.missedRuns = missedRuns;
        this.leases = leases;
        this.catchUp = catchUp;
        this.clock = clock;
    }

    /**
     * Serves what was taken since the last time; before that nothing of it fires. Yields whether any missed time is left out,
     * so that the book has to go on.
     *
     * @param schedules by pipeline
     */
    boolean serve(Map<String, Schedule> schedules) throws SQLException, SchedulerException {
        boolean leftOut = false;
        String route;
        while ((route = taken != null ? taken : leases.nextTaken()) != null) {
            taken = route;
            Instant now = clock.instant();
            boolean inBook = false;
            for (Expected each : missedRuns.expected()) {
                Schedule schedule = schedules.get(each.pipeline());
                if (schedule != null && schedule.route().equals(route)) {
                    inBook = true;
                    leftOut |= goOn(each, schedule, now);
                }
            }
            if (!inBook) {
                leases.servesAfter(route, now);
            }
            taken = null;
        }
        return leftOut;
    }

    private boolean goOn(Expected expected, Schedule schedule, Instant now) throws SQLException, SchedulerException {
        if (expected.next().isAfter(now)) {
            leases.servesAfter(schedule.route(), expected.next().minusMillis(1));
            return false;
        }
        Instant from = now.plus(SEAM);
        // One that is caught up time by time fires again what fires now by itself.
        if (schedule.catchUp() != Schedule.CatchUp.ALL) {
            leases.servesAfter(schedule.route(), from);
        }
        Optional<Missed> missed = expected.missedUntil(from);
        if (missed.isPresent()) {
            catchUp.of(missed.get(), schedule, BETWEEN_HOLDERS);
        }
        return schedule.catchUp() == Schedule.CatchUp.NONE;
    }
}
