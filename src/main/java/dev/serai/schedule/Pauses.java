package dev.serai.schedule;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.quartz.SchedulerException;

/**
 * Pipelines that are paused: {@code ops.pause} is the truth, the triggers of this process follow it.
 *
 * <p>A trigger that somebody paused or resumed in Quartz itself, for example in Hawtio, is noticed by {@link #follow} and
 * written down, so that it holds for every process and after a restart. Thread-safe.
 */
final class Pauses {

    private static final String PAUSE =
            "insert into ops.pause (pipeline, paused_by) values (?, ?) on conflict (pipeline) do nothing";
    private static final String RESUME = "delete from ops.pause where pipeline = ?";

    /** What a trigger was like when it was last looked at. */
    private record Seen(Object identity, boolean paused) {}

    private final DataSource postgres;
    private final Set<String> paused = ConcurrentHashMap.newKeySet();
    private final Map<String, Seen> seen = new HashMap<>();

    Pauses(DataSource postgres) {
        this.postgres = postgres;
    }

    /** As far as this process knows: what it did itself at once, what others did within a second. */
    boolean isPaused(String pipeline) {
        return paused.contains(pipeline);
    }

    synchronized void pause(String pipeline, Schedule schedule, String who) throws SQLException, SchedulerException {
        write(PAUSE, pipeline, who);
        paused.add(pipeline);
        apply(pipeline, schedule);
    }

    synchronized void resume(String pipeline, Schedule schedule) throws SQLException, SchedulerException {
        write(RESUME, pipeline);
        paused.remove(pipeline);
        apply(pipeline, schedule);
    }

    /**
     * Brings triggers and book together; yields whether any goes on that was paused.
     *
     * @param schedules of the routes that are started, by pipeline
     */
    synchronized boolean follow(Map<String, Schedule> schedules) throws SQLException, SchedulerException {
        seen.keySet().retainAll(schedules.keySet());
        Set<String> booked = read();
        for (Map.Entry<String, Schedule> each : schedules.entrySet()) {
            String pipeline = each.getKey();
            boolean now = each.getValue().isPaused();
            if (!each.getValue().isServed()) {
                seen.remove(pipeline);
                continue;
            }
            Seen before = seen.get(pipeline);
            if (before != null
                    && before.identity() == each.getValue().identity()
                    && before.paused() != now
                    && booked.contains(pipeline) != now) {
                if (now) {
                    write(PAUSE, pipeline, "Quartz");
                    booked.add(pipeline);
                } else {
                    write(RESUME, pipeline);
                    booked.remove(pipeline);
                }
            }
        }
        boolean resumed = !booked.containsAll(paused);
        paused.addAll(booked);
        paused.retainAll(booked);
        for (Map.Entry<String, Schedule> each : schedules.entrySet()) {
            apply(each.getKey(), each.getValue());
        }
        return resumed;
    }

    private void apply(String pipeline, Schedule schedule) throws SchedulerException {
        boolean wanted = paused.contains(pipeline);
        boolean now = schedule.isPaused();
        if (!schedule.isServed()) {
            return; // once its route is back it is looked at as if it were new
        }
        if (wanted && !now) {
            schedule.pause();
        } else if (!wanted && now) {
            schedule.resume();
        }
        seen.put(pipeline, new Seen(schedule.identity(), wanted));
    }

    private Set<String> read() throws SQLException {
        Set<String> booked = new HashSet<>();
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("select pipeline from ops.pause");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                booked.add(row.getString(1));
            }
        }
        return booked;
    }

    private void write(String sql, String... values) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
