package dev.serai.ledger;

import java.time.Duration;
import java.util.List;

/**
 * A run as the book has it once it has ended.
 *
 * @param cause schedule, asked, catch-up, replay, rebuild, stream
 * @param state succeeded, empty, failed
 * @param batches load statements
 * @param batchSizes records of each load statement; empty for a stream, which tells each batch by itself
 */
public record BookedRun(
        String pipeline,
        String cause,
        String state,
        Duration duration,
        long batches,
        long inserted,
        long updated,
        long unchanged,
        long rejected,
        List<Long> batchSizes) {}
