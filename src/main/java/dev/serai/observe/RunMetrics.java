package dev.serai.observe;

import dev.serai.ledger.BookedRun;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Consumer;

/**
 * Counts the runs that this process books, as the book has them: runs, rows, batches, seconds.
 *
 * <p>They begin at zero with the process, as counters do. Labels are pipelines and words of which there are few. Thread-safe.
 */
public final class RunMetrics implements Consumer<BookedRun> {

    private final MeterRegistry registry;
    private final BatchSizes batches;

    RunMetrics(MeterRegistry registry, BatchSizes batches) {
        this.registry = registry;
        this.batches = batches;
    }

    @Override
    public void accept(BookedRun run) {
        Counter.builder("serai.runs")
                .description("Runs that have ended")
                .tags("pipeline", run.pipeline(), "cause", run.cause(), "state", run.state())
                .register(registry)
                .increment();
        rows(run.pipeline(), "inserted", run.inserted());
        rows(run.pipeline(), "updated", run.updated());
        rows(run.pipeline(), "unchanged", run.unchanged());
        rows(run.pipeline(), "rejected", run.rejected());
        Counter.builder("serai.batches")
                .description("Load statements")
                .tags("pipeline", run.pipeline())
                .register(registry)
                .increment((double) run.batches());
        run.batchSizes().forEach(size -> batches.record(run.pipeline(), size));
        Timer.builder("serai.run.duration")
                .description("How long runs took")
                .tags("pipeline", run.pipeline())
                .register(registry)
                .record(run.duration());
    }

    private void rows(String pipeline, String outcome, long rows) {
        Counter.builder("serai.rows")
                .description("Records that were read, by what became of them")
                .tags("pipeline", pipeline, "outcome", outcome)
                .register(registry)
                .increment((double) rows);
    }
}
