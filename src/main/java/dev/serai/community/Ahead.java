package dev.serai.community;

import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes one piece on a thread of its own while the one before it is put to use.
 *
 * <p>What the work writes is seen by whoever takes the piece. Errors are those of the work, at {@link #take}. <br>
 * For one thread beside its own; close after use.
 */
final class Ahead<T> implements AutoCloseable {

    /** Makes a piece. */
    @FunctionalInterface
    interface Work<T> {
        @Nullable
        T make() throws SQLException;
    }

    /** Longer than a store may be silent: what the work holds can be closed afterwards. */
    private static final int PATIENCE_S = 90;

    private final String name;
    private @Nullable ExecutorService thread;
    private @Nullable Future<@Nullable T> piece;

    /** @param name of the thread */
    Ahead(String name) {
        this.name = name;
    }

    /** Begins to make a piece, which has to be taken before another one is begun. */
    void begin(Work<T> work) {
        ExecutorService executor = thread;
        if (executor == null) {
            executor = Executors.newSingleThreadExecutor(task -> {
                Thread made = new Thread(task, name);
                made.setDaemon(true);
                return made;
            });
            thread = executor;
        }
        piece = executor.submit(work::make);
    }

    /** Whether a piece is being made or waits. */
    boolean isBegun() {
        return piece != null;
    }

    /** Waits for the piece that was begun. */
    @Nullable
    T take() throws SQLException {
        Future<@Nullable T> begun = piece;
        if (begun == null) {
            throw new IllegalStateException("nothing was begun");
        }
        try {
            T made = begun.get();
            piece = null;
            return made;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the source was read", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Breaks off what is being made, and yields when its thread has let go of everything. */
    @Override
    public void close() {
        if (thread == null) {
            return;
        }
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException("%s does not end".formatted(name));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
