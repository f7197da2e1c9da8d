package dev.serai.rebuild;

import dev.serai.ledger.Ledger;
import dev.serai.ledger.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Rebuilds a range of a dataset: a run of cause {@code rebuild} through {@code direct:rebuild}, one at a time for each
 * dataset, in whatever process.
 *
 * <p>Errors: {@link IllegalArgumentException} for a table that is not there or is being rebuilt, {@link SQLException}
 * while PostgreSQL is away. Thread-safe.
 */
public final class Rebuild {

    private final DataSource postgres;
    private final ShadowTables shadows;
    private final Ledger ledger;
    private final CamelContext camel;

    public Rebuild(DataSource postgres, ShadowTables shadows, Ledger ledger, CamelContext camel) {
        this.postgres = postgres;
        this.shadows = shadows;
        this.ledger = ledger;
        this.camel = camel;
    }

    /** The result line of the run and, if it did not fail, the difference. */
    public List<String> run(RebuildRequest request) throws SQLException {
        shadows.requireTable(request);
        try (Connection connection = postgres.getConnection()) {
            if (!lock(connection, "pg_try_advisory_lock", request)) {
                throw new IllegalArgumentException("%s is being rebuilt already".formatted(request.dataset()));
            }
            try {
                return runAlone(request);
            } finally {
                lock(connection, "pg_advisory_unlock", request);
            }
        }
    }

    private List<String> runAlone(RebuildRequest request) throws SQLException {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            Exchange done = template.request("direct:rebuild", exchange -> {
                exchange.setVariable("request", request);
                exchange.setVariable("shadow", request.shadow());
                exchange.setVariable("pipeline", request.pipeline());
                exchange.setVariable("cause", Run.Cause.REBUILD.name());
            });
            UUID runId = UUID.fromString(done.getVariable("run_id", String.class));
            List<String> lines = new ArrayList<>();
            lines.add(ledger.result(runId)
                    .orElseThrow(() -> new IllegalStateException("the rebuild's run is not in the book: " + runId)));
            if (done.getException() == null) {
                lines.add(done.getMessage().getBody(String.class));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean lock(Connection connection, String function, RebuildRequest request) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select " + function + "(hashtextextended(?, 0))")) {
            statement.setString(1, "rebuild " + request.dataset());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
