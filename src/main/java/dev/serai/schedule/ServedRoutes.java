package dev.serai.schedule;

import dev.serai.nodes.Nodes;
import dev.serai.nodes.TimerPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.quartz.SchedulerException;

/** The routes of a context that a schedule or a timer starts. Thread-safe. */
public final class ServedRoutes implements Nodes.Routes {

    /** One that is due so soon is not handed over: nobody would serve it for a moment. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private final CamelContext camel;
    private final Clock clock;

    public ServedRoutes(CamelContext camel, Clock clock) {
        this.camel = camel;
        this.clock = clock;
    }

    @Override
    public Collection<String> names() {
        return camel.getRoutes().stream()
                .filter(route -> Schedule.of(route).isPresent()
                        || TimerPolicy.isTimer(route.getEndpoint().getEndpointUri()))
                .map(Route::getRouteId)
                .toList();
    }

    @Override
    public boolean isIdle(String id) {
        Route route = camel.getRoute(id);
        if (route == null) {
            return true;
        }
        if (camel.getInflightRepository().size(id) > 0) {
            return false;
        }
        Optional<Schedule> schedule = Schedule.of(route);
        try {
            return schedule.isEmpty()
                    || schedule.get().next(1).stream()
                            .allMatch(next -> next.isAfter(clock.instant().plus(SOON)));
        } catch (SchedulerException | IllegalStateException e) {
            return false; // just being exchanged
        }
    }
}
