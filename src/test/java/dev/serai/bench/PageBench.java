package dev.serai.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures what the page costs the database when everything on it is asked once: {@code PageBench [READINGS] [USERS]}, with a
 * message for each ten readings and a year of runs, made by a few statements in a database that is thrown away.
 *
 * <p>Source: the endpoints in {@code app.js} and the views that {@code /api/explain} names for them, asked as the page's role
 * asks them. Units: milliseconds, planning and sending of the rows included; cold is the first time on a new connection, warm
 * the median of {@value #TIMES} more. The baseline is as many round trips of {@code select 1}.
 */
public final class PageBench {

    private static final int READINGS = 1_000_000;
    private static final int USERS = 40_000;
    private static final int READINGS_PER_MESSAGE = 10;
    private static final int DAYS = 365;
    private static final int TIMES = 5;
    private static final Pattern ENDPOINTS = Pattern.compile("endpoints: \\[([^\\]]*)]");
    private static final Pattern NAME = Pattern.compile("\"([a-z-]+)\"");

    private record Cost(double cold, double warm) {}

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
        double cold = 0;
        double warm = 0;
        Map<String, String> views = views(hub);
        for (Map.Entry<String, String> each : views.entrySet()) {
            try (Connection page = reader(hub)) {
                Cost cost = cost(
                        page,
                        "select json_build_object('asOf', now(), 'rows', coalesce(json_agg(v), '[]'))::text from %s v"
                                .formatted(each.getValue()));
                cold += cost.cold();
                warm += cost.warm();
                System.out.printf("%-35s cold %8.1f ms, warm %8.1f ms%n", each.getKey(), cost.cold(), cost.warm());
            }
        }
        System.out.printf("all together                        cold %8.1f ms, warm %8.1f ms%n", cold, warm);
        try (Connection page = reader(hub)) {
            double bare = cost(page, "select 1").warm() * views.size();
            System.out.printf("select 1 as often                                     warm %8.1f ms%n", bare);
        }
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

    private static Cost cost(Connection connection, String query) throws SQLException {
        double cold = milliseconds(connection, query);
        List<Double> warm = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            warm.add(milliseconds(connection, query));
        }
        double[] sorted =
                warm.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Cost(cold, Arrays.stream(sorted).skip(TIMES / 2).findFirst().orElseThrow());
    }

    private static double milliseconds(Connection connection, String query) throws SQLException {
        long begin = System.nanoTime();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
        }
        return (System.nanoTime() - begin) / 1e6;
    }

    private static Connection reader(Hub hub) throws SQLException {
        return DriverManager.getConnection(
                hub.settings().text("postgres.url"),
                hub.settings().text("postgres.reader.user"),
                hub.settings().text("postgres.reader.password"));
    }

    private static String text(String resource) throws IOException {
        try (InputStream bytes = PageBench.class.getResourceAsStream(resource)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
