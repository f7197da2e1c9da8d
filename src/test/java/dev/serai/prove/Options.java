package dev.serai.prove;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is asked for on the command line. Immutable.
 *
 * @param only names of faults; none for all
 * @param seed what all choices follow from
 * @param combinations of two or three faults at the same time, after the single ones
 * @param outage how long an outage lasts
 * @param soak how long to go on under steady load; zero for no soak
 * @param nodes processes of the application
 */
record Options(List<String> only, long seed, int combinations, Duration outage, Duration soak, int nodes) {

    private static final Set<String> KNOWN = Set.of("FAULT", "SEED", "RANDOM", "OUTAGE", "SOAK", "NODES");
    private static final int COMBINATIONS = 5;
    private static final Pattern LENGTH = Pattern.compile("(\\d{1,6})([smh])");

    /**
     * Reads {@code NAME=value}; what has no value counts as absent.
     *
     * <p>Errors: {@link IllegalArgumentException}, naming what was expected and what was seen.
     *
     * @param names of the faults that there are
     */
    static Options of(List<String> names, String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts.length != 2 || !KNOWN.contains(parts[0])) {
                throw new IllegalArgumentException("expected one of %s, such as SEED=7, was \"%s\""
                        .formatted(KNOWN.stream().sorted().toList(), argument));
            }
            if (!parts[1].isBlank()) {
                given.put(parts[0], parts[1].strip());
            }
        }
        List<String> only = Stream.of(given.getOrDefault("FAULT", "").split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        for (String name : only) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("FAULT must be one of%n  %s%nor several with commas, was \"%s\""
                        .formatted(String.join(System.lineSeparator() + "  ", names), name));
            }
        }
        return new Options(
                only,
                number("SEED", given.getOrDefault("SEED", Long.toString(System.nanoTime() % 1_000_000))),
                (int) number("RANDOM", given.getOrDefault("RANDOM", only.isEmpty() ? "" + COMBINATIONS : "0")),
                length("OUTAGE", given.getOrDefault("OUTAGE", "3s")),
                length("SOAK", given.getOrDefault("SOAK", "0s")),
                nodes(given.getOrDefault("NODES", "1")));
    }

    private static int nodes(String text) {
        if (!text.matches("[1-9]")) {
            throw new IllegalArgumentException(
                    "NODES must be a number of processes from 1 to 9 such as 3, was \"%s\"".formatted(text));
        }
        return Integer.parseInt(text);
    }

    private static long number(String name, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                    "%s must be a whole number of up to 9 digits such as 7, was \"%s\"".formatted(name, text));
        }
        return Long.parseLong(text);
    }

    private static Duration length(String name, String text) {
        Matcher length = LENGTH.matcher(text);
        if (!length.matches()) {
            throw new IllegalArgumentException(
                    "%s must be a length such as 90s, 10m or 2h, was \"%s\"".formatted(name, text));
        }
        long count = Long.parseLong(length.group(1));
        return switch (length.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    boolean includes(String name) {
        return only.isEmpty() || only.contains(name);
    }
}
