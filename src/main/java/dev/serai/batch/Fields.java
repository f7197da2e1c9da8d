package dev.serai.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
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
        if (absent(node)) {
            return null;
        }
        if (!node.isTextual()) {
            complain("INVALID", path, "a text such as \"Oslo\"", node);
            return null;
        }
        if (!storable(node.textValue())) {
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

    /** PostgreSQL stores neither NUL nor half of a surrogate pair. */
    private static boolean storable(String text) {
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
