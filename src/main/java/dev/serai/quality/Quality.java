package dev.serai.quality;

import dev.serai.dataset.Dataset;
import dev.serai.dataset.Datasets;
import dev.serai.ledger.CodedException;
import dev.serai.ledger.Run;
import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import dev.serai.reload.RoutesListener;
import dev.serai.settings.Settings;
import dev.serai.stores.Postgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Runs the checks that the dataset files declare, as a step of a route.
 *
 * <p>Source: the files that are in force; the variable {@code pipelines}, if only the datasets of some are meant: their names,
 * between commas. <br>
 * Yields rows of {@code ops.quality_result}, all or none, and the counts of the run. A check that cannot run is broken and
 * stands beside the others. <br>
 * Errors: {@link CodedException} {@code QUALITY_NO_CHECKS} if none could run: then nothing is known, which must not look like
 * success; {@link SQLException} while PostgreSQL is away. Thread-safe.
 */
public final class Quality implements Processor, RoutesListener {

    private final DataSource postgres;
    private final Settings settings;
    private volatile List<Check> checks = List.of();

    /** Connects to nothing yet, and knows no checks until it is told the files. */
    public Quality(DataSource postgres, Settings settings) {
        this.postgres = postgres;
        this.settings = settings;
    }

    @Override
    public List<Finding> check(RouteFiles files) {
        List<Finding> findings = new ArrayList<>();
        read(files, findings);
        return findings;
    }

    @Override
    public void applied(RouteFiles files) throws SQLException {
        checks = read(files, new ArrayList<>());
        try (Connection connection = postgres.getConnection()) {
            new QualityBook(connection).declare(checks);
        }
    }

    private static List<Check> read(RouteFiles files, List<Finding> findings) {
        List<Check> checks = new ArrayList<>();
        for (Dataset dataset : Datasets.read(files).all()) {
            checks.addAll(CheckReader.read(dataset, findings));
        }
        return List.copyOf(checks);
    }

    @Override
    public void process(Exchange exchange) throws SQLException {
        Run run = Run.of(exchange);
        String pipelines = exchange.getVariable("pipelines", "", String.class);
        Set<String> wanted = pipelines.isBlank()
                ? Set.of()
                : List.of(pipelines.split(",", -1)).stream().map(String::strip).collect(Collectors.toSet());
        run(run.id(), run.pipeline(), wanted);
    }

    /**
     * Runs checks and books what they found.
     *
     * @param pipelines whose datasets are meant; none for all
     */
    void run(UUID runId, String pipeline, Collection<String> pipelines) throws SQLException {
        List<Check> all = checks;
        List<Check> wanted = all.stream()
                .filter(check -> pipelines.isEmpty()
                        || pipelines.contains(check.dataset().pipeline()))
                .toList();
        List<Outcome> outcomes = new ArrayList<>();
        // A connection of its own: a check may take longer than those of the pool are let.
        try (Connection connection = Postgres.session(settings, "quality")) {
            QualityBook book = new QualityBook(connection);
            book.declare(all);
            book.forget(settings.number("quality.results.keep-days"));
            Map<String, Instant> last = book.lastRuns();
            CheckExecution execution = new CheckExecution(connection, settings.number("quality.check.timeout-ms"));
            for (Check check : wanted) {
                outcomes.add(execution.run(check, last.get(check.id())));
            }
            connection.setAutoCommit(true);
            book.record(runId, pipeline, outcomes);
        }
        if (outcomes.stream().allMatch(outcome -> outcome.state() == Outcome.State.BROKEN)) {
            throw new CodedException(
                    "QUALITY_NO_CHECKS",
                    outcomes.isEmpty()
                            ? "no check was executed: no dataset file declares one under \"quality:\""
                            : "no check was executed: all %d are broken, the first: %s"
                                    .formatted(outcomes.size(), outcomes.get(0).says()));
        }
    }

    /** The folders whose dataset files declare checks. */
    Set<String> folders() {
        return checks.stream().map(check -> check.dataset().pipeline()).collect(Collectors.toSet());
    }

    /** What the checks of a run found, a line each, the worst first; none for a run of something else. */
    public List<String> lines(UUID runId) throws SQLException {
        try (Connection connection = postgres.getConnection()) {
            return QualityBook.lines(connection, runId);
        }
    }
}
