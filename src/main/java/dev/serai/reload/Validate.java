package dev.serai.reload;

import com.zaxxer.hikari.HikariDataSource;
import dev.serai.Application;
import dev.serai.HubBeans;
import dev.serai.settings.Settings;
import dev.serai.stores.Postgres;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code validate}: checks the route files without running them and prints what is wrong, one line each.
 *
 * <p>No store is needed. With a PostgreSQL that is a throw-away the schema is made in it and every statement prepared. Exit
 * codes: 0 all is right, 1 something is wrong.
 */
public final class Validate {

    private static final String THROW_AWAY = "throw-away";

    private Validate() {}

    /**
     * Checks and prints.
     *
     * @param words {@code throw-away} if {@code postgres.url} is a database that nobody needs; empty otherwise
     */
    public static int run(Map<String, String> environment, List<String> words, PrintStream out)
            throws IOException, UnknownHostException {
        long started = System.nanoTime();
        Map<String, String> complete = new HashMap<>(environment);
        Application.REQUIRED.forEach(key -> complete.putIfAbsent(Settings.variable(key), "none"));
        Settings settings = Settings.load(complete, Application.REQUIRED);
        RouteFiles files = RouteFiles.atStart(Path.of(settings.text("routes.directory")));
        try (HikariDataSource postgres = words.contains(THROW_AWAY) ? Postgres.pipelines(settings) : null) {
            if (postgres != null) {
                Postgres.migrate(postgres, settings);
            }
            return print(check(settings, files, postgres), files, started, out);
        }
    }

    private static RouteCheck.Result check(Settings settings, RouteFiles files, @Nullable HikariDataSource postgres)
            throws UnknownHostException {
        return new RouteCheck(HubBeans.unconnected(settings, files), settings, postgres).check(files);
    }

    private static int print(RouteCheck.Result result, RouteFiles files, long started, PrintStream out) {
        result.findings().forEach(out::println);
        double seconds = (System.nanoTime() - started) / 1e9;
        int routes = files.routePaths().size();
        if (result.isRight()) {
            out.printf("%d route files are right (%.1f s)%n", routes, seconds);
        } else {
            int wrong = result.findings().size();
            out.printf(
                    "%d %s in %d route files (%.1f s)%n", wrong, wrong == 1 ? "mistake" : "mistakes", routes, seconds);
        }
        if (!result.sqlUnchecked().isEmpty()) {
            out.printf("SQL was not checked: %s%n", result.sqlUnchecked());
        }
        return result.isRight() ? 0 : 1;
    }
}
