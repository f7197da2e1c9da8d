package dev.serai.rebuild;

import dev.serai.landing.LandingZone;
import dev.serai.ledger.LoadParameters;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to rebuild. Immutable.
 *
 * @param pipeline the one that fills the dataset: its schema
 * @param dataset the table, with its schema
 * @param zone where the pipeline lands
 * @param from runs that began then or later
 * @param to and before this
 * @param mode what to do with the difference
 */
public record RebuildRequest(String pipeline, String dataset, LandingZone zone, Instant from, Instant to, Mode mode) {

    /** What becomes of the difference. */
    public enum Mode {
        /** It is shown. */
        COMPARE,
        /** Missing rows are inserted, different ones updated. */
        MERGE,
        /** As {@link #MERGE}, and extra rows are deleted: afterwards the range is what the landing says. */
        SWAP
    }

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*");

    /**
     * Reads the words of a person.
     *
     * <p>Errors: {@link IllegalArgumentException} that says what was expected.
     *
     * @param from an instant, or a day: its begin
     * @param to an instant, or a day: its end
     * @param mode compare if absent
     */
    public static RebuildRequest of(
            String dataset,
            @Nullable String from,
            @Nullable String to,
            @Nullable String mode,
            Map<String, LandingZone> zones) {
        String pipeline = dataset.replaceFirst("\\..*", "");
        LandingZone zone = zones.get(pipeline);
        if (!NAME.matcher(dataset).matches() || zone == null) {
            throw new IllegalArgumentException(
                    "DATASET must be a table of a pipeline that lands (%s), such as ads.impression, was \"%s\""
                            .formatted(String.join(", ", zones.keySet()), dataset));
        }
        Instant begin = instant("FROM", from, day -> day);
        Instant end = instant("TO", to, day -> day.plusDays(1));
        if (!begin.isBefore(end)) {
            throw new IllegalArgumentException("FROM must be before TO, was %s and %s".formatted(begin, end));
        }
        return new RebuildRequest(pipeline, dataset, zone, begin, end, mode(mode));
    }

    String shadow() {
        return LoadParameters.shadowOf(dataset);
    }

    /** Rows of the range have a {@code raw_object} that is not less. */
    String firstAddress() {
        return zone.address(zone.mark(from));
    }

    /** Rows of the range have a {@code raw_object} that is less. */
    String endAddress() {
        return zone.address(zone.mark(to));
    }

    private static Instant instant(String name, @Nullable String text, Function<LocalDate, LocalDate> edge) {
        try {
            String value = text == null ? "" : text.strip();
            return value.length() == "2026-11-21".length()
                    ? edge.apply(LocalDate.parse(value))
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                    : Instant.parse(value);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "%s must be a day such as 2026-11-21 or an instant such as 2026-11-21T06:00:00Z, was \"%s\""
                            .formatted(name, text),
                    e);
        }
    }

    private static Mode mode(@Nullable String text) {
        String word = text == null || text.isBlank() ? "compare" : text.strip();
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "MODE must be compare, merge or swap, was \"%s\"".formatted(word)));
    }
}
