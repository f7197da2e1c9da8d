package dev.serai.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

/** How many records were in each batch, as a histogram of each pipeline. Thread-safe. */
final class BatchSizes {

    /** From a single record to the largest batches of streams and sweeps. */
    private static final double[] BOUNDS = {1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000};

    private final MeterRegistry registry;

    BatchSizes(MeterRegistry registry) {
        this.registry = registry;
    }

    void record(String pipeline, long records) {
        DistributionSummary.builder("serai.batch.records")
                .description("Records of a load statement, or messages of a stream that were acknowledged together")
                .tags("pipeline", pipeline)
                .serviceLevelObjectives(BOUNDS)
                .register(registry)
                .record((double) records);
    }
}
