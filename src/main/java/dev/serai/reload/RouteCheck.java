package dev.serai.reload;

import dev.serai.settings.Settings;
import dev.serai.settings.SettingsException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be found out about route files without running them; the same for {@code make validate} and for a file
 * that is saved while the hub runs. Thread-safe.
 */
public final class RouteCheck {

    private final SchemaCheck schema = new SchemaCheck();
    private final Map<String, Object> beans;
    private final Settings settings;
    private final @Nullable DataSource postgres;

    /**
     * @param beans what routes may name, by name
     * @param settings of this process
     * @param postgres with the schema brought up to date; without one no SQL is checked
     */
    public RouteCheck(Map<String, Object> beans, Settings settings, @Nullable DataSource postgres) {
        this.beans = Map.copyOf(beans);
        this.settings = settings;
        this.postgres = postgres;
    }

    /**
     * What a check found.
     *
     * @param findings in the order of files and lines
     * @param sqlUnchecked why no SQL was checked; empty if it was
     */
    public record Result(List<Finding> findings, String sqlUnchecked) {

        public boolean isRight() {
            return findings.isEmpty();
        }
    }

    /** Checks all files. The costlier checks are only made if the cheaper ones found nothing that would confuse them. */
    public Result check(RouteFiles files) {
        Set<Finding> findings = new TreeSet<>(SettingsCheck.check(files));
        SortedMap<String, RouteFile> parsed = parse(files, findings);
        Settings now = settings;
        if (findings.isEmpty()) {
            try {
                now = settings.with(SettingsCheck.settings(files));
            } catch (SettingsException | IllegalArgumentException e) {
                findings.add(new Finding(
                        files.directory().toString(), 1, String.valueOf(e.getMessage()), "see application.properties"));
            }
        }
        boolean whole = parsed.size() == files.routePaths().size();
        findings.addAll(conventions(parsed.values(), now.keys(), UnaryOperator.identity(), whole));
        findings.addAll(LoadCheck.check(files, parsed.values()));
        migrations(files, findings);
        Map<String, String> made = new TreeMap<>();
        for (Object bean : beans.values()) {
            if (bean instanceof RoutesListener listener) {
                findings.addAll(listener.check(files));
                made.putAll(listener.statements(files));
            }
        }
        findings.addAll(new DryRun(beans).check(files, sound(parsed, findings), parsed.values(), now));
        findings.addAll(ScheduleCheck.check(sound(parsed, findings).values()));
        String unchecked = "";
        if (postgres == null) {
            unchecked = "there is no PostgreSQL to ask";
        } else {
            try {
                findings.addAll(new SqlCheck(postgres)
                        .check(
                                files,
                                LoadCheck.datasets(parsed.values()),
                                made,
                                InlineSql.of(parsed.values(), now),
                                now));
            } catch (SQLException | org.flywaydb.core.api.FlywayException e) {
                unchecked = "PostgreSQL cannot be asked: " + Causes.root(e);
            }
        }
        return new Result(List.copyOf(findings), unchecked);
    }

    /** Those that nothing was found in, and that need nothing from one in which something was. */
    private static SortedMap<String, RouteFile> sound(Map<String, RouteFile> parsed, Collection<Finding> findings) {
        SortedMap<String, RouteFile> sound = new TreeMap<>(parsed);
        Set<String> wrong = new TreeSet<>();
        findings.forEach(finding -> wrong.add(finding.file()));
        sound.values().removeIf(file -> wrong.contains(file.shown()));
        parsed.values().stream()
                .filter(file -> wrong.contains(file.shown()))
                .flatMap(file -> file.beans().stream())
                .forEach(bean -> sound.values()
                        .removeIf(file -> file.text().contains(bean.get("name").text())));
        return sound;
    }

    /** Reads the route files; those that are no YAML or not what the schema allows are in the findings. */
    SortedMap<String, RouteFile> parse(RouteFiles files, Collection<Finding> findings) {
        SortedMap<String, RouteFile> parsed = new TreeMap<>();
        for (String path : files.routePaths()) {
            RouteFile file = parse(files, path, findings);
            if (file != null) {
                parsed.put(path, file);
            }
        }
        return parsed;
    }

    private @Nullable RouteFile parse(RouteFiles files, String path, Collection<Finding> findings) {
        String text = files.text(path);
        try {
            RouteFile file = new RouteFile(path, files.shown(path), text, YamlNode.parse(text));
            List<Finding> own = schema.check(file.shown(), file.content());
            findings.addAll(own);
            return file;
        } catch (YamlNode.Mistake e) {
            String line =
                    text.lines().skip(Math.max(0, e.line() - 1)).findFirst().orElse("");
            findings.add(new Finding(
                    files.shown(path),
                    e.line(),
                    "this is no YAML: " + e.getMessage(),
                    "a line is \"name: value\" or \"- name: value\" with the indentation of its neighbours, was \"%s\""
                            .formatted(line.strip())));
            return null;
        }
    }

    /** Checks of files alone, for files that no hub runs such as those of the simulators. */
    static List<Finding> conventions(
            Collection<RouteFile> parsed, Set<String> settings, UnaryOperator<String> groupOf, boolean whole) {
        return new ConventionCheck(settings, groupOf).check(parsed, whole);
    }

    private static void migrations(RouteFiles files, Collection<Finding> findings) {
        for (String path : files.paths()) {
            if (!PipelineMigrations.isMigration(path)) {
                continue;
            }
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (!PipelineMigrations.FILE.matcher(name).matches()) {
                findings.add(new Finding(
                        files.shown(path),
                        1,
                        "'%s' is no name of a migration".formatted(name),
                        "for example V001__table.sql"));
            }
            if (!PipelineMigrations.isName(RouteFiles.folderOf(path))) {
                findings.add(new Finding(
                        files.shown(path),
                        1,
                        "a pipeline with tables needs a name that can be that of a schema, was '%s'"
                                .formatted(RouteFiles.folderOf(path)),
                        "for example energy or energy_flow"));
            }
        }
    }
}
