package dev.serai.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one record with their types and collects everything that is wrong with it.
 *
 * <p>A path such as {@code address.city} goes into nested objects. A field that is absent or {@code null} yields
 * {@code null}, one of another type a complaint and {@code null}; {@link #verify()} then throws one
 * {@link InvalidRecordException} with all complaints, its code being that of the first. <br>
 * For one record and one thread.
 */
public final class Fields {

    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final String A_TEXT = "a text such as \"Oslo\"";
    private static final String AN_INSTANT = "seconds since 1970 such as 1795185148.726961";
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("2100-01-01T00:00:00Z");
    private static final int MICROSECOND_DIGITS = 6;

    private final String what;
    private final JsonNode record;
    private final List<String> complaints = new ArrayList<>();
    private String code = "";

    /** @param what the record, for messages and codes: "user" */
    public Fields(String what, JsonNode record) {
        this.what = what;
        this.record = record;
    }

    public @Nullable String text(String path) {
        JsonNode node = at(path);
        return absent(node) ? null : text(path, node);
    }

    /** A text; absent is a complaint. */
    public @Nullable String requiredText(String path) {
        JsonNode node = at(path);
        if (absent(node)) {
            complain("MISSING", path, A_TEXT, node);
            return null;
        }
        return text(path, node);
    }

    private @Nullable String text(String path, JsonNode node) {
        if (!node.isTextual()) {
            complain("INVALID", path, A_TEXT, node);
            return null;
        }
        if (!isStorable(node.textValue())) {
            complain("INVALID", path, "a text without NUL and broken characters", node);
            return null;
        }
        return node.textValue();
    }

    /** A UUID in its 8-4-4-4-12 form, in lower case; absent is a complaint. */
    public @Nullable String requiredUuid(String path) {
        JsonNode node = at(path);
        if (absent(node)) {
            complain("MISSING", path, "a UUID such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b", node);
            return null;
        }
        if (!node.isTextual() || !UUID_FORM.matcher(node.textValue()).matches()) {
            complain("INVALID", path, "a UUID such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b", node);
            return null;
        }
        return UUID.fromString(node.textValue()).toString();
    }

    public @Nullable Integer integer(String path) {
        JsonNode node = at(path);
        if (absent(node)) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            complain("INVALID", path, "a whole number such as 4711", node);
            return null;
        }
        return node.intValue();
    }

    /**
     * A whole number, or {@code null} for a word that the source writes when it does not know it; anything else, absent
     * included, is a complaint.
     */
    public @Nullable Integer requiredIntegerOr(String path, String unknown) {
        JsonNode node = at(path);
        if (node.isTextual() && node.textValue().equals(unknown)) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            String expected = "a whole number such as 4711, or \"%s\"".formatted(unknown);
            complain(absent(node) ? "MISSING" : "INVALID", path, expected, node);
            return null;
        }
        return node.intValue();
    }

    public @Nullable Boolean bool(String path) {
        JsonNode node = at(path);
        if (absent(node)) {
            return null;
        }
        if (!node.isBoolean()) {
            complain("INVALID", path, "true or false", node);
            return null;
        }
        return node.booleanValue();
    }

    /**
     * An instant of the years 2000 to 2099 that is given as seconds since 1970, ISO 8601; absent is a complaint.
     *
     * <p>The digits count as they are written: what is finer than the microseconds that PostgreSQL keeps is rounded to
     * the nearest, half to even.
     */
    public @Nullable String requiredEpochSeconds(String path) {
        JsonNode node = at(path);
        if (absent(node)) {
            complain("MISSING", path, AN_INSTANT, node);
            return null;
        }
        if (!node.isNumber()) {
            complain("INVALID", path, AN_INSTANT, node);
            return null;
        }
        BigDecimal seconds = node.decimalValue();
        if (seconds.compareTo(BigDecimal.valueOf(FIRST.getEpochSecond())) < 0
                || seconds.compareTo(BigDecimal.valueOf(LAST.getEpochSecond())) >= 0) {
            complain("INVALID", path, AN_INSTANT + ", in the years 2000 to 2099", node);
            return null;
        }
        long micros = seconds.setScale(MICROSECOND_DIGITS, RoundingMode.HALF_EVEN)
                .unscaledValue()
                .longValueExact();
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }

    public @Nullable Double number(String path, double least, double most) {
        JsonNode node = at(path);
        if (absent(node)) {
            return null;
        }
        if (!node.isNumber() || !(node.doubleValue() >= least && node.doubleValue() <= most)) {
            complain("INVALID", path, String.format(Locale.ROOT, "a number from %s to %s", least, most), node);
            return null;
        }
        return node.doubleValue();
    }

    /** A calendar date, ISO 8601, years 1 to 9999. */
    public @Nullable String date(String path) {
        JsonNode node = at(path);
        if (absent(node)) {
            return null;
        }
        if (node.isTextual()) {
            try {
                LocalDate date = LocalDate.parse(node.textValue());
                if (date.getYear() >= 1 && date.getYear() <= 9999) {
                    return date.toString();
                }
            } catch (DateTimeParseException e) {
                complain("INVALID", path, "a date such as 1984-02-29", node);
                return null;
            }
        }
        complain("INVALID", path, "a date such as 1984-02-29", node);
        return null;
    }

    /**
     * A value of a kind that only the caller knows.
     *
     * @param expected for a complaint, with an example: "a time such as 2026-11-21T06:00:00Z"
     * @param read yields what to store, nothing for a value that does not fit
     */
    public @Nullable JsonNode value(
            String path, boolean required, String expected, Function<JsonNode, Optional<JsonNode>> read) {
        JsonNode node = at(path);
        if (absent(node)) {
            if (required) {
                complain("MISSING", path, expected, node);
            }
            return null;
        }
        Optional<JsonNode> value = read.apply(node);
        if (value.isEmpty()) {
            complain("INVALID", path, expected, node);
        }
        return value.orElse(null);
    }

    /** Throws if anything was wrong. */
    public void verify() {
        if (!complaints.isEmpty()) {
            throw new InvalidRecordException(code, what + ": " + String.join("; ", complaints));
        }
    }

    private JsonNode at(String path) {
        JsonNode node = record;
        StringBuilder seen = new StringBuilder();
        for (String name : path.split("\\.", -1)) {
            if (!absent(node) && !node.isObject()) {
                complain("INVALID", seen.toString(), "an object", node);
                return node.path("absent");
            }
            seen.append(seen.isEmpty() ? "" : ".").append(name);
            node = node.path(name);
        }
        return node;
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private void complain(String reason, String path, String expected, JsonNode seen) {
        String was = seen.isMissingNode() ? "nothing" : Excerpt.of(seen.toString());
        String complaint = "'%s' must be %s, was %s".formatted(path, expected, was);
        if (complaints.isEmpty()) {
            code = "%s_%s_%s".formatted(what, path.replace('.', '_'), reason).toUpperCase(Locale.ROOT);
        }
        if (!complaints.contains(complaint)) {
            complaints.add(complaint);
        }
    }

    /** Whether PostgreSQL stores a text: neither NUL nor half of a surrogate pair. */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }
}
