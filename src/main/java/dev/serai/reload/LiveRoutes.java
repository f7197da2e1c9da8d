package dev.serai.reload;

import dev.serai.schedule.RequestedRuns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The routes that run, and their exchange for newer ones.
 *
 * <p>Routes that begin by themselves are stopped first, when their runs under way have ended; then all that changed are
 * replaced, called ones before those that call. A call to a route that is being replaced waits for it. If anything fails
 * the old ones are put back. For one thread.
 */
final class LiveRoutes {

    private static final Logger LOG = LogManager.getLogger(LiveRoutes.class);

    /** A run that takes longer is let be, and the exchange tried again later. */
    private static final int PATIENCE_S = 5;

    private final ModelCamelContext camel;
    private final AppliedFiles applied;
    private final RequestedRuns requests;

    /** What each file brought. */
    private final Map<String, Set<String>> routesOf = new TreeMap<>();

    LiveRoutes(CamelContext camel, AppliedFiles applied, RequestedRuns requests) {
        this.camel = (ModelCamelContext) camel;
        this.applied = applied;
        this.requests = requests;
    }

    /** A run is under way that must end first. */
    static final class StillRunning extends Exception {

        private static final long serialVersionUID = 1L;

        StillRunning(String route) {
            super(route);
        }
    }

    /** The routes that a file brought. */
    Set<String> routesOf(String path) {
        return routesOf.getOrDefault(path, Set.of());
    }

    /** Loads all files into a context that has not been started. */
    void begin(SortedMap<String, RouteFile> parsed) throws Exception {
        for (RouteFile file : RouteLoading.inOrder(parsed)) {
            load(file);
        }
    }

    /**
     * Exchanges what is different.
     *
     * @param affected the files to exchange, as they were and as they are; one that is missing in either is new or gone
     */
    void exchange(Affected affected, RouteFiles next) throws Exception {
        RouteFiles before = applied.files();
        List<String> old = routes(affected.before().keySet());
        Map<String, Object> oldBeans = beans(affected.before().values());
        try (RequestedRuns.Exchange asked = requests.exchange(camel)) {
            asked.keep(old);
            Optional<String> goesOn = asked.awaitBegun(TimeUnit.SECONDS.toMillis(PATIENCE_S));
            if (goesOn.isPresent()) {
                throw new StillRunning(goesOn.get());
            }
            Map<String, Schedules.Fire> fires = Schedules.next(camel, old);
            Set<String> paused = new HashSet<>();
            old.stream().filter(this::isStopped).forEach(paused::add);
            stopEntries(old, paused);
            try {
                applied.set(next);
                replace(affected.before(), affected.after(), affected.all(), paused);
            } catch (Exception e) {
                applied.set(before);
                putBack(affected, paused, e);
                throw e;
            }
            Schedules.catchUp(camel, fires);
        }
        closeReplaced(oldBeans);
    }

    private void putBack(Affected affected, Set<String> paused, Exception reason) {
        try {
            replace(affected.after(), affected.before(), affected.all(), paused);
        } catch (Exception e) {
            reason.addSuppressed(e);
            LOG.error("the old routes could not be put back; a restart loads what is in the files", e);
        }
    }

    private void replace(
            Map<String, RouteFile> gone, SortedMap<String, RouteFile> come, boolean all, Set<String> paused)
            throws Exception {
        if (all) {
            for (RouteConfigurationDefinition each : List.copyOf(camel.getRouteConfigurationDefinitions())) {
                camel.removeRouteConfiguration(each);
            }
            camel.removeRouteTemplateDefinitions("*");
        }
        Set<String> left = new TreeSet<>(gone.keySet());
        left.removeAll(come.keySet());
        for (String path : left) {
            remove(path);
        }
        // One after the other: each is away for a moment only, and who calls it waits that long.
        for (RouteFile file : RouteLoading.inOrder(come)) {
            remove(file.path());
            load(file);
            for (String route : routesOf(file.path())) {
                if (paused.contains(route)) {
                    camel.getRouteController().stopRoute(route);
                }
            }
        }
        for (String path : left) {
            routesOf.remove(path);
        }
    }

    private void load(RouteFile file) throws Exception {
        Set<String> before = definitions();
        routesOf.put(file.path(), Set.of());
        try {
            RouteLoading.load(camel, file);
        } finally {
            Set<String> added = definitions();
            added.removeAll(before);
            routesOf.put(file.path(), added);
        }
    }

    private Set<String> definitions() {
        Set<String> ids = new TreeSet<>();
        camel.getRouteDefinitions().forEach(route -> ids.add(route.getId()));
        return ids;
    }

    private void remove(String path) throws Exception {
        for (String route : routesOf(path)) {
            if (camel.getRoute(route) != null) {
                camel.getRouteController().stopRoute(route, PATIENCE_S, TimeUnit.SECONDS);
                camel.removeRoute(route);
            }
            RouteDefinition definition = camel.getRouteDefinition(route);
            if (definition != null) {
                camel.removeRouteDefinition(definition);
            }
        }
        routesOf.remove(path);
    }

    /** Stops what begins by itself, each when its run has ended; one that does not end starts all of them again. */
    private void stopEntries(List<String> routes, Set<String> paused) throws Exception {
        List<String> stopped = new ArrayList<>();
        for (String id : routes) {
            Route route = camel.getRoute(id);
            boolean entry = route != null
                    && !(route.getEndpoint() instanceof DirectEndpoint)
                    && !(route.getEndpoint() instanceof PlatformHttpEndpoint);
            if (!entry || paused.contains(id)) {
                continue;
            }
            if (!camel.getRouteController().stopRoute(id, PATIENCE_S, TimeUnit.SECONDS, true)) {
                for (String again : stopped) {
                    camel.getRouteController().startRoute(again);
                }
                throw new StillRunning(id);
            }
            stopped.add(id);
        }
    }

    private boolean isStopped(String route) {
        return camel.getRoute(route) != null
                && camel.getRouteController().getRouteStatus(route).isStopped();
    }

    private List<String> routes(Collection<String> paths) {
        return paths.stream().flatMap(path -> routesOf(path).stream()).toList();
    }

    private Map<String, Object> beans(Collection<RouteFile> files) {
        Map<String, Object> beans = new LinkedHashMap<>();
        files.forEach(file -> file.beans().forEach(bean -> {
            String name = bean.get("name").text();
            Object value = camel.getRegistry().lookupByName(name);
            if (value != null) {
                beans.put(name, value);
            }
        }));
        return beans;
    }

    /** Those that were replaced and have something open, such as a pool of connections. */
    private void closeReplaced(Map<String, Object> beans) {
        beans.forEach((name, bean) -> {
            if (bean instanceof AutoCloseable open && camel.getRegistry().lookupByName(name) != bean) {
                try {
                    open.close();
                } catch (Exception e) {
                    LOG.warn("the replaced bean {} could not be closed", name, e);
                }
            }
        });
    }
}
