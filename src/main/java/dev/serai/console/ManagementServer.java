package dev.serai.console;

import dev.serai.landing.CatchUp;
import dev.serai.landing.DayReplay;
import dev.serai.landing.LandingZone;
import dev.serai.ledger.DeadLetters;
import dev.serai.ledger.Ledger;
import dev.serai.ledger.Pipelines;
import dev.serai.rebuild.Rebuild;
import dev.serai.rebuild.RebuildRequest;
import dev.serai.schedule.ScheduleKeeper;
import dev.serai.settings.Settings;
import io.vertx.core.MultiMap;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.quartz.SchedulerException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Operations on the management port, behind the operator's login.
 *
 * <p>{@code GET /operate/pipelines} lists the names, {@code POST /operate/run/<pipeline>} runs it and answers when the run
 * has ended, {@code POST /operate/pause/<pipeline>} and {@code resume} do that, {@code GET /operate/status} is a table of all,
 * {@code POST /operate/replay/<pipeline>} loads what is landed and not
 * loaded and puts its open dead letters through again, or with {@code ?day=} loads that day of its raw lake again,
 * {@code POST /operate/rebuild/<dataset>?from=&to=&mode=} rebuilds a range, {@code POST /operate/verify} runs every comparison of
 * tables with their source. Answers are lines of plain
 * text: 200 the results, 400 what was expected, 404 what names there are, 503 while PostgreSQL or S3 is away. Thread-safe.
 */
public final class ManagementServer {

    private static final Logger LOG = LogManager.getLogger(ManagementServer.class);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(10);
    private static final int OPERATIONS_AT_ONCE = 4;
    /** How the routes are called that compare the tables of a pipeline with their source. */
    private static final String COMPARISON = "-reconcile";

    private static final int UNAUTHORIZED = 401;
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Pipelines pipelines;
    private final ScheduleKeeper schedules;
    private final PipelineTable table;
    private final CatchUp catchUp;
    private final DeadLetters deadLetters;
    private final DayReplay dayReplay;
    private final Ledger ledger;
    private final Rebuild rebuild;
    private final Comparisons comparisons;
    private final Map<String, LandingZone> zones;
    private final RunFindings findings;

    /** What a run found that its counts do not say, in lines for a person. */
    @FunctionalInterface
    public interface RunFindings {
        List<String> of(UUID runId) throws SQLException;
    }

    public ManagementServer(
            Pipelines pipelines,
            ScheduleKeeper schedules,
            CatchUp catchUp,
            DeadLetters deadLetters,
            DayReplay dayReplay,
            PipelineTable table,
            Ledger ledger,
            Rebuild rebuild,
            Comparisons comparisons,
            Map<String, LandingZone> zones,
            RunFindings findings) {
        this.schedules = schedules;
        this.table = table;
        this.findings = findings;
        this.rebuild = rebuild;
        this.comparisons = comparisons;
        this.zones = zones;
        this.catchUp = catchUp;
        this.pipelines = pipelines;
        this.deadLetters = deadLetters;
        this.dayReplay = dayReplay;
        this.ledger = ledger;
    }

    /**
     * Puts the login before everything on Camel's management server, and the operations and Hawtio behind it. What the page
     * offers stands on its server too, behind the same login, because a page may only ask where it came from.
     */
    public void install(CamelContext camel, Settings settings) {
        AuthenticationHandler login =
                OperatorLogin.of(settings.text("management.user"), settings.text("management.password"));
        LoginAttempts attempts = new LoginAttempts(Clock.systemUTC());
        VertxPlatformHttpRouter router = router(camel, settings.number("management.port"));
        RequestGuard guard = new RequestGuard(settings.text("management.names"), "MANAGEMENT_NAMES");
        router.route().order(-5).handler(SecurityHeaders.with(SecurityHeaders.STRICT));
        router.route().order(-4).handler(guard::requireName);
        router.route().order(-3).handler(RequestGuard::requireSameOrigin);
        router.route().order(-2).handler(attempts::requirePatience);
        router.route().order(-1).handler(login);
        Hawtio.install(camel, router);
        // Threads of their own, because a run may take longer than Vert.x lets its workers.
        WorkerExecutor workers = router.vertx()
                .createSharedWorkerExecutor(
                        "operations", OPERATIONS_AT_ONCE, LONGEST_RUN.toMinutes() + 1, TimeUnit.MINUTES);
        router.get("/operate/pipelines").handler(request -> answer(request, 200, pipelines.names()));
        router.get("/operate/status").handler(request -> work(workers, request, table::lines));
        pipelineOperations(router, workers);
        router.post("/operate/verify")
                .handler(OperatorLogin::requireHeader)
                .handler(request -> work(workers, request, this::verify));
        router.post("/operate/rebuild/:dataset")
                .handler(OperatorLogin::requireHeader)
                .handler(request -> work(workers, request, () -> rebuild(request)));
        if (settings.text("page.operations").equals("true")) {
            VertxPlatformHttpRouter page = router(camel, settings.number("page.port"));
            page.route("/operate/*").handler(RequestGuard::requireSameOrigin);
            page.route("/operate/*").handler(attempts::requirePatience);
            // A refused login is an answer and no trouble to be logged.
            page.route("/operate/*").handler(login).failureHandler(ManagementServer::refuse);
            pipelineOperations(page, workers);
        }
    }

