package dev.serai.stack;

import org.jspecify.annotations.Nullable;

/** The one throw-away stack that all tests of a process share; started by the first who asks. Thread-safe. */
public final class SharedStack {

    private static @Nullable LocalStack stack;

    private SharedStack() {}

    public static synchronized LocalStack get() {
        if (stack == null) {
            stack = LocalStack.throwAway();
            Runtime.getRuntime().addShutdownHook(new Thread(SharedStack::close, "stack-close"));
        }
        return stack;
    }

    private static synchronized void close() {
        if (stack != null) {
            stack.close();
            stack = null;
        }
    }
}
