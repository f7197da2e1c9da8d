package dev.serai.simulators;

/**
 * Answers that are to fail in one way. Immutable.
 *
 * @param kind how
 * @param times how many answers, 0 for {@link FailureKind#NONE}
 * @param retryAfterSeconds what a {@code too-many-requests} asks the client to wait
 * @param delayMs how long a {@code time-out} or a {@code gap} is silent, the pause between two bytes of a {@code drip}, or how
 *     far an {@code out-of-order} clock steps back
 */
public record Failure(FailureKind kind, int times, int retryAfterSeconds, int delayMs) {

    static final Failure NONE = new Failure(FailureKind.NONE, 0, 0, 0);

    private static final int RETRY_AFTER_SECONDS = 1;

    /** With the usual waits: 1 s for a {@code Retry-After}, 120 s of silence, half a second between dripped bytes. */
    public static Failure of(FailureKind kind, int times) {
        return new Failure(kind, times, RETRY_AFTER_SECONDS, kind.defaultDelayMs());
    }

    /** The name of the kind on the wire. */
    public String word() {
        return kind.word();
    }

    Failure withRetryAfterSeconds(int seconds) {
        return new Failure(kind, times, seconds, delayMs);
    }

    Failure withDelayMs(int ms) {
        return new Failure(kind, times, retryAfterSeconds, ms);
    }

    Failure oneLess() {
        return times <= 1 ? NONE : new Failure(kind, times - 1, retryAfterSeconds, delayMs);
    }
}
