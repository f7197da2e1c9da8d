package dev.serai.landing;

import dev.serai.ledger.Ledger;
import dev.serai.ledger.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;

/**
 * Loads a whole day again, of a pipeline that keeps every message in a raw lake: one with a route {@code …-replay-day}.
 *
 * <p>Errors: {@link IllegalArgumentException} for a day or pipeline that is none, {@link SQLException} while PostgreSQL is
 * away. Thread-safe.
 */
public final class DayReplay {

    private static final String ROUTE = "-replay-day";

    private final DataSource postgres;
    private final LakeDays days;
    private final Ledger ledger;
    private final CamelContext camel;

    public DayReplay(DataSource postgres, LakeDays days, Ledger ledger, CamelContext camel) {
        this.postgres = postgres;
        this.days = days;
        this.ledger = ledger;
        this.camel = camel;
    }

    /** The result line of the run, and how many objects it loaded. */
    public List<String> replay(String pipeline, String day) throws SQLException {
        String folder = dayOf(day).toString();
        if (camel.getRoute(pipeline + ROUTE) == null) {
            throw new IllegalArgumentException(
                    "DAY goes with a pipeline that keeps every message (%s), was \"%s\"; for tables with landed answers there is make rebuild"
                            .formatted(
                                    camel.getRoutes().stream()
                                            .map(Route::getRouteId)
                                            .filter(id -> id.endsWith(ROUTE))
                                            .map(id -> id.replace(ROUTE, ""))
                                            .sorted()
                                            .collect(Collectors.joining(", ")),
                                    pipeline));
        }
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            Exchange done = template.request("direct:" + pipeline + ROUTE, exchange -> {
                exchange.setVariable("pipeline", pipeline);
                exchange.setVariable("cause", Run.Cause.REPLAY.name());
                exchange.setVariable("day", folder);
            });
            String runId = done.getVariable("run_id", String.class);
            days.forget(runId);
            return List.of(
                    ledger.result(UUID.fromString(runId))
                            .orElseThrow(
                                    () -> new IllegalStateException("the replay's run is not in the book: " + runId)),
                    "raw lake of %s on %s: %d objects loaded".formatted(pipeline, folder, loaded(runId)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LocalDate dayOf(String day) {
        try {
            return LocalDate.parse(day.strip());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "DAY must be a day in UTC such as 2026-11-20, was \"%s\"".formatted(day), e);
        }
    }

    private long loaded(String runId) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select count(*) from ops.load where run_id = ?")) {
            statement.setObject(1, UUID.fromString(runId));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
