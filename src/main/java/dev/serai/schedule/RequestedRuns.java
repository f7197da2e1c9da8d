package dev.serai.schedule;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.Trigger.CompletedExecutionInstruction;
import org.quartz.TriggerKey;
import org.quartz.listeners.TriggerListenerSupport;

/**
 * Runs that people ask for outlive the exchange of their route. Camel throws a route's job away with the route; what was
 * asked for and had not begun is kept here meanwhile, and who asks in between waits for the new route.
 *
 * <p>Belongs among the listeners of the scheduler. Thread-safe.
 */
public final class RequestedRuns extends TriggerListenerSupport {

    private static final Logger LOG = LogManager.getLogger(RequestedRuns.class);

    /** Asks the scheduler for a run. */
    @FunctionalInterface
    public interface Request<T> {
        T ask() throws SchedulerException, SQLException;
    }

    private record Asked(String route, JobDataMap data) {}

    private final ReadWriteLock routes = new ReentrantReadWriteLock(true);

    /** Those under way. They still have a trigger, as those have that wait. */
    private final Map<TriggerKey, JobKey> begun = new HashMap<>();

    /** Those taken back by the last exchange, of which one may be on its way to a thread. */
    private final Set<TriggerKey> kept = new HashSet<>();

    /** Asks when no route is being exchanged. */
    public <T> T ask(Request<T> request) throws SchedulerException, SQLException {
        routes.readLock().lock();
        try {
            return request.ask();
        } finally {
            routes.readLock().unlock();
        }
    }

    /** Lets nobody ask until it is closed. */
    public Exchange exchange(CamelContext camel) {
        routes.writeLock().lock();
        synchronized (begun) {
            kept.clear();
        }
        return new Exchange(camel);
    }

    @Override
    public String getName() {
        return "serai-requests";
    }

    @Override
    public boolean vetoJobExecution(Trigger trigger, JobExecutionContext context) {
        if (!Schedule.isRequest(trigger)) {
            return false;
        }
        synchronized (begun) {
            if (kept.contains(trigger.getKey())) {
                return true;
            }
            begun.put(trigger.getKey(), trigger.getJobKey());
            return false;
        }
    }

    @Override
    public void triggerComplete(
            Trigger trigger, JobExecutionContext context, CompletedExecutionInstruction instruction) {
        synchronized (begun) {
            begun.remove(trigger.getKey());
            begun.notifyAll();
        }
    }

    /** While it is open, routes may be replaced. For the thread that opened it. */
    public final class Exchange implements AutoCloseable {

        private final CamelContext camel;
        private final List<Asked> asked = new ArrayList<>();
        private final Map<JobKey, String> routeOf = new HashMap<>();

        private Exchange(CamelContext camel) {
            this.camel = camel;
        }

        /** Takes back what was asked for of these routes and has not begun. */
        public void keep(Collection<String> ids) throws SchedulerException {
            for (String id : ids) {
                keep(id);
            }
        }

        private void keep(String id) throws SchedulerException {
            Schedule schedule = schedule(id);
            if (schedule == null || !schedule.isScheduled()) {
                return;
            }
            Scheduler scheduler = schedule.scheduler();
            routeOf.put(schedule.job(), id);
            for (Trigger waiting : schedule.requests()) {
                TriggerKey key = waiting.getKey();
                synchronized (begun) {
                    if (begun.containsKey(key) || !kept.add(key)) {
                        continue;
                    }
                }
                asked.add(new Asked(id, waiting.getJobDataMap()));
                scheduler.unscheduleJob(key);
            }
        }

        /**
         * Waits until those that have begun have ended: one of which Camel does not know yet would find its route stopped.
         *
         * @return the route of one that goes on; none if all have ended
         */
        public Optional<String> awaitBegun(long millis) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            synchronized (begun) {
                while (true) {
                    Optional<String> goesOn = begun.values().stream()
                            .map(routeOf::get)
                            .filter(Objects::nonNull)
                            .findFirst();
                    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    if (goesOn.isEmpty() || left <= 0) {
                        return goesOn;
                    }
                    begun.wait(left);
                }
            }
        }

        private @Nullable Schedule schedule(String id) {
            Route route = camel.getRoute(id);
            return route == null ? null : Schedule.of(route).orElse(null);
        }

        /** Asks again for what was kept, of the routes as they are now. */
        @Override
        public void close() {
            try {
                asked.forEach(this::askAgain);
            } finally {
                routes.writeLock().unlock();
            }
        }

        private void askAgain(Asked run) {
            Schedule schedule = schedule(run.route());
            if (schedule == null) {
                LOG.warn("the run of {} that was asked for does not take place: the route is gone", run.route());
                return;
            }
            try {
                schedule.runNow(run.data());
            } catch (SchedulerException | IllegalStateException e) {
                LOG.error("the run of {} that was asked for does not take place", run.route(), e);
            }
        }
    }
}
