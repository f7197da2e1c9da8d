package dev.serai.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzEndpoint;
import org.quartz.JobDataMap;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.Trigger;

/**
 * The pipelines of this process, by their names: the routes that are started from outside.
 *
 * <p>One with a Quartz schedule is executed now and then. Any other, such as a subscription, is a stream: it goes on all
 * the time. The main route of a group has the group's name: the one that says from where to where
 * ({@code ads-api-to-postgres}), the first of them in the order of ids. Any further one, such as {@code ads-archive}, is a
 * pipeline of its own id.
 *
 * <p>Registers them in {@code ops.pipeline} and starts a run when a person asks for one. Such a run goes through the
 * scheduler, so it does not overlap with a scheduled one. Thread-safe.
 */
public final class Pipelines {

    private static final String FROM_TO = "-to-";
    private static final Comparator<String> MAIN_FIRST = Comparator.comparing(
                    (String routeId) -> !routeId.contains(FROM_TO))
            .thenComparing(Comparator.naturalOrder());

    private static final String REGISTER = """
            insert into ops.pipeline (pipeline, route, title, kind, schedule, next_run_at) values (?, ?, ?, ?, ?, ?)
            on conflict (pipeline) do update set route = excluded.route, title = excluded.title, kind = excluded.kind,
                schedule = excluded.schedule, next_run_at = excluded.next_run_at, registered_at = now()""";

    private final DataSource postgres;
    private final CamelContext camel;

    public Pipelines(DataSource postgres, CamelContext camel) {
        this.postgres = postgres;
        this.camel = camel;
    }

    /** Names of the pipelines, in order. */
    public Collection<String> names() {
        return started().keySet();
    }

    /** Writes what there is now; pipelines that are gone leave the list, their runs stay. */
    public void register() throws SQLException, SchedulerException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement gone =
                        connection.prepareStatement("delete from ops.pipeline where pipeline <> all (?)");
                PreparedStatement statement = connection.prepareStatement(REGISTER)) {
            connection.setAutoCommit(false);
            gone.setArray(1, connection.createArrayOf("text", names().toArray()));
            gone.executeUpdate();
            for (Map.Entry<String, Route> pipeline : started().entrySet()) {
                Route route = pipeline.getValue();
                statement.setString(1, pipeline.getKey());
                statement.setString(2, route.getRouteId());
                statement.setString(3, route.getDescription());
                if (route.getEndpoint() instanceof QuartzEndpoint schedule) {
                    Date next = trigger(schedule).getNextFireTime();
                    statement.setString(4, "schedule");
                    statement.setString(5, schedule.getCron().replace('+', ' '));
                    statement.setTimestamp(6, next == null ? null : Timestamp.from(next.toInstant()));
                } else {
                    statement.setString(4, "stream");
                    statement.setString(5, null);
                    statement.setTimestamp(6, null);
                }
                statement.addBatch();
            }
            statement.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    /** Starts a run now, or as soon as the one under way has ended; returns its id. */
    public UUID run(String pipeline) throws SchedulerException {
        Route route = started().get(pipeline);
        if (route == null) {
            throw new IllegalArgumentException(
                    "there is no pipeline '%s'; there are: %s".formatted(pipeline, String.join(", ", names())));
        }
        if (!(route.getEndpoint() instanceof QuartzEndpoint schedule)) {
            throw new IllegalArgumentException(
                    "'%s' is a stream: it takes what comes as long as the hub runs, so there is nothing to start; how it is doing: make status, /api/pipelines"
                            .formatted(pipeline));
        }
        UUID runId = RunPolicy.newRunId();
        JobDataMap request = new JobDataMap(Map.of(RunPolicy.ASKED_RUN_ID, runId.toString()));
        JobKey job = trigger(schedule).getJobKey();
        schedule.getComponent().getScheduler().triggerJob(job, request);
        return runId;
    }

    private static Trigger trigger(QuartzEndpoint schedule) throws SchedulerException {
        Trigger trigger = schedule.getComponent().getScheduler().getTrigger(schedule.getTriggerKey());
        if (trigger == null) {
            throw new IllegalStateException("%s is not scheduled yet".formatted(schedule.getTriggerKey()));
        }
        return trigger;
    }

    private Map<String, Route> started() {
        Map<String, Route> pipelines = new TreeMap<>();
        for (Route route : camel.getRoutes()) {
            if (isStarted(route)) {
                pipelines.put(name(route), route);
            }
        }
        return pipelines;
    }

    /** The pipeline that the runs of a route belong to; routes that others call belong to their group. */
    public static String name(Route route) {
        if (!isStarted(route)) {
            return route.getGroup();
        }
        boolean main = route.getCamelContext().getRoutes().stream()
                .filter(other -> isStarted(other) && other.getGroup().equals(route.getGroup()))
                .map(Route::getRouteId)
                .noneMatch(other -> MAIN_FIRST.compare(other, route.getRouteId()) < 0);
        return main && route.getRouteId().contains(FROM_TO) ? route.getGroup() : route.getRouteId();
    }

    /** Whether a route takes what comes all the time instead of being executed on a schedule. */
    static boolean isStream(Route route) {
        return isStarted(route) && !(route.getEndpoint() instanceof QuartzEndpoint);
    }

    private static boolean isStarted(Route route) {
        return RunPolicyFactory.startsRuns(route.getGroup(), route.getEndpoint().getEndpointUri());
    }
}
