package dev.serai.simulators;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the parameters of a request into a {@link Failure}.
 *
 * <p>Source: {@code kind=too-many-requests&times=3&retryAfterSeconds=2}; {@code times} is 1 if absent. <br>
 * Errors: {@link RefusedException} with status 400, naming the parameter, what was expected and what was seen. <br>
 * Pure and thread-safe.
 */
final class FailureParser {

    private static final int MOST_TIMES = 1_000_000;
    private static final int LONGEST_RETRY_AFTER_SECONDS = 3_600;
    private static final int LONGEST_DELAY_MS = 600_000;

    private FailureParser() {}

    /** @param kinds those that the source knows */
    static Failure parse(
            Set<FailureKind> kinds,
            @Nullable String kind,
            @Nullable String times,
            @Nullable String retryAfterSeconds,
            @Nullable String delayMs) {
        FailureKind known = FailureKind.of(kind == null ? "" : kind, kinds)
                .orElseThrow(() -> RefusedException.badParameter(
                        "kind",
                        "one of " + FailureKind.words(kinds) + ", for example server-error",
                        Parameters.shown(kind)));
        Failure failure = Failure.of(known, times == null ? 1 : Parameters.number("times", times, 1, MOST_TIMES, 3));
        if (retryAfterSeconds != null) {
            accept(known == FailureKind.TOO_MANY_REQUESTS, "retryAfterSeconds", "too-many-requests", retryAfterSeconds);
            failure = failure.withRetryAfterSeconds(
                    Parameters.number("retryAfterSeconds", retryAfterSeconds, 0, LONGEST_RETRY_AFTER_SECONDS, 2));
        }
        if (delayMs != null) {
            accept(known.hasDelay(), "delayMs", delayed(), delayMs);
            failure = failure.withDelayMs(Parameters.number("delayMs", delayMs, 1, LONGEST_DELAY_MS, 250));
        }
        return failure;
    }

    private static String delayed() {
        return Stream.of(FailureKind.values())
                .filter(FailureKind::hasDelay)
                .map(FailureKind::word)
                .collect(Collectors.joining(" or "));
    }

    private static void accept(boolean fits, String parameter, String kinds, String seen) {
        if (!fits) {
            throw RefusedException.badParameter(parameter, "absent unless kind is " + kinds, Parameters.shown(seen));
        }
    }
}
