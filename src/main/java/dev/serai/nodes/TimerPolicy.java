package dev.serai.nodes;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets what a timer starts go on in one process only: the one that holds the route. Schedules are kept by
 * {@link dev.serai.schedule.ScheduleKeeper}. Thread-safe.
 */
public final class TimerPolicy extends RoutePolicySupport implements RoutePolicyFactory {

    private static final String TIMER = "timer:";
    private static final String SERVED = "serai.served";

    private final Leases leases;

    public TimerPolicy(Leases leases) {
        this.leases = leases;
    }

    @Override
    public @Nullable RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return route instanceof RouteDefinition definition
                        && isTimer(definition.getInput().getEndpointUri())
                ? this
                : null;
    }

    /** Whether a source fires by itself, again and again. */
    public static boolean isTimer(String source) {
        return source.startsWith(TIMER);
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        if (!serves(route, exchange)) {
            exchange.setRouteStop(true);
        }
    }

    /** Whether what has just begun goes on in this process; the same answer for all who ask. */
    public boolean serves(Route route, Exchange exchange) {
        Boolean known = exchange.getProperty(SERVED, Boolean.class);
        if (known == null) {
            known = !leases.isShared()
                    || !isTimer(route.getEndpoint().getEndpointUri())
                    || leases.holdsRoute(route.getRouteId());
            exchange.setProperty(SERVED, known);
        }
        return known;
    }
}
