package dev.serai.quality;

import dev.serai.dataset.TimeUnits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a check found. Immutable.
 *
 * @param state passed, warned, failed or broken
 * @param checked rows, or whatever it counts, that it looked at
 * @param failed those that are wrong
 * @param measured the number that was compared with the threshold; null if there was nothing to measure
 * @param keys of rows that are wrong, at most 20
 * @param share of what it looked at that is right, from 0 to 1; null if there was nothing to look at, or it is broken
 * @param says the sentence a person would say
 * @param error why it could not run; null if it could
 */
record Outcome(
        Check check,
        State state,
        long checked,
        long failed,
        @Nullable BigDecimal measured,
        List<String> keys,
        @Nullable BigDecimal share,
        String says,
        @Nullable String error,
        Instant at) {

    private static final int SHARE_DIGITS = 9;
    private static final int MEASURED_DIGITS = 4;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    enum State {
        PASSED,
        WARNED,
        FAILED,
        BROKEN;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * The row that the statement of a check yields.
     *
     * @param segment the worst of those that {@code by} tells apart; null without
     * @param segments those in which anything is wrong
     * @param usual what a volume is compared with
     * @param says what the query of an sql check says itself; null if nothing
     */
    record Row(
            long checked,
            long failed,
            @Nullable BigDecimal measured,
            List<String> keys,
            @Nullable Instant sinceAt,
            @Nullable String segment,
            long segmentFailed,
            long segments,
            @Nullable BigDecimal usual,
            @Nullable String says) {}

    /** Judges what was measured. */
    static Outcome of(Check check, Row row, Instant now) {
        BigDecimal measured = measured(check, row);
        boolean nothing = measured == null && check.rule() != Rule.FRESHNESS;
        boolean kept = nothing || (measured != null && check.threshold().isMet(measured));
        State state = kept ? State.PASSED : check.severity() == Check.Severity.ERROR ? State.FAILED : State.WARNED;
        return new Outcome(
                check,
                state,
                row.checked(),
                failed(check, row, kept),
                measured,
                row.keys(),
                nothing ? null : share(check, row, kept),
                Sentences.of(check, row, measured, kept, now),
                null,
                now);
    }

    static Outcome broken(Check check, String error, Instant now) {
        return new Outcome(
                check, State.BROKEN, 0, 0, null, List.of(), null, Sentences.broken(check, error), error, now);
    }

    private static long failed(Check check, Row row, boolean kept) {
        if (check.rule() == Rule.SQL && check.threshold().isPercent() && row.measured() != null) {
            return row.measured()
                    .multiply(BigDecimal.valueOf(row.checked()))
                    .divide(HUNDRED, 0, RoundingMode.HALF_UP)
                    .longValue();
        }
        boolean counts = check.rule().countsRows() || check.rule() == Rule.SCHEMA || check.rule() == Rule.SQL;
        return counts ? row.failed() : kept ? 0 : 1;
    }

    private static @Nullable BigDecimal measured(Check check, Row row) {
        BigDecimal measured = row.measured();
        if (measured == null || (check.rule().countsRows() && row.checked() == 0)) {
            return null;
        }
        if (check.threshold().isPercent() && check.rule().countsRows()) {
            return row.checked() == 0
                    ? null
                    : HUNDRED.multiply(BigDecimal.valueOf(row.failed()))
                            .divide(BigDecimal.valueOf(row.checked()), MEASURED_DIGITS, RoundingMode.HALF_UP);
        }
        Duration unit = check.rule() == Rule.FRESHNESS
                ? TimeUnits.BY_SIGN.get(check.threshold().unit())
                : null;
        return unit == null
                ? measured
                : measured.divide(BigDecimal.valueOf(unit.toSeconds()), MEASURED_DIGITS, RoundingMode.HALF_UP);
    }

    private static BigDecimal share(Check check, Row row, boolean kept) {
        if (check.rule() == Rule.SQL && check.threshold().isPercent() && row.measured() != null) {
            return BigDecimal.ONE
                    .subtract(row.measured().divide(HUNDRED, SHARE_DIGITS, RoundingMode.UP))
                    .max(BigDecimal.ZERO)
                    .min(BigDecimal.ONE);
        }
        boolean counts = check.rule().countsRows() || (check.rule() == Rule.SQL && row.checked() > 0);
        return counts
                ? BigDecimal.ONE.subtract(BigDecimal.valueOf(Math.min(row.failed(), row.checked()))
                        .divide(BigDecimal.valueOf(row.checked()), SHARE_DIGITS, RoundingMode.UP))
                : kept ? BigDecimal.ONE : BigDecimal.ZERO;
    }
}
