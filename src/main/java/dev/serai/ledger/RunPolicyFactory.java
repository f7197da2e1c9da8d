package dev.serai.ledger;

import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.jspecify.annotations.Nullable;

/**
 * Puts every pipeline into the book without a word in its routes: each route of a pipeline that is started from outside
 * (a schedule, a subscription) gets the {@link RunPolicy}. Thread-safe.
 */
public final class RunPolicyFactory implements RoutePolicyFactory {

    private static final Set<String> NO_PIPELINES = Set.of("shared", "status");

    private final RunPolicy policy;

    public RunPolicyFactory(RunPolicy policy) {
        this.policy = policy;
    }

    @Override
    public @Nullable RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return route instanceof RouteDefinition definition && startsRuns(definition) ? policy : null;
    }

    /** Whether an exchange that enters this route is a run of a pipeline. */
    public static boolean startsRuns(RouteDefinition route) {
        return startsRuns(route.getGroup(), route.getInput().getEndpointUri());
    }

    static boolean startsRuns(@Nullable String group, String source) {
        return group != null && !NO_PIPELINES.contains(group) && !source.startsWith("direct:");
    }
}
