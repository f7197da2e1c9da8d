package dev.serai.dataset;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A check as it stands under {@code quality:} in a dataset file. Immutable.
 *
 * @param line where it begins
 * @param entries what it says: values are texts, booleans, {@link java.math.BigDecimal}, lists and maps of them; a check that
 *     stands under a column has the entry {@code column}
 * @param lines where each key stands
 */
public record CheckSource(int line, Map<String, @Nullable Object> entries, Map<String, Integer> lines) {

    /** Where a key stands; where the check begins if it has no such key. */
    public int line(String key) {
        return lines.getOrDefault(key, line);
    }
}