    private static void refuse(RoutingContext request) {
        if (request.statusCode() == UNAUTHORIZED) {
            request.response().setStatusCode(UNAUTHORIZED).end();
        } else {
            request.next();
        }
    }

    private static VertxPlatformHttpRouter router(CamelContext camel, int port) {
        return VertxPlatformHttpRouter.lookup(camel, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    }

    private void pipelineOperations(Router router, WorkerExecutor workers) {
        router.post("/operate/run/:pipeline")
                .handler(OperatorLogin::requireHeader)
                .handler(request -> operate(workers, request, this::run));
        router.post("/operate/pause/:pipeline")
                .handler(OperatorLogin::requireHeader)
                .handler(request -> operate(workers, request, pipeline -> pause(pipeline, request)));
        router.post("/operate/resume/:pipeline")
                .handler(OperatorLogin::requireHeader)
                .handler(request -> operate(workers, request, this::resume));
        router.post("/operate/replay/:pipeline")
                .handler(OperatorLogin::requireHeader)
                .handler(request -> operate(workers, request, pipeline -> {
                    String day = request.request().getParam("day");
                    return day == null ? replay(pipeline) : dayReplay.replay(pipeline, day);
                }));
    }

    private Collection<String> pause(String pipeline, RoutingContext request) throws SQLException, SchedulerException {
        schedules.pause(pipeline, request.user().principal().getString("username", "an operator"));
        return List.of(
                "%s is paused, over restarts too; make resume PIPELINE=%s lets it go on".formatted(pipeline, pipeline));
    }

    private Collection<String> resume(String pipeline) throws SQLException, SchedulerException {
        List<Instant> next = schedules.resume(pipeline);
        return List.of(
                next.isEmpty()
                        ? "%s goes on, but its schedule has no further time".formatted(pipeline)
                        : "%s goes on, next at %s".formatted(pipeline, next.get(0)));
    }

    @FunctionalInterface
    private interface Operation {
        Collection<String> on(String pipeline) throws SQLException, SchedulerException;
    }

    private void operate(WorkerExecutor workers, RoutingContext request, Operation operation) {
        String pipeline = request.pathParam("pipeline");
        work(workers, request, () -> {
            if (!pipelines.names().contains(pipeline)) {
                throw new NoSuchElementException("there is no pipeline '%s'; there are: %s"
                        .formatted(pipeline, String.join(", ", pipelines.names())));
            }
            return operation.on(pipeline);
        });
    }

    @FunctionalInterface
    private interface Work {
        Collection<String> lines() throws SQLException, SchedulerException;
    }

    private static void work(WorkerExecutor workers, RoutingContext request, Work work) {
        workers.executeBlocking(
                        () -> {
                            answer(request, work);
                            return null;
                        },
                        false)
                .onFailure(request::fail);
    }

    private static void answer(RoutingContext request, Work work) {
        try {
            answer(request, 200, work.lines());
        } catch (NoSuchElementException e) {
            answer(request, 404, List.of(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            answer(request, 400, List.of(String.valueOf(e.getMessage())));
        } catch (SQLException e) {
            LOG.warn("{} failed: {}", request.normalizedPath(), e.getMessage());
            answer(request, 503, List.of("PostgreSQL cannot be asked now: " + e.getMessage()));
        } catch (SdkException e) {
            LOG.warn("{} failed: {}", request.normalizedPath(), e.getMessage());
            answer(request, 503, List.of("S3 cannot be asked now: " + e.getMessage()));
        } catch (SchedulerException | IllegalStateException e) {
            LOG.warn("{} failed", request.normalizedPath(), e);
            answer(request, 500, List.of(String.valueOf(e.getMessage())));
        }
    }

    private Collection<String> rebuild(RoutingContext request) throws SQLException {
        MultiMap words = request.request().params();
        return rebuild.run(RebuildRequest.of(
                request.pathParam("dataset"), words.get("from"), words.get("to"), words.get("mode"), zones));
    }

    private Collection<String> replay(String pipeline) throws SQLException {
        List<String> lines = new ArrayList<>(catchUp.load(pipeline));
        lines.addAll(deadLetters.replay(pipeline));
        return lines;
    }

    private Collection<String> run(String pipeline) throws SQLException, SchedulerException {
        UUID runId = pipelines.run(pipeline);
        String result = result(runId);
        List<String> lines = new ArrayList<>(findings.of(runId));
        lines.add(result);
        return lines;
    }

    private String result(UUID runId) throws SQLException {
        long deadline = System.nanoTime() + LONGEST_RUN.toNanos();
        while (System.nanoTime() - deadline < 0) {
            // The run may take place in another process, so its end is seen in the book.
            Optional<String> result = ledger.result(runId);
            if (result.isPresent()) {
                return result.get();
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return "run=%s is still under way after %s".formatted(runId, LONGEST_RUN);
    }

    private Collection<String> verify() throws SQLException, SchedulerException {
        List<String> lines = new ArrayList<>();
        for (String pipeline : pipelines.names()) {
            if (pipeline.endsWith(COMPARISON)) {
                UUID runId = pipelines.run(pipeline);
                String result = result(runId);
                lines.addAll(comparisons.ofRun(runId));
                lines.add(result);
            }
        }
        if (lines.isEmpty()) {
            throw new NoSuchElementException(
                    "nothing was compared: there is no route named like community%s".formatted(COMPARISON));
        }
        return lines;
    }

    private static void answer(RoutingContext request, int status, Collection<String> lines) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(String.join("\n", lines) + "\n");
    }
}
