package dev.serai.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name that somebody probably meant. Pure. */
public final class NearestName {

    /** So many letters of a name may be wrong for one that is right. */
    private static final int LETTERS_A_SLIP = 3;

    private NearestName() {}

    /** The known name that differs least; nothing if none is near. Upper and lower case differ by half a letter. */
    public static Optional<String> of(String name, Collection<String> known) {
        int most = Math.max(1, name.length() / LETTERS_A_SLIP);
        return known.stream()
                .filter(candidate -> difference(name, candidate) <= most)
                .min(Comparator.<String>comparingInt(candidate ->
                                2 * difference(name, candidate) + (name.equalsIgnoreCase(candidate) ? 0 : 1))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static int difference(String name, String candidate) {
        return distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
    }

    /** Levenshtein's distance. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(swap, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
