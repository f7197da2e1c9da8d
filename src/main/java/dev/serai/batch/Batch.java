package dev.serai.batch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one load statement is given.
 *
 * <p>{@code rows} is a JSON array of flat objects, one per record to store, each with its {@code position};
 * {@code rejected} a JSON array of {@code {"position", "code", "message", "payload"}}. Positions count from 0.
 * Immutable and thread-safe.
 *
 * @param read records in the answer, those that were rejected included
 * @param fault set when the answer as a whole was not what was asked for
 * @param parameters what the statement is given besides, by name; a load that has to be fast may give its columns as arrays
 */
public record Batch(
        int read, String rows, String rejected, @Nullable AnswerException fault, Map<String, Object> parameters) {

    public Batch {
        parameters = Map.copyOf(parameters);
    }

    public Batch(int read, String rows, String rejected, @Nullable AnswerException fault) {
        this(read, rows, rejected, fault, Map.of());
    }
}
