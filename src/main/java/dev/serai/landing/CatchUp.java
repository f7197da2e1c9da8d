package dev.serai.landing;

import dev.serai.ledger.Ledger;
import dev.serai.ledger.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/**
 * Loads at once what is landed and not loaded, because a person asks for it.
 *
 * <p>Does not wait for the pauses of the catch-up that goes on by itself, but leaves objects alone that are so young that
 * their run may still be writing them. Errors: {@link SQLException} while PostgreSQL is away. Thread-safe.
 */
public final class CatchUp {

    private final PendingObjects pending;
    private final PendingBook book;
    private final Ledger ledger;
    private final CamelContext camel;

    public CatchUp(PendingObjects pending, PendingBook book, Ledger ledger, CamelContext camel) {
        this.pending = pending;
        this.book = book;
        this.ledger = ledger;
        this.camel = camel;
    }

    /** The result lines of its runs, and last how many objects are still not loaded. */
    public List<String> load(String pipeline) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            for (LandedObject object : pending.findAll(pipeline)) {
                lines.add(load(template, object));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.add("landed objects of %s: %d not loaded".formatted(pipeline, book.count(pipeline)));
        return lines;
    }

    private String load(ProducerTemplate template, LandedObject object) throws SQLException {
        Exchange done = template.request("direct:load-landed", exchange -> {
            exchange.setVariable("pipeline", object.pipeline());
            exchange.setVariable("cause", Run.Cause.CATCH_UP.name());
            exchange.getMessage().setBody(object);
        });
        if (done.getException() != null) {
            book.failed(object.address(), done.getException());
        }
        UUID runId = UUID.fromString(done.getVariable("run_id", String.class));
        return ledger.result(runId)
                .orElseThrow(() -> new IllegalStateException("the run is not in the book: " + runId));
    }
}
