package dev.serai.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.camel.component.timer.TimerConsumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;

/**
 * Lets schedules and timers follow a clock that was set back: Quartz and {@link java.util.Timer} keep the next time of day, and
 * would do nothing until the clock comes there again. What was due in the repeated time runs once more. Ahead needs nothing:
 * what was passed over was missed, as always. Not thread-safe.
 */
final class ClockFollower {

    private static final Logger LOG = LogManager.getLogger(ClockFollower.class);
    /** What a time service corrects by and by is less. */
    private static final Duration LEAST = Duration.ofSeconds(2);

    private final BiConsumer<String, Instant> servesAfter;
    private final Supplier<List<TimerConsumer>> timers;
    private final InstantSource clock;
    /** Timers that wait for the wrong time, or are just at work. */
    private final Set<TimerConsumer> stale = new HashSet<>();

    private @Nullable Instant seen;
    private long seenAtNanos;

    /**
     * @param servesAfter is told of each route that its times after an instant are to be served
     * @param timers of the routes that are started
     */
    ClockFollower(BiConsumer<String, Instant> servesAfter, Supplier<List<TimerConsumer>> timers, InstantSource clock) {
        this.timers = timers;
        this.servesAfter = servesAfter;
        this.clock = clock;
    }

    /**
     * Looks at the clock; yields whether it was set back since the last time, so that the book has to be told the next times.
     *
     * @param schedules of the routes that are started, by pipeline
     */
    boolean follow(Map<String, Schedule> schedules) throws SchedulerException {
        Instant now = clock.instant();
        long nanos = System.nanoTime();
        Duration back = seen == null ? Duration.ZERO : Duration.between(now, seen.plusNanos(nanos - seenAtNanos));
        seen = now;
        seenAtNanos = nanos;
        stale.removeIf(ClockFollower::beganAnew);
        if (back.compareTo(LEAST) < 0) {
            return false;
        }
        LOG.warn("the clock of this machine was set back by {}: schedules and timers go on by what it says now", back);
        for (Schedule schedule : schedules.values()) {
            servesAfter.accept(schedule.route(), now.minusMillis(1));
            schedule.goOnFrom(now);
        }
        stale.addAll(timers.get());
        stale.removeIf(ClockFollower::beganAnew);
        return true;
    }

    /** Not while it is at work, so that no two runs of a route overlap. */
    private static boolean beganAnew(TimerConsumer timer) {
        if (timer.isPolling()) {
            return false;
        }
        if (timer.isStarted()) {
            timer.stop();
            timer.start();
        }
        return true;
    }
}
