package dev.serai.ledger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Writes the runs and the state of streams into the book, on a thread of its own: PostgreSQL may be away as long as it
 * likes without a stream noticing. Close after the routes have stopped; that books what is left.
 */
public final class StreamBook implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(StreamBook.class);
    private static final long PERIOD_MS = 500;
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final StreamRuns runs;
    private final StreamStates states;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stream-book");
        thread.setDaemon(true);
        return thread;
    });
    private boolean away;

    public StreamBook(StreamRuns runs, StreamStates states) {
        this.runs = runs;
        this.states = states;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is thrown is caught in write
    public void start() {
        writer.scheduleWithFixedDelay(() -> write(runs::book), PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void write(Runnable book) {
        try {
            book.run();
            states.write();
            away = false;
        } catch (SQLException e) {
            LOG.log(
                    away ? Level.DEBUG : Level.WARN,
                    "the state of the streams cannot be written now: {}",
                    e.getMessage());
            away = true;
        } catch (RuntimeException e) {
            LOG.error("the streams cannot be booked", e); // and the thread goes on
        }
    }

    @Override
    public void close() {
        writer.execute(() -> {
            states.stopped();
            write(runs::bookAll);
        });
        writer.shutdown();
        try {
            if (!writer.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the end of the streams could not be booked: PostgreSQL does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
