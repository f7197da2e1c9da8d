package dev.serai.simulators;

import dev.serai.settings.SettingsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The sources that can be played, each by its route files on the class path. */
enum SimulatedSource {
    USERS("users-api"),
    ADS("ads-api"),
    COMMUNITY("community-live,community-state"),
    SENSORS("sensors-publish");

    private final String routeIds;

    /** @param routeIds between commas */
    SimulatedSource(String routeIds) {
        this.routeIds = routeIds;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<String> routeFiles() {
        return Arrays.stream(routeIds.split(",", -1))
                .map(routeId -> "classpath:simulators/%s/%s.camel.yaml".formatted(word(), routeId))
                .toList();
    }

    /**
     * Reads the setting {@code simulators}.
     *
     * @param setting all, none, or names between commas
     * @throws SettingsException naming every word that is no simulator, and those that exist
     */
    static Set<SimulatedSource> chosen(String setting) {
        if (setting.equals("all")) {
            return EnumSet.allOf(SimulatedSource.class);
        }
        Set<SimulatedSource> chosen = EnumSet.noneOf(SimulatedSource.class);
        if (setting.equals("none")) {
            return chosen;
        }
        List<String> mistakes = new ArrayList<>();
        for (String part : setting.split(",", -1)) {
            String word = part.strip();
            of(word).ifPresentOrElse(chosen::add, () -> mistakes.add(complaint(word)));
        }
        if (!mistakes.isEmpty()) {
            throw new SettingsException(mistakes);
        }
        return chosen;
    }

    private static Optional<SimulatedSource> of(String word) {
        return Arrays.stream(values())
                .filter(source -> source.word().equals(word))
                .findFirst();
    }

    private static String complaint(String word) {
        String known = Arrays.stream(values()).map(SimulatedSource::word).collect(Collectors.joining(", "));
        return "SIMULATORS must be all, none or a list of: %s; was \"%s\"".formatted(known, word);
    }
}
