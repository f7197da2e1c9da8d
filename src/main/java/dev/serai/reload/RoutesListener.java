package dev.serai.reload;

import java.util.List;

/**
 * Who reads files of {@code routes/} that are no routes, such as descriptions of datasets.
 *
 * <p>Found by its type among the beans that are bound for the routes. Implementations are thread-safe.
 */
public interface RoutesListener {

    /** What is wrong with its files. Reads nothing but what it is given, and changes nothing. */
    List<Finding> check(RouteFiles files);

    /** The files are in force from now on, whether its own are different or not. */
    void applied(RouteFiles files) throws Exception;
}
