package dev.serai.ledger;

import dev.serai.nodes.Leases;
import dev.serai.schedule.AskedRuns;
import dev.serai.schedule.RequestedRuns;
import dev.serai.schedule.Schedule;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.timer.TimerConsumer;
import org.quartz.SchedulerException;

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

    /** As many of its next times are in the book. */
    static final int NEXT_RUNS = 3;

    private static final String FROM_TO = "-to-";
    private static final Comparator<String> MAIN_FIRST = Comparator.comparing(
                    (String routeId) -> !routeId.contains(FROM_TO))
            .thenComparing(Comparator.naturalOrder());

    private static final String REGISTER = """
            insert into ops.pipeline as p (pipeline, route, title, kind, schedule, time_zone, catch_up, may_overlap, next_runs, next_run_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (pipeline) do update set route = excluded.route, title = excluded.title, kind = excluded.kind,
                schedule = excluded.schedule, time_zone = excluded.time_zone, catch_up = excluded.catch_up,
                may_overlap = excluded.may_overlap, next_runs = excluded.next_runs,
                next_run_at = case when ? and p.next_run_at < excluded.next_run_at then p.next_run_at else excluded.next_run_at end,
                registered_at = now()""";

    private final DataSource postgres;
    private final CamelContext camel;
    private final RequestedRuns requests;
    private final Leases leases;
    private final AskedRuns askedRuns;

    public Pipelines(DataSource postgres, CamelContext camel, RequestedRuns requests, Leases leases) {
        this.postgres = postgres;
        this.requests = requests;
        this.leases = leases;
        this.askedRuns = new AskedRuns(postgres);
        this.camel = camel;
    }

    /** Names of the pipelines, in order. */
    public Collection<String> names() {
        return started().keySet();
    }

    /** Their schedules, streams left out. */
    public Map<String, Schedule> schedules() {
        Map<String, Schedule> schedules = new TreeMap<>();
        started().forEach((name, route) -> Schedule.of(route).ifPresent(schedule -> schedules.put(name, schedule)));
        return schedules;
    }

    /** What starts those routes that something is looked up in again and again. */
    public List<TimerConsumer> timers() {
        return camel.getRoutes().stream()
                .map(Route::getConsumer)
                .filter(TimerConsumer.class::isInstance)
                .map(TimerConsumer.class::cast)
                .toList();
    }

    /** Writes what there is now; pipelines that are gone leave the list, their runs stay. */
    public void register() throws SQLException, SchedulerException {
        register(Set.of());
    }

    /**
     * The same.
     *
     * @param catchingUp pipelines that are about to make up for a missed run: until it has begun the missed one is the next
     */
    public void register(Set<String> catchingUp) throws SQLException, SchedulerException {
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
                Optional<Schedule> schedule = Schedule.of(route);
                List<Instant> next = schedule.isPresent() ? schedule.get().next(NEXT_RUNS) : List.of();
                statement.setString(4, schedule.isPresent() ? "schedule" : "stream");
                statement.setString(5, schedule.map(Schedule::cron).orElse(null));
                statement.setString(6, schedule.isPresent() ? schedule.get().timeZone() : null);
                statement.setString(
                        7, schedule.isPresent() ? schedule.get().catchUp().word() : null);
                statement.setObject(8, schedule.map(Schedule::overlaps).orElse(null), Types.BOOLEAN);
                statement.setArray(9, Ledger.instants(connection, next));
                statement.setTimestamp(10, next.isEmpty() ? null : Timestamp.from(next.get(0)));
                statement.setBoolean(
                        11, catchingUp.contains(pipeline.getKey()) || !leases.holdsRoute(route.getRouteId()));
                statement.addBatch();
            }
            statement.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    /** Starts a run now, or as soon as the one under way has ended; returns its id. */
    public UUID run(String pipeline) throws SchedulerException, SQLException {
        return requests.ask(() -> ask(pipeline));
    }

    private UUID ask(String pipeline) throws SchedulerException, SQLException {
        Route route = started().get(pipeline);
        if (route == null) {
            throw new IllegalArgumentException(
                    "there is no pipeline '%s'; there are: %s".formatted(pipeline, String.join(", ", names())));
        }
        Schedule schedule = Schedule.of(route)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'%s' is a stream: it takes what comes as long as the hub runs, so there is nothing to start; how it is doing: make status, /api/pipelines"
                                .formatted(pipeline)));
        UUID runId = RunPolicy.newRunId();
        if (leases.holdsRoute(route.getRouteId())) {
            schedule.runNow(Map.of(AskedRuns.RUN_ID, runId.toString()));
        } else {
            askedRuns.ask(runId, route.getRouteId());
        }
        return runId;
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
        return isStarted(route) && Schedule.of(route).isEmpty();
    }

    private static boolean isStarted(Route route) {
        return RunPolicyFactory.startsRuns(route.getGroup(), route.getEndpoint().getEndpointUri());
    }
}
