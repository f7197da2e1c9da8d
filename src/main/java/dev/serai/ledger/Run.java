package dev.serai.ledger;

import java.time.Instant;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a pipeline, from its begin on; of a stream, a minute in which something happened.
 *
 * @param id time-ordered UUID, on every row and object the run writes
 * @param startedAt when it began; part of the names of the objects it lands
 * @param leaseToken under which its process held the route then; null where one process works alone
 */
public record Run(
        UUID id,
        String pipeline,
        String route,
        Cause cause,
        Instant startedAt,
        @Nullable Long leaseToken) {

    /** Why a run takes place. */
    public enum Cause {
        SCHEDULE("schedule"),
        ASKED("asked"),
        CATCH_UP("catch-up"),
        REPLAY("replay"),
        REBUILD("rebuild"),
        STREAM("stream"),
        AFTER_LOAD("after-load");

        private final String word;

        Cause(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    static final String PROPERTY = "serai.run";

    /** The run an exchange belongs to; an {@link IllegalStateException} outside of one. */
    public static Run of(Exchange exchange) {
        Run run = exchange.getProperty(PROPERTY, Run.class);
        if (run == null) {
            throw new IllegalStateException(
                    "route %s is not part of a run: start it through a scheduled route of a pipeline"
                            .formatted(exchange.getFromRouteId()));
        }
        return run;
    }
}
