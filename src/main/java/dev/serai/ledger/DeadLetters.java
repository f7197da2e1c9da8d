package dev.serai.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Puts the open dead letters of a pipeline through its load route again, the repaired form where there is one.
 *
 * <p>Those that load are closed by the statement that loads them; the others stay open with their newest reason. Letters
 * that are no JSON object (the rest of a broken answer) wait until somebody repairs them. Thread-safe.
 */
public final class DeadLetters {

    /** So much text at a time, whatever the number of letters. */
    private static final int CHUNK_CHARACTERS = 4_000_000;

    private static final String NEXT = """
            with candidate as (
                select dead_letter_id, coalesce(repaired, payload) as record
                from ops.dead_letter
                where pipeline = ? and state = 'open' and dead_letter_id > ?
                  and coalesce(repaired, payload) is json object
                order by dead_letter_id
                limit 10000
            ), sized as (
                select *, sum(length(record)) over (order by dead_letter_id) - length(record) as before from candidate
            )
            select array_agg(dead_letter_id order by dead_letter_id)::text,
                   '[' || string_agg(record, ',' order by dead_letter_id) || ']',
                   coalesce(max(dead_letter_id), 0)
            from sized where before < ?""";

    private final DataSource postgres;
    private final Ledger ledger;
    private final CamelContext camel;

    public DeadLetters(DataSource postgres, Ledger ledger, CamelContext camel) {
        this.postgres = postgres;
        this.ledger = ledger;
        this.camel = camel;
    }

    /** Letters that are replayed in one run: their numbers as an array of PostgreSQL, their records as one of JSON. */
    private record Chunk(String ids, String records, long last) {}

    /** The result lines of the replay's runs, and last how many letters are still open. */
    public List<String> replay(String pipeline) throws SQLException {
        List<String> lines = new ArrayList<>();
        Optional<Chunk> chunk = next(pipeline, 0);
        while (chunk.isPresent()) {
            lines.add(replay(pipeline, chunk.get()));
            chunk = next(pipeline, chunk.get().last());
        }
        lines.add(stillOpen(pipeline));
        return lines;
    }

    private Optional<Chunk> next(String pipeline, long after) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(NEXT)) {
            statement.setString(1, pipeline);
            statement.setLong(2, after);
            statement.setInt(3, CHUNK_CHARACTERS);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String ids = row.getString(1);
                return ids == null ? Optional.empty() : Optional.of(new Chunk(ids, row.getString(2), row.getLong(3)));
            }
        }
    }

    private String replay(String pipeline, Chunk chunk) throws SQLException {
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            Exchange done = template.request("direct:replay", exchange -> {
                exchange.setVariable("pipeline", pipeline);
                exchange.setVariable("cause", Run.Cause.REPLAY.name());
                exchange.setVariable("replayed", chunk.ids());
                exchange.getMessage().setBody(chunk.records());
            });
            UUID runId = UUID.fromString(done.getVariable("run_id", String.class));
            return ledger.result(runId)
                    .orElseThrow(() -> new IllegalStateException("the replay's run is not in the book: " + runId));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String stillOpen(String pipeline) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select format('dead letters of %s: %s open%s', ?::text, count(*),
                            case when bool_or(coalesce(repaired, payload) is not json object)
                                 then format(', %s of them no JSON object: write a corrected record into ops.dead_letter.repaired, or set state to dismissed',
                                             count(*) filter (where coalesce(repaired, payload) is not json object))
                                 else '' end)
                        from ops.dead_letter where pipeline = ? and state = 'open'""")) {
            statement.setString(1, pipeline);
            statement.setString(2, pipeline);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
