package dev.serai.reload;

import java.util.List;
import java.util.Map;

/**
 * Who reads files of {@code routes/} that are no routes, such as descriptions of datasets.
 *
 * <p>Found by its type among the beans that are bound for the routes. Implementations are thread-safe.
 */
public interface RoutesListener {

    /** What is wrong with its files. Reads nothing but what it is given, and changes nothing. */
    List<Finding> check(RouteFiles files);

    /** Statements that its files make, by the path of the file: PostgreSQL is asked about them like about those in files. */
    default Map<String, String> statements(RouteFiles files) {
        return Map.of();
    }

    /** The files are in force from now on, whether its own are different or not. */
    void applied(RouteFiles files) throws Exception;
}
