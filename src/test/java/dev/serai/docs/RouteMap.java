package dev.serai.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The routes of one folder as Markdown: a diagram of their steps, and a table of what comes in, what they leave and what
 * happens when they fail, from the heads of their files.
 *
 * <p>Steps that only set something are left out of the diagram. Errors: {@link IOException} if a file cannot
 * be read. Immutable.
 */
final class RouteMap {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<String> NEVER = Set.of("setVariable", "removeHeaders", "doTry");
    private static final Set<String> SILENT = Set.of("setHeader", "setBody", "log", "convertBodyTo");
    private static final String DIRECT = "direct:";
    private static final int WIDTH = 60;

    private final Map<String, Path> files = new TreeMap<>();
    private final Map<String, JsonNode> routes = new TreeMap<>();
    private final Map<String, String> edges = new LinkedHashMap<>();
    private final StringBuilder outside = new StringBuilder();

    private RouteMap() {}

    /** @param folder such as routes/users */
    static String of(Path folder) throws IOException {
        RouteMap map = new RouteMap();
        map.read(folder);
        return map.diagram() + "\n" + map.table();
    }

    /** Files that declare routes, in the order of their names. */
    private void read(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            for (Path file : found.filter(path -> path.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList()) {
                for (JsonNode entry : YAML.readTree(Files.readString(file))) {
                    if (entry.has("route")) {
                        String id = entry.get("route").get("id").asText();
                        routes.put(id, entry.get("route"));
                        files.put(id, file);
                    }
                }
            }
        }
    }

    private String diagram() {
        StringBuilder inside = new StringBuilder();
        routes.forEach((id, route) -> {
            String from = route.get("from").get("uri").asText();
            inside.append("  subgraph ")
                    .append(name(id))
                    .append("[\"")
                    .append(id)
                    .append("\"]\n");
            String entry = name(id) + "_from";
            inside.append("    ")
                    .append(entry)
                    .append("([\"")
                    .append(text(from))
                    .append("\"])\n");
            steps(route.get("from").get("steps"), entry, inside);
            inside.append("  end\n");
        });
        StringBuilder diagram =
                new StringBuilder("```mermaid\nflowchart LR\n").append(inside).append(outside);
        edges.forEach((edge, unused) -> diagram.append("  ").append(edge).append('\n'));
        return diagram.append("```\n").toString();
    }

    /** Returns the last node. */
    private String steps(JsonNode steps, String before, StringBuilder inside) {
        String last = before;
        for (JsonNode step : steps) {
            String kind = step.fieldNames().next();
            JsonNode body = step.get(kind);
            boolean told = body.has("description");
            if (!NEVER.contains(kind) && (told || !SILENT.contains(kind))) {
                String node = name(body.path("id").asText(kind));
                inside.append("    ")
                        .append(node)
                        .append("[\"")
                        .append(label(kind, body))
                        .append("\"]\n");
                edges.put(last + " --> " + node, "");
                called(body.path("uri").asText(""), node);
                last = node;
            }
            for (String nested : List.of("when", "otherwise")) {
                for (JsonNode branch : list(body.path(nested))) {
                    steps(branch.path("steps"), last, inside);
                }
            }
            if (body.has("steps")) {
                last = steps(body.get("steps"), last, inside);
            }
        }
        return last;
    }

    private static Iterable<JsonNode> list(JsonNode node) {
        return node.isArray() || node.isMissingNode() ? node : List.of(node);
    }

    /** A call leads to a route of this folder, or to one that all share. */
    private void called(String uri, String node) {
        if (!uri.startsWith(DIRECT)) {
            return;
        }
        for (Map.Entry<String, JsonNode> route : routes.entrySet()) {
            if (route.getValue().get("from").get("uri").asText().equals(uri)) {
                edges.put(node + " -.-> " + name(route.getKey()) + "_from", "");
                return;
            }
        }
        String shared = "shared_" + name(uri.substring(DIRECT.length()));
        String line = "  " + shared + "[[\"shared: " + text(uri.substring(DIRECT.length())) + "\"]]\n";
        if (outside.indexOf(line) < 0) {
            outside.append(line);
        }
        edges.put(node + " -.-> " + shared, "");
    }

    private static String label(String kind, JsonNode body) {
        String uri = body.path("uri").asText("");
        String what = body.path("description").asText(uri.startsWith(DIRECT) ? "" : uri);
        String id = text(body.path("id").asText(kind));
        return what.isEmpty() ? id : id + "<br/>" + text(what);
    }

    private String table() throws IOException {
        StringBuilder table = new StringBuilder("| route | in | out | when it fails |\n|---|---|---|---|\n");
        for (Map.Entry<String, Path> route : files.entrySet()) {
            Map<String, String> notes = notes(route.getValue());
            table.append("| [%s](../%s) | %s | %s | %s |\n"
                    .formatted(
                            route.getKey(),
                            slashes(route.getValue()),
                            cell(notes, "In"),
                            cell(notes, "Out"),
                            cell(notes, "Fails")));
        }
        return table.toString();
    }

    private static String slashes(Path file) {
        return file.toString().replace('\\', '/');
    }

    private static String cell(Map<String, String> notes, String word) {
        return notes.getOrDefault(word, "–").replace("|", "\\|").replace("<", "&lt;");
    }

    /** In, Out and Fails of the head of a file. */
    private static Map<String, String> notes(Path file) throws IOException {
        Map<String, String> notes = new LinkedHashMap<>();
        String word = "";
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("#")) {
                break;
            }
            String text = line.substring(1).strip();
            String first = text.replaceFirst("\\s.*", "");
            if (List.of("In", "Out", "Fails").contains(first)) {
                word = first;
                notes.put(word, text.substring(first.length()).strip());
            } else if (!word.isEmpty() && !text.isEmpty()) {
                notes.merge(word, text, (before, next) -> before + " " + next);
            }
        }
        return notes;
    }

    private static String name(String id) {
        return id.replaceAll("[^A-Za-z0-9]", "_");
    }

    /** What a Mermaid label can hold; long words are broken by spaces that are there. */
    private static String text(String text) {
        List<String> lines = new ArrayList<>(List.of(""));
        for (String word : text.replace("\"", "#quot;")
                .replace("<", "#lt;")
                .replace("->", "→")
                .split(" ")) {
            String line = lines.get(lines.size() - 1);
            if (line.length() + word.length() > WIDTH) {
                lines.add(word);
            } else {
                lines.set(lines.size() - 1, (line + " " + word).strip());
            }
        }
        return String.join("<br/>", lines);
    }
}
