package dev.serai.quality;

import dev.serai.dataset.TimeUnits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a check found, as a person would say it: Sensor 3: 14 readings above 45 C since 10:02. Instants are UTC. Pure. */
final class Sentences {

    private static final DateTimeFormatter TODAY = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter EARLIER = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final int VALUES_SHOWN = 5;
    private static final long TWO_OF_A_UNIT = 2;

    private Sentences() {}

    static String broken(Check check, String error) {
        return "The check %s cannot run: %s".formatted(check.id(), error);
    }

    static String of(Check check, Outcome.Row row, @Nullable BigDecimal measured, boolean kept, Instant now) {
        if (row.says() != null && !row.says().isBlank()) {
            return row.says();
        }
        String rows = check.details().rowsAre();
        if (measured == null) {
            return nothing(check, rows);
        }
        return switch (check.rule()) {
            case ROW_COUNT -> "%s, %s".formatted(rowsOf(row.checked()), check.threshold());
            case FRESHNESS ->
                "The newest row is %s old, %s"
                        .formatted(age(measured, check.threshold().unit()), check.threshold());
            case VOLUME ->
                "%s in the %s from %s, %s %% of the usual %s"
                        .formatted(
                                rowsOf(row.segmentFailed()),
                                length(check.details().period()),
                                at(row.sinceAt(), now),
                                Threshold.plain(measured),
                                row.usual() == null ? "number" : Threshold.plain(row.usual()));
            case DISTRIBUTION ->
                "%s of the last %s %s from before: index %s, %s"
                        .formatted(
                                check.column(),
                                check.rows()
                                        .map(window -> length(window.length()))
                                        .orElse("time"),
                                kept ? "does not differ" : "differs",
                                Threshold.plain(measured),
                                check.threshold());
            case SCHEMA ->
                row.failed() == 0
                        ? "The %d columns are as described".formatted(row.checked())
                        : "Columns differ from their description: " + String.join("; ", row.keys());
            case SQL ->
                "%s: %s, %s"
                        .formatted(
                                check.description().isEmpty() ? check.id() : check.description(),
                                Threshold.plain(measured) + (check.threshold().isPercent() ? " %" : ""),
                                check.threshold());
            default -> rows(check, row, rows, now);
        };
    }

    private static String nothing(Check check, String rows) {
        return switch (check.rule()) {
            case FRESHNESS -> "There are no rows yet, so none is new; the age " + check.threshold();
            case VOLUME -> "Too few periods to say what is usual";
            case DISTRIBUTION -> "Too few values to compare";
            default -> "No %s to check".formatted(rows);
        };
    }

    private static String rows(Check check, Outcome.Row row, String rows, Instant now) {
        if (row.failed() == 0) {
            return "All %s %s %s".formatted(count(row.checked()), rows, fine(check));
        }
        boolean one = row.segment() != null;
        long failed = one ? row.segmentFailed() : row.failed();
        StringBuilder sentence = new StringBuilder();
        if (one) {
            sentence.append(row.segment()).append(": ");
        }
        sentence.append(count(failed)).append(' ').append(rows).append(' ').append(fault(check));
        if (row.sinceAt() != null) {
            sentence.append(" since ").append(at(row.sinceAt(), now));
        }
        if (one && row.segments() > 1) {
            sentence.append("; %s in all, in %d of them".formatted(count(row.failed()), row.segments()));
        } else if (!one) {
            sentence.append(", of %s".formatted(count(row.checked())));
        }
        return sentence.toString();
    }

    private static String fine(Check check) {
        return switch (check.rule()) {
            case MISSING -> "have " + check.column();
            case DUPLICATE -> "differ in " + String.join(", ", check.columns());
            case REFERENCE ->
                "have their %s in %s".formatted(check.column(), check.details().references());
            default -> "have a valid " + check.column();
        };
    }

    private static String fault(Check check) {
        return switch (check.rule()) {
            case MISSING -> "without " + check.column();
            case DUPLICATE -> "too many with the same " + String.join(", ", check.columns());
            case REFERENCE ->
                "whose %s is not in %s"
                        .formatted(check.column(), check.details().references());
            default -> invalid(check);
        };
    }

    private static String invalid(Check check) {
        Check.Details details = check.details();
        String unit = CheckReader.column(check, check.column()).unit();
        String shown = unit.isEmpty() ? "" : " " + unit;
        BigDecimal least = details.validMin();
        BigDecimal most = details.validMax();
        String what = "";
        if (least != null && most != null) {
            what = "outside %s to %s%s".formatted(Threshold.plain(least), Threshold.plain(most), shown);
        } else if (most != null) {
            what = "above %s%s".formatted(Threshold.plain(most), shown);
        } else if (least != null) {
            what = "below %s%s".formatted(Threshold.plain(least), shown);
        } else if (!details.validValues().isEmpty()) {
            what = "with another %s than %s".formatted(check.column(), some(details.validValues()));
        } else {
            what = "whose %s is not like %s".formatted(check.column(), details.pattern());
        }
        return what;
    }

    private static String some(List<String> values) {
        String shown = String.join(", ", values.subList(0, Math.min(VALUES_SHOWN, values.size())));
        return values.size() > VALUES_SHOWN ? shown + ", …" : shown;
    }

    private static String rowsOf(long number) {
        return count(number) + (number == 1 ? " row" : " rows");
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String at(@Nullable Instant at, Instant now) {
        if (at == null) {
            return "the beginning";
        }
        boolean today = at.atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .equals(now.atOffset(ZoneOffset.UTC).toLocalDate());
        return (today ? TODAY : EARLIER).format(at.atOffset(ZoneOffset.UTC));
    }

    private static String age(BigDecimal measured, String unit) {
        Duration length = Duration.ofSeconds(measured.multiply(BigDecimal.valueOf(TimeUnits.BY_SIGN
                        .getOrDefault(unit, Duration.ofSeconds(1))
                        .toSeconds()))
                .setScale(0, RoundingMode.HALF_UP)
                .longValue());
        return length(length);
    }

    /** In the greatest unit of which there are two at least. */
    static String length(Duration length) {
        if (length.toDays() >= TWO_OF_A_UNIT) {
            return length.toDays() + " d";
        }
        if (length.toHours() >= TWO_OF_A_UNIT) {
            return length.toHours() + " h";
        }
        return length.toMinutes() >= TWO_OF_A_UNIT ? length.toMinutes() + " min" : length.toSeconds() + " s";
    }
}
