package dev.serai.quality;

import dev.serai.dataset.TimeUnits;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which rows a check looks at: the newest by a column that should have an index. Immutable.
 *
 * @param column with the time of a row
 * @param length how far it reaches back; zero for the rows that are new since the check last ran
 */
record Window(String column, Duration length) {

    /** The rows that are new since the last time. */
    static final String NEW = "new";

    private static final Pattern LENGTH = Pattern.compile("([1-9][0-9]{0,5}) ?(s|min|h|d)");

    boolean isNew() {
        return length.isZero();
    }

    /** Reads 24 h, 10 min, 30 s or 7 d. */
    static Optional<Duration> length(String text) {
        Matcher matcher = LENGTH.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Duration unit = TimeUnits.BY_SIGN.get(matcher.group(2));
        return unit == null ? Optional.empty() : Optional.of(unit.multipliedBy(Long.parseLong(matcher.group(1))));
    }
}
