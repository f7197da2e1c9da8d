package dev.serai.settings;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds environment variables that were meant for Serai but name no setting: {@code USERS_API_ULR}.
 *
 * <p>Other programs have variables too ({@code S3_BUCKET}, {@code POSTGRES_DB}), so a variable counts only if it
 * differs from a known one by two letters at most or agrees with one in its first two words. Pure.
 */
final class UnknownSettings {

    private static final int SLIP = 2;

    private UnknownSettings() {}

    static List<String> in(Map<String, String> environment, Collection<String> keys) {
        SortedSet<String> known = new TreeSet<>();
        keys.forEach(key -> known.add(Settings.variable(key)));
        return environment.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .flatMap(name -> nearest(name, known).stream()
                        .map(near -> "%s is no setting; did you mean %s?".formatted(name, near)))
                .toList();
    }

    private static Optional<String> nearest(String name, Collection<String> known) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = NearestName.distance(name, candidate);
            boolean near = distance <= SLIP && candidate.length() > 3 * SLIP;
            if ((near || sameStart(name, candidate)) && distance < least) {
                best = candidate;
                least = distance;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    private static boolean sameStart(String name, String candidate) {
        String[] a = name.split("_", -1);
        String[] b = candidate.split("_", -1);
        return a.length >= 3 && b.length >= 3 && a[0].equals(b[0]) && a[1].equals(b[1]);
    }
}
