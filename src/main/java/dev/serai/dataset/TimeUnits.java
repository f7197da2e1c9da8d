package dev.serai.dataset;

import java.time.Duration;
import java.util.Map;

/** The units of time in dataset files, as ODCS writes them. Stateless. */
public final class TimeUnits {

    /** How long one of each is, by its sign. */
    public static final Map<String, Duration> BY_SIGN = Map.of(
            "s",
            Duration.ofSeconds(1),
            "min",
            Duration.ofMinutes(1),
            "h",
            Duration.ofHours(1),
            "d",
            Duration.ofDays(1));

    private TimeUnits() {}
}
