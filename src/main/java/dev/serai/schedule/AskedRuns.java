package dev.serai.schedule;

import dev.serai.nodes.Leases;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.quartz.SchedulerException;

/**
 * Runs that somebody asked a process for which does not serve the route: {@code ops.asked_run} hands them to the one that
 * does, so that they do not overlap with its own. Thread-safe.
 */
public final class AskedRuns {

    /** The key under which a person's request hands its run id to the scheduler. */
    public static final String RUN_ID = "serai.run-id";

    private static final String ASK = "insert into ops.asked_run (run_id, route) values (?, ?)";
    private static final String TAKE = "delete from ops.asked_run where route = any (?) returning run_id, route";

    private final DataSource postgres;

    public AskedRuns(DataSource postgres) {
        this.postgres = postgres;
    }

    /** Begins within seconds, in the process that serves the route. */
    public void ask(UUID runId, String route) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(ASK)) {
            statement.setObject(1, runId);
            statement.setString(2, route);
            statement.executeUpdate();
        }
    }

    /** Begins what was asked for of the routes that this process serves; yields how many. */
    int begin(Map<String, Schedule> schedules, Leases leases) throws SQLException, SchedulerException {
        Map<String, Schedule> served = new HashMap<>();
        for (Schedule schedule : schedules.values()) {
            if (leases.holdsRoute(schedule.route())) {
                served.put(schedule.route(), schedule);
            }
        }
        Map<UUID, String> asked = new HashMap<>();
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(TAKE)) {
            Array routes = connection.createArrayOf("text", served.keySet().toArray());
            statement.setArray(1, routes);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    asked.put(row.getObject(1, UUID.class), row.getString(2));
                }
            }
        }
        for (Map.Entry<UUID, String> each : asked.entrySet()) {
            Schedule schedule = served.get(each.getValue());
            if (schedule != null) {
                schedule.runNow(Map.of(RUN_ID, each.getKey().toString()));
            }
        }
        return asked.size();
    }
}
