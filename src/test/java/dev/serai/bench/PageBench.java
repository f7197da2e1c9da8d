package dev.serai.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stores.Postgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures what the page costs the database when everything on it is asked once: {@code PageBench [READINGS] [USERS]}, with a
 * message for each ten readings and a year of runs, made by a few statements in a database that is thrown away.
 *
 * <p>Source: the endpoints in {@code app.js} and the views that {@code /api/explain} names for them, asked one after the other
 * over a connection of the page, as the page asks them; the catalogue, which is no view, over HTTP. Units: milliseconds, the
 * sending of the rows included; first is the first time on a new connection, which plans, then the median of {@value #TIMES}
 * more. The baseline is as many round trips of {@code select 1}.
 */
public final class PageBench {

    private static final int READINGS = 1_000_000;
    private static final int USERS = 40_000;
    private static final int READINGS_PER_MESSAGE = 10;
    private static final int DAYS = 365;
    private static final int TIMES = 5;
    private static final Duration LONGER_THAN_SHARED = Duration.ofMillis(1_100);
    private static final Pattern ENDPOINTS = Pattern.compile("endpoints: \\[([^\\]]*)]");
    private static final Pattern NAME = Pattern.compile("\"([a-z-]+)\"");

    private PageBench() {}

    public static void main(String[] arguments) throws Exception {
        int readings = arguments.length == 0 ? READINGS : Integer.parseInt(arguments[0]);
        int users = arguments.length < 2 ? USERS : Integer.parseInt(arguments[1]);
        try (LocalStack stack = LocalStack.throwAway();
                Hub hub = new Hub(stack)) {
            hub.run("quality");
            fill(hub, readings, users);
            hub.run("sensors-hours");
            print(hub, readings, users);
            // The profiles of the browser: `make clean` takes them away.
            PagePaint.print(hub.page("/"), Files.createTempDirectory(Path.of("target"), "bench-page-"));
        }
        System.exit(0);
    }

    private static void fill(Hub hub, int readings, int users) throws IOException, SQLException {
        String rows = text("/dev/serai/bench/page-rows.sql")
                .replace(":readings", Integer.toString(readings))
                .replace(":messages", Integer.toString(readings / READINGS_PER_MESSAGE))
                .replace(":users", Integer.toString(users))
                .replace(":days", Integer.toString(DAYS));
        for (String statement : rows.split("\n\n", -1)) {
            hub.rows(statement);
        }
        hub.rows("vacuum analyze");
    }

    private static void print(Hub hub, int readings, int users) throws Exception {
        System.out.printf(
                "rows                                %,d readings, %,d messages, %,d users here and there, %d days of runs%n",
                readings, readings / READINGS_PER_MESSAGE, users, DAYS);
        Map<String, String> views = views(hub);
        Map<String, List<Double>> costs = new LinkedHashMap<>();
        List<Double> bare = new ArrayList<>();
        try (HikariDataSource pool = Postgres.page(hub.settings());
                Connection page = pool.getConnection()) {
            for (int time = 0; time <= TIMES; time++) {
                for (Map.Entry<String, String> each : views.entrySet()) {
                    costs.computeIfAbsent(each.getKey(), endpoint -> new ArrayList<>())
                            .add(milliseconds(
                                    page,
                                    "select json_build_object('asOf', now(), 'rows', coalesce(json_agg(v), '[]'))::text from %s v"
                                            .formatted(each.getValue())));
                }
                double before = System.nanoTime();
                for (int i = 0; i < views.size(); i++) {
                    milliseconds(page, "select 1");
                }
                bare.add((System.nanoTime() - before) / 1e6);
            }
        }
        costs.forEach((endpoint, cost) ->
                System.out.printf("%-35s first %8.1f ms, then %8.1f ms%n", endpoint, cost.get(0), later(cost)));
        System.out.printf(
                "all together                        first %8.1f ms, then %8.1f ms%n",
                costs.values().stream().mapToDouble(cost -> cost.get(0)).sum(),
                costs.values().stream().mapToDouble(PageBench::later).sum());
        System.out.printf("select 1 as often                                      then %8.1f ms%n", later(bare));
        milliseconds(hub, "/api/catalogue");
        LockSupport.parkNanos(LONGER_THAN_SHARED.toNanos());
        System.out.printf(
                "catalogue, over HTTP                                   then %8.1f ms%n",
                milliseconds(hub, "/api/catalogue"));
    }

    /** The median of all but the first. */
    private static double later(List<Double> costs) {
        return costs.stream().skip(1).sorted().skip(TIMES / 2).findFirst().orElseThrow();
    }

    /** What the page asks in one refresh: endpoints with their views. */
    private static Map<String, String> views(Hub hub) throws Exception {
        JsonNode explained = new ObjectMapper().readTree(hub.get("/api/explain").body());
        Map<String, String> views = new LinkedHashMap<>();
        Matcher cadence = ENDPOINTS.matcher(text("/META-INF/resources/ui/app.js"));
        while (cadence.find()) {
            Matcher name = NAME.matcher(cadence.group(1));
            while (name.find()) {
                for (JsonNode row : explained.get("rows")) {
                    if (row.get("endpoint").asText().equals("/api/" + name.group(1))) {
                        views.put(name.group(1), row.get("view").asText());
                    }
                }
            }
        }
        return views;
    }

    private static double milliseconds(Connection connection, String query) throws SQLException {
        long begin = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double milliseconds(Hub hub, String path) throws Exception {
        long begin = System.nanoTime();
        hub.get(path);
        return (System.nanoTime() - begin) / 1e6;
    }

    private static String text(String resource) throws IOException {
        try (InputStream bytes = PageBench.class.getResourceAsStream(resource)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
