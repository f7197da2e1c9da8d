package dev.serai.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** {@code .env.example} explains every setting that a container takes, and each setting of Serai gets to its containers. */
class ContainerSettingsTest {

    /** Where a container listens and finds its routes is not the operator's: ports are published, routes are mounted. */
    private static final Set<String> OF_THE_CONTAINER = Set.of(
            "page.host",
            "page.port",
            "management.host",
            "management.port",
            "simulators.host",
            "simulators.port",
            "routes.directory");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)(?::-([^}]*))?}");
    private static final Pattern EXPLAINED = Pattern.compile("#([A-Z0-9_]+)=(.*)");

    @Test
    void every_setting_of_the_example_is_used_and_every_one_that_is_used_is_explained() throws IOException {
        Set<String> used = new TreeSet<>(ofCompose().keySet());
        used.addAll(handedOn());
        assertThat(example().keySet()).isEqualTo(used);
    }

    @Test
    void the_example_shows_the_values_that_count_if_nothing_is_set() throws IOException {
        SortedMap<String, String> example = example();
        SortedMap<String, String> compose = ofCompose();
        Settings defaults = Settings.load(Map.of(), Set.of());
        SortedMap<String, String> expected = new TreeMap<>(compose);
        for (String key : Settings.declared()) {
            if (!OF_THE_CONTAINER.contains(key)) {
                expected.putIfAbsent(Settings.variable(key), defaults.text(key));
            }
        }
        expected.put("COMMUNITY_MONGO_URL", ""); // the file beside it counts
        assertThat(example).isEqualTo(expected);
    }

    @Test
    void every_setting_of_serai_gets_to_its_containers() throws IOException {
        Set<String> settings = new TreeSet<>();
        for (String key : Settings.declared()) {
            if (!OF_THE_CONTAINER.contains(key)) {
                settings.add(Settings.variable(key));
            }
        }
        assertThat(environment("serai").keySet()).containsAll(settings);
        assertThat(environment("simulators").keySet()).containsAll(settings);
        assertThat(environment("node").keySet()).containsAll(settings);
    }

    @Test
    void no_setting_reaches_a_container_that_belongs_to_it() throws IOException {
        for (String key : OF_THE_CONTAINER) {
            assertThat(handedOn()).doesNotContain(Settings.variable(key));
        }
    }

    @Test
    void each_setting_of_the_example_is_introduced() throws IOException {
        String above = "";
        for (String line : Files.readAllLines(Path.of(".env.example"))) {
            if (EXPLAINED.matcher(line).matches()) {
                assertThat(above).as("what is above %s", line).startsWith("#");
            }
            above = line;
        }
    }

    /** The variables that compose.yaml names, with what it puts in their place. */
    private static SortedMap<String, String> ofCompose() throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        Matcher variable = VARIABLE.matcher(Files.readString(Path.of("compose.yaml")));
        while (variable.find()) {
            found.put(variable.group(1), variable.group(2) == null ? "" : variable.group(2));
        }
        return found;
    }

    /** What a container of Serai is given as it is, if it is given. */
    private static Set<String> handedOn() throws IOException {
        Set<String> names = new TreeSet<>();
        environment("serai").forEach((name, value) -> {
            if (value == null) {
                names.add(name);
            }
        });
        return names;
    }

    private static SortedMap<String, String> example() throws IOException {
        SortedMap<String, String> settings = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(".env.example"))) {
            Matcher setting = EXPLAINED.matcher(line);
            if (setting.matches()) {
                assertThat(settings.put(setting.group(1), setting.group(2)))
                        .as("an earlier line for %s", setting.group(1))
                        .isNull();
            }
        }
        return settings;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a variable without a value is null in YAML
    private static Map<String, Object> environment(String service) throws IOException {
        try (Reader file = Files.newBufferedReader(Path.of("compose.yaml"))) {
            Map<String, Map<String, Map<String, Object>>> compose = new Yaml().load(file);
            return (Map<String, Object>) compose.get("services").get(service).get("environment");
        }
    }
}
