package dev.serai.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All settings as application.properties declares them, in its order; those of Camel left out.
 *
 * <p>Errors: {@link IOException}; an {@link IllegalArgumentException} names a setting that is not there. Immutable.
 */
final class SettingsTable {

    private static final Path FILE = Path.of("src/main/resources/application.properties");
    private static final Pattern GROUP = Pattern.compile("# -{4} (.+?) -{3,}");
    private static final Pattern LINE = Pattern.compile("([a-z0-9.-]+) *= *(.*)");

    private final List<Setting> settings;

    private SettingsTable(List<Setting> settings) {
        this.settings = List.copyOf(settings);
    }

    /**
     * One setting.
     *
     * @param what its comment; empty where it is under that of the one before
     */
    record Setting(String group, String key, String what, String value) {

        /** From its name: ms, bytes, days, cron; a dash for none. */
        String unit() {
            if (key.endsWith("-ms")) {
                return "ms";
            } else if (key.endsWith("bytes")) {
                return "bytes";
            } else if (key.endsWith("days")) {
                return "days";
            }
            return key.endsWith(".schedule") ? "cron" : "–";
        }

        String shownDefault() {
            return value.isEmpty() ? "–" : "`" + value + "`";
        }
    }

    static SettingsTable read() throws IOException {
        List<Setting> settings = new ArrayList<>();
        String group = "";
        StringBuilder what = new StringBuilder();
        for (String line : Files.readAllLines(FILE)) {
            Matcher heading = GROUP.matcher(line);
            Matcher setting = LINE.matcher(line);
            if (heading.matches()) {
                group = heading.group(1);
            } else if (line.startsWith("# ")) {
                what.append(what.isEmpty() ? "" : " ").append(line.substring(2));
                continue;
            } else if (setting.matches() && !group.equals("Apache Camel")) {
                settings.add(new Setting(group, setting.group(1), what.toString(), setting.group(2)));
            }
            what.setLength(0);
        }
        return new SettingsTable(settings);
    }

    Setting of(String key) {
        return settings.stream()
                .filter(setting -> setting.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("%s has no setting %s".formatted(FILE, key)));
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        String group = "";
        for (Setting setting : settings) {
            if (!setting.group().equals(group)) {
                group = setting.group();
                text.append("\n**")
                        .append(group)
                        .append("**\n\n| setting | what it is | unit | default |\n|---|---|---|---|\n");
            }
            text.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            setting.key(),
                            setting.what().isEmpty()
                                    ? "–"
                                    : setting.what().replace("|", "\\|").replace("<", "&lt;"),
                            setting.unit(),
                            setting.shownDefault().replace("|", "\\|")));
        }
        return text.append('\n').toString();
    }
}
