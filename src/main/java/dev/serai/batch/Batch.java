package dev.serai.batch;

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
 */
public record Batch(
        int read, String rows, String rejected, @Nullable AnswerException fault) {}
