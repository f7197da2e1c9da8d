package dev.serai.simulators;

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

    static Failure parse(
            @Nullable String kind,
            @Nullable String times,
            @Nullable String retryAfterSeconds,
            @Nullable String delayMs) {
        FailureKind known = FailureKind.of(kind == null ? "" : kind)
                .orElseThrow(() -> RefusedException.badParameter(
                        "kind", "one of " + FailureKind.words() + ", for example server-error", shown(kind)));
        Failure failure = Failure.of(known, times == null ? 1 : number("times", times, 1, MOST_TIMES, 3));
        if (retryAfterSeconds != null) {
            accept(known == FailureKind.TOO_MANY_REQUESTS, "retryAfterSeconds", "too-many-requests", retryAfterSeconds);
            failure = failure.withRetryAfterSeconds(
                    number("retryAfterSeconds", retryAfterSeconds, 0, LONGEST_RETRY_AFTER_SECONDS, 2));
        }
        if (delayMs != null) {
            accept(known.hasDelay(), "delayMs", "time-out or drip", delayMs);
            failure = failure.withDelayMs(number("delayMs", delayMs, 1, LONGEST_DELAY_MS, 250));
        }
        return failure;
    }

    private static void accept(boolean fits, String parameter, String kinds, String seen) {
        if (!fits) {
            throw RefusedException.badParameter(parameter, "absent unless kind is " + kinds, shown(seen));
        }
    }

    private static int number(String parameter, String text, int least, int most, int example) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
            throw outside(parameter, text, least, most, example);
        } catch (NumberFormatException e) {
            throw outside(parameter, text, least, most, example);
        }
    }

    private static RefusedException outside(String parameter, String text, int least, int most, int example) {
        String expected = "a whole number from %d to %d, for example %d".formatted(least, most, example);
        return RefusedException.badParameter(parameter, expected, shown(text));
    }

    private static String shown(@Nullable String value) {
        return value == null ? "absent" : '"' + value + '"';
    }
}
