package dev.serai.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The parts of documents that are made from route and dataset files and from the settings: {@code make docs} writes them.
 *
 * <p>A part stands between {@code <!-- generated: routes users -->} and {@code <!-- end -->}. Errors: an
 * {@link IllegalArgumentException} names a part that nobody knows.
 */
final class GeneratedParts {

    static final List<Path> DOCUMENTS = List.of(Path.of("docs/how-it-works.md"), Path.of("docs/settings.md"));
    private static final Path ROUTES = Path.of("routes");
    private static final Pattern PART =
            Pattern.compile("(<!-- generated: (\\w+)(?: (\\w+))? -->\n).*?(<!-- end -->)", Pattern.DOTALL);
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private GeneratedParts() {}

    public static void main(String[] args) throws IOException {
        for (Path document : DOCUMENTS) {
            String before = Files.readString(document);
            String now = current(before);
            Files.writeString(document, now);
            System.out.println(document + (now.equals(before) ? " was current" : " is current now"));
        }
    }

    /** The same document with its generated parts as they have to be now. */
    static String current(String document) throws IOException {
        Matcher part = PART.matcher(document);
        StringBuilder current = new StringBuilder();
        while (part.find()) {
            String made = made(part.group(2), part.group(3) == null ? "" : part.group(3));
            part.appendReplacement(current, Matcher.quoteReplacement(part.group(1) + made + part.group(4)));
        }
        return part.appendTail(current).toString();
    }

    private static String made(String what, String folder) throws IOException {
        return switch (what) {
            case "routes" -> RouteMap.of(ROUTES.resolve(folder));
            case "datasets" -> datasets();
            case "settings" -> SettingsTable.read().markdown();
            default ->
                throw new IllegalArgumentException(
                        "a generated part is 'routes <folder>', 'datasets' or 'settings', was '%s'".formatted(what));
        };
    }

    private static String datasets() throws IOException {
        List<String> rows = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROUTES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".dataset.yaml"))
                    .toList()) {
                for (JsonNode schema : YAML.readTree(Files.readString(file)).path("schema")) {
                    String key = String.join(
                            ", ",
                            StreamSupport.stream(schema.path("properties").spliterator(), false)
                                    .filter(column -> column.path("primaryKey").asBoolean())
                                    .map(column -> "`" + column.path("name").asText() + "`")
                                    .toList());
                    rows.add("| [%s](../%s) | %s | %s | %s |\n"
                            .formatted(
                                    schema.path("physicalName").asText(),
                                    file.toString().replace('\\', '/'),
                                    schema.path("physicalType").asText(),
                                    schema.path("dataGranularityDescription")
                                            .asText()
                                            .replace("|", "\\|"),
                                    key.isEmpty() ? "–" : key));
                }
            }
        }
        rows.sort(null);
        return "| name | kind | one row is | key |\n|---|---|---|---|\n" + String.join("", rows);
    }
}
