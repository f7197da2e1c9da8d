package dev.serai.simulators;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What is armed for each source: one {@link Failure} at a time, used up one answer after the other.
 *
 * <p>Thread-safe; each answer that was asked for is taken exactly once, however many requests come at the same time.
 */
public final class Failures {

    private final Map<String, Failure> armed = new HashMap<>();

    /** Arms; what was armed before for this source is forgotten. */
    public synchronized void arm(String source, Failure failure) {
        armed.put(source, failure);
    }

    public synchronized void disarm(String source) {
        armed.remove(source);
    }

    /** What is left; kind {@link FailureKind#NONE} if nothing is. */
    public synchronized Failure armed(String source) {
        return armed.getOrDefault(source, Failure.NONE);
    }

    /** Uses up one answer if its kind is wanted; else yields kind {@link FailureKind#NONE} and leaves what is armed. */
    synchronized Failure take(String source, Predicate<FailureKind> wanted) {
        Failure now = armed(source);
        if (!wanted.test(now.kind())) {
            return Failure.NONE;
        }
        armed.put(source, now.oneLess());
        return now;
    }
}
