package dev.serai.reload;

import dev.serai.schedule.Schedule;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDataMap;
import org.quartz.SchedulerException;
import org.quartz.Trigger;

/** Keeps a schedule through the exchange of its route: a time that passes meanwhile is made up for. Stateless. */
final class Schedules {

    private Schedules() {}

    /** When a route would have fired, and by which expression. */
    record Fire(String cron, Instant at) {}

    static Map<String, Fire> next(CamelContext camel, Collection<String> routes) throws SchedulerException {
        Map<String, Fire> fires = new TreeMap<>();
        for (String id : routes) {
            Route route = camel.getRoute(id);
            if (route != null && route.getEndpoint() instanceof QuartzEndpoint schedule && schedule.getCron() != null) {
                Trigger trigger = trigger(schedule);
                if (trigger != null && trigger.getNextFireTime() != null) {
                    fires.put(
                            id,
                            new Fire(
                                    schedule.getCron(),
                                    trigger.getNextFireTime().toInstant()));
                }
            }
        }
        return fires;
    }

    /** Runs those once whose time has passed, if they still have the same schedule. */
    static void catchUp(CamelContext camel, Map<String, Fire> fires) throws SchedulerException {
        Instant now = Instant.now();
        for (Map.Entry<String, Fire> fire : fires.entrySet()) {
            Route route = camel.getRoute(fire.getKey());
            if (route != null
                    && camel.getRouteController().getRouteStatus(fire.getKey()) == ServiceStatus.Started
                    && route.getEndpoint() instanceof QuartzEndpoint schedule
                    && fire.getValue().cron().equals(schedule.getCron())
                    && !fire.getValue().at().isAfter(now)) {
                Trigger trigger = trigger(schedule);
                if (trigger != null) {
                    schedule.getComponent()
                            .getScheduler()
                            .triggerJob(trigger.getJobKey(), new JobDataMap(Map.of(Schedule.CAUGHT_UP, "yes")));
                }
            }
        }
    }

    private static @Nullable Trigger trigger(QuartzEndpoint schedule) throws SchedulerException {
        return schedule.getComponent().getScheduler().getTrigger(schedule.getTriggerKey());
    }
}
