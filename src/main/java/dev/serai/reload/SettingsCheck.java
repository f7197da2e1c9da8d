package dev.serai.reload;

import dev.serai.settings.PipelineSettings;
import dev.serai.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks the settings that pipelines declare beside their routes. Pure. */
final class SettingsCheck {

    private static final Pattern LINE = Pattern.compile("\\s*([^#!\\s=:][^\\s=:]*)\\s*[=:]?\\s*(.*?)\\s*");

    private SettingsCheck() {}

    static List<Finding> check(RouteFiles files) {
        Set<String> declared = Settings.declared();
        List<Finding> findings = new ArrayList<>();
        for (String path : files.paths()) {
            if (path.endsWith(".properties")) {
                check(files, path, declared, findings);
            }
        }
        return findings;
    }

    private static void check(RouteFiles files, String path, Set<String> declared, List<Finding> findings) {
        String shown = files.shown(path);
        String folder = RouteFiles.folderOf(path);
        if (!path.equals(PipelineSettings.fileOf(folder))) {
            findings.add(new Finding(
                    shown,
                    1,
                    "this file is not read",
                    "settings of a pipeline stand in %s"
                            .formatted(PipelineSettings.fileOf(folder.isEmpty() ? "users" : folder))));
            return;
        }
        List<String> lines = files.text(path).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                continue;
            }
            int number = i + 1;
            String key = line.group(1);
            String value = line.group(2);
            if (!key.startsWith(folder + ".")) {
                findings.add(new Finding(
                        shown,
                        number,
                        "the setting '%s' does not belong here".formatted(key),
                        "it should begin with \"%s.\"".formatted(folder)));
            } else if (declared.contains(key)) {
                findings.add(new Finding(
                        shown,
                        number,
                        "'%s' is in application.properties too".formatted(key),
                        "one of the two should go"));
            }
            Settings.complaint(key, value)
                    .ifPresent(expected -> findings.add(new Finding(
                            shown, number, "'%s' cannot be \"%s\"".formatted(key, value), "it must be " + expected)));
        }
    }

    /** What the pipelines' files say, where they can be read. */
    static PipelineSettings settings(RouteFiles files) {
        Map<String, String> texts = new TreeMap<>();
        for (String path : files.paths()) {
            if (path.equals(PipelineSettings.fileOf(RouteFiles.folderOf(path)))) {
                texts.put(RouteFiles.folderOf(path), files.text(path));
            }
        }
        return PipelineSettings.of(texts);
    }
}
