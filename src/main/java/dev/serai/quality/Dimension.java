package dev.serai.quality;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a check is about: the dimensions of data quality. */
enum Dimension {
    COMPLETENESS,
    VALIDITY,
    UNIQUENESS,
    CONSISTENCY,
    TIMELINESS,
    ACCURACY;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Dimension::word).toList();
    }
}
