package dev.serai.quality;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the number that a check measures has to be. Immutable.
 *
 * @param first the number it is compared with; the least one of a range
 * @param second the greatest one of a range, else the same
 * @param unit of the numbers; empty for rows and numbers without one
 */
record Threshold(Comparison comparison, BigDecimal first, BigDecimal second, String unit) {

    /** In the words of ODCS. */
    enum Comparison {
        BE("mustBe", "must be"),
        NOT_BE("mustNotBe", "must not be"),
        GREATER("mustBeGreaterThan", "must be greater than"),
        GREATER_OR_EQUAL("mustBeGreaterOrEqualTo", "must be at least"),
        LESS("mustBeLessThan", "must be less than"),
        LESS_OR_EQUAL("mustBeLessOrEqualTo", "must be at most"),
        BETWEEN("mustBeBetween", "must be between"),
        NOT_BETWEEN("mustNotBeBetween", "must not be between");

        private final String key;
        private final String words;

        Comparison(String key, String words) {
            this.key = key;
            this.words = words;
        }

        String key() {
            return key;
        }

        boolean isRange() {
            return this == BETWEEN || this == NOT_BETWEEN;
        }

        static List<String> keys() {
            return Arrays.stream(values()).map(Comparison::key).toList();
        }

        static Optional<Comparison> of(String key) {
            return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
        }
    }

    static Threshold of(Comparison comparison, BigDecimal number, String unit) {
        return new Threshold(comparison, number, number, unit);
    }

    boolean isMet(BigDecimal measured) {
        int low = measured.compareTo(first);
        int high = measured.compareTo(second);
        return switch (comparison) {
            case BE -> low == 0;
            case NOT_BE -> low != 0;
            case GREATER -> low > 0;
            case GREATER_OR_EQUAL -> low >= 0;
            case LESS -> low < 0;
            case LESS_OR_EQUAL -> low <= 0;
            case BETWEEN -> low >= 0 && high <= 0;
            case NOT_BETWEEN -> low < 0 || high > 0;
        };
    }

    boolean isPercent() {
        return unit.equals("percent");
    }

    /** For a person: must be less than 10 min. */
    @Override
    public String toString() {
        String shown = isPercent() ? " %" : unit.isEmpty() ? "" : " " + unit;
        String numbers = comparison.isRange() ? "%s and %s".formatted(plain(first), plain(second)) : plain(first);
        return "%s %s%s".formatted(comparison.words, numbers, shown);
    }

    /** Without an exponent and without zeros at the end. */
    static String plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return (stripped.scale() < 0 ? stripped.setScale(0) : stripped).toPlainString();
    }
}
