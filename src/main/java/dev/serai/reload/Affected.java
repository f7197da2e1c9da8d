package dev.serai.reload;

import dev.serai.settings.Settings;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The route files that have to be exchanged because files are different. Pure.
 *
 * @param before as they were
 * @param after as they are
 * @param all whether something changed that holds for all routes
 */
record Affected(SortedMap<String, RouteFile> before, SortedMap<String, RouteFile> after, boolean all) {

    static Affected by(
            RouteFiles files,
            Settings settings,
            SortedMap<String, RouteFile> parsed,
            RouteFiles nextFiles,
            Settings nextSettings,
            SortedMap<String, RouteFile> nextParsed) {
        Set<String> words = words(files, nextFiles);
        for (String key : union(settings.keys(), nextSettings.keys())) {
            if (!value(settings, key).equals(value(nextSettings, key))) {
                words.add("{{" + key);
            }
        }
        Set<String> paths = new TreeSet<>(nextFiles.differences(files));
        paths.removeIf(path -> !RouteFiles.isRoute(path));
        int known;
        do {
            known = paths.size();
            // who names a bean of an exchanged file holds the old one
            for (String path : Set.copyOf(paths)) {
                names(parsed, path, words);
                names(nextParsed, path, words);
            }
            for (String path : union(parsed.keySet(), nextParsed.keySet())) {
                if (mentions(parsed.get(path), words) || mentions(nextParsed.get(path), words)) {
                    paths.add(path);
                }
            }
        } while (paths.size() > known);
        boolean all =
                paths.stream().anyMatch(path -> concernsAll(parsed.get(path)) || concernsAll(nextParsed.get(path)));
        if (all) {
            paths.addAll(parsed.keySet());
            paths.addAll(nextParsed.keySet());
        }
        return new Affected(only(parsed, paths), only(nextParsed, paths), all);
    }

    boolean isEmpty() {
        return before.isEmpty() && after.isEmpty();
    }

    /** What a route that reads a changed file says: its name. */
    private static Set<String> words(RouteFiles files, RouteFiles next) {
        Set<String> words = new TreeSet<>();
        for (String path : next.differences(files)) {
            if (!RouteFiles.isRoute(path) && !path.endsWith(".properties") && !PipelineMigrations.isMigration(path)) {
                words.add("/" + path.substring(path.lastIndexOf('/') + 1));
            }
        }
        return words;
    }

    private static void names(SortedMap<String, RouteFile> parsed, String path, Set<String> words) {
        RouteFile file = parsed.get(path);
        if (file != null) {
            file.beans().forEach(bean -> words.add(bean.get("name").text()));
        }
    }

    private static boolean mentions(@Nullable RouteFile file, Set<String> words) {
        return file != null && words.stream().anyMatch(file.text()::contains);
    }

    private static boolean concernsAll(@Nullable RouteFile file) {
        return file != null && file.concernsAll();
    }

    private static String value(Settings settings, String key) {
        return settings.keys().contains(key) ? settings.text(key) : "\0";
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> union = new TreeSet<>(one);
        union.addAll(other);
        return union;
    }

    private static SortedMap<String, RouteFile> only(Map<String, RouteFile> parsed, Set<String> paths) {
        SortedMap<String, RouteFile> only = new TreeMap<>(parsed);
        only.keySet().retainAll(paths);
        return only;
    }
}
