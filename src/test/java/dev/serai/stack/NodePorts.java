package dev.serai.stack;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The processes of the application and their ports: the first has those of the settings, each further one the next ports, or
 * the next that are free. What was chosen is remembered, so that every shell finds them.
 */
final class NodePorts {

    /** Name of the first one; the others are {@code serai-2} and so on. */
    static final String FIRST = "serai";

    private static final String FURTHER = FIRST + "-";

    private final Path directory;
    private final Settings settings;
    private final PrivateFile chosen;

    NodePorts(Path directory, Settings settings) {
        this.directory = directory;
        this.settings = settings;
        this.chosen = new PrivateFile(directory.resolve("run").resolve("nodes.properties"));
    }

    /** One process. */
    record Node(String name, Settings settings, Map<String, String> environment) {}

    List<Node> all() {
        SortedMap<String, String> ports = chosen.read();
        List<Node> nodes = new ArrayList<>(List.of(new Node(FIRST, settings, Map.of())));
        for (int number = 2; number <= settings.number("nodes"); number++) {
            String name = FURTHER + number;
            Map<String, String> own = Map.of(
                    "PAGE_PORT", ports.getOrDefault(name + ".page", next("page", number)),
                    "MANAGEMENT_PORT", ports.getOrDefault(name + ".management", next("management", number)));
            nodes.add(new Node(name, with(own), own));
        }
        return nodes;
    }

    private Settings with(Map<String, String> own) {
        Map<String, String> environment = new HashMap<>();
        settings.keys().forEach(key -> environment.put(Settings.variable(key), settings.text(key)));
        environment.putAll(own);
        return Settings.load(environment, List.of());
    }

    private String next(String group, int number) {
        return Integer.toString(settings.number(group + ".port") + number - 1);
    }

    /** Chooses ports for those that do not run. */
    void choose() {
        SortedMap<String, String> ports = chosen.read();
        Set<Integer> given = new HashSet<>(List.of(settings.number("page.port"), settings.number("management.port")));
        for (int number = 2; number <= settings.number("nodes"); number++) {
            String name = FURTHER + number;
            boolean runs = Component.pidFile(directory, name).read().isPresent();
            for (String group : List.of("page", "management")) {
                String key = name + "." + group;
                if (!runs || !ports.containsKey(key)) {
                    ports.put(key, Integer.toString(free(group, Integer.parseInt(next(group, number)), given)));
                }
                given.add(Integer.valueOf(ports.get(key)));
            }
        }
        if (!ports.isEmpty()) {
            chosen.write(ports);
        }
    }

    private int free(String group, int from, Set<Integer> given) {
        int port = from;
        while (given.contains(port) || !Ports.isFree(settings.text(group + ".host"), port)) {
            port++;
        }
        return port;
    }

    /** Names of those that were started, last one first, whatever the settings are now. */
    static List<String> started(Path directory) {
        Path run = directory.resolve("run");
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(run)) {
            try (Stream<Path> files = Files.list(run)) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.matches(FURTHER + "[0-9]+[.]pid"))
                        .map(file -> file.replace(".pid", ""))
                        .sorted()
                        .forEach(names::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Collections.reverse(names);
        names.add(FIRST);
        return names;
    }
}
