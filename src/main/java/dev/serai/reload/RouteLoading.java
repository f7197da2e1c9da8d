package dev.serai.reload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Brings route files into a Camel context, in an order in which each finds what it needs. Stateless. */
final class RouteLoading {

    private RouteLoading() {}

    /** What holds for all routes first, then beans, then routes that are called, last those that begin by themselves. */
    static List<RouteFile> inOrder(Map<String, RouteFile> files) {
        List<RouteFile> ordered = new ArrayList<>(files.values());
        ordered.sort(Comparator.comparingInt(RouteLoading::rank).thenComparing(RouteFile::path));
        return ordered;
    }

    private static int rank(RouteFile file) {
        if (file.concernsAll()) {
            return 0;
        }
        boolean called = file.routes().stream().allMatch(RouteFile::isCalled);
        if (!file.beans().isEmpty()) {
            return called ? 1 : 2;
        }
        return called ? 3 : 4;
    }

    /** Adds what a file declares; in a context that runs, its routes begin at once. */
    static void load(CamelContext camel, RouteFile file) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("file:" + file.shown(), file.text()));
    }
}
