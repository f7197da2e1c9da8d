package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route file keeps to the conventions that make it readable on its own. */
class RouteFilesTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Pattern WRITES =
            Pattern.compile("(?:insert into|(?<!do )update|delete from) ([a-z{][a-z0-9_.}]*)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}:?]+)[^}]*}}");

    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String root : List.of("routes", "src/simulators")) {
            try (Stream<Path> below = Files.walk(Path.of(root))) {
                below.filter(file -> file.toString().endsWith(".camel.yaml")).forEach(files::add);
            }
        }
        return files;
    }

    @Test
    void there_are_route_files() throws IOException {
        assertThat(files()).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_has_one_route_named_like_it_and_described(Path file) throws IOException {
        List<JsonNode> routes = routes(file);
        String name = file.getFileName().toString().replace(".camel.yaml", "");
        if (routes.isEmpty()) {
            assertThat(YAML.readTree(file.toFile()).findValues("routeConfiguration"))
                    .as("a file without a route configures all routes")
                    .isNotEmpty();
            return;
        }
        assertThat(routes).hasSize(1);
        JsonNode route = routes.get(0);
        assertThat(route.path("id").asText()).isEqualTo(name);
        assertThat(route.path("description").asText()).isNotBlank();
        String folder = file.getName(file.getNameCount() - 2).toString();
        assertThat(route.path("group").asText()).isEqualTo(file.startsWith("src") ? "simulators" : folder);
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_says_first_what_goes_in_what_comes_out_and_what_can_fail(Path file) throws IOException {
        List<String> head = Files.readAllLines(file).stream()
                .takeWhile(line -> line.startsWith("#"))
                .toList();

        assertThat(head).anyMatch(line -> line.matches("# {3}In {5}.+"));
        assertThat(head).anyMatch(line -> line.matches("# {3}Out {4}.+"));
        assertThat(head).anyMatch(line -> line.matches("# {3}Fails {2}.+"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_step_has_an_id_and_uses_the_explicit_form(Path file) throws IOException {
        for (JsonNode route : routes(file)) {
            steps(route.path("from")).forEach(step -> step.properties().forEach(entry -> {
                assertThat(entry.getValue().isObject())
                        .as("%s: '%s' must be an object, not the short form", file, entry.getKey())
                        .isTrue();
                assertThat(entry.getValue().path("id").asText())
                        .as("%s: id of '%s'", file, entry.getKey())
                        .isNotBlank();
            }));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_placeholder_is_a_setting(Path file) throws IOException {
        Set<String> known = Settings.load(Map.of(), List.of()).keys();
        Matcher placeholder = PLACEHOLDER.matcher(Files.readString(file));
        while (placeholder.find()) {
            assertThat(known).as("%s in %s", placeholder.group(), file).contains(placeholder.group(1));
        }
    }

    @Test
    void every_direct_endpoint_has_a_consumer() throws IOException {
        Set<String> consumed = new HashSet<>();
        Set<String> called = new HashSet<>();
        for (Path file : files()) {
            for (JsonNode route : routes(file)) {
                String from = route.path("from").path("uri").asText();
                if (from.startsWith("direct:")) {
                    consumed.add(from);
                }
                route.path("from").findValuesAsText("uri").stream()
                        .filter(uri -> uri.startsWith("direct:") && !uri.equals(from) && !uri.contains("${"))
                        .forEach(called::add);
            }
        }
        assertThat(consumed).containsAll(called);
    }

    @Test
    void every_pipeline_that_lands_has_a_load_route() throws IOException {
        Settings settings = Settings.load(Map.of(), List.of());
        List<String> files =
                files().stream().map(file -> file.getFileName().toString()).toList();
        settings.keys().stream().filter(key -> key.endsWith(".landing")).forEach(key -> {
            String pipeline = key.replace(".landing", "");
            assertThat(files).contains(pipeline + "-load.camel.yaml");
        });
    }

    @Test
    void every_load_writes_where_it_is_told_to_and_nowhere_else() throws IOException {
        try (Stream<Path> below = Files.walk(Path.of("routes"))) {
            List<Path> loads = below.filter(
                            file -> file.getFileName().toString().matches("load-.*\\.sql"))
                    .toList();
            assertThat(loads).isNotEmpty().allSatisfy(file -> {
                String sql = Files.readString(file);
                assertThat(sql).contains("insert into {dataset} as", "dataset => '{dataset}'");
                String pipeline = file.getName(file.getNameCount() - 2).toString();
                List<String> written = WRITES.matcher(sql)
                        .results()
                        .map(write -> write.group(1))
                        .filter(table -> !table.equals("{dataset}"))
                        .toList();
                // A family of tables is written together: those of the pipeline's own schema, and how far its readers
                // are.
                assertThat(written)
                        .allMatch(table -> table.equals("ops.watermark") || table.startsWith(pipeline + "."))
                        .allMatch(table -> table.matches(
                                "community\\.[a-z]+|sensors\\.(reading_1min|latest|minute_to_count)|ops\\.watermark"));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void no_call_over_http_sends_headers_on(Path file) throws IOException {
        for (JsonNode route : routes(file)) {
            List<JsonNode> steps = steps(route.path("from"));
            for (int i = 0; i < steps.size(); i++) {
                String uri = steps.get(i).path("to").path("uri").asText();
                if (uri.startsWith("http") || uri.matches("\\{\\{.*\\.url}}")) {
                    assertThat(steps.subList(0, i))
                            .as("%s: removeHeaders \"*\" before %s", file, uri)
                            .anyMatch(step -> step.path("removeHeaders")
                                    .path("pattern")
                                    .asText()
                                    .equals("*"));
                }
            }
        }
    }

    private static List<JsonNode> routes(Path file) throws IOException {
        List<JsonNode> routes = new ArrayList<>();
        assertThatCode(() -> YAML.readTree(file.toFile()))
                .as("%s is YAML", file)
                .doesNotThrowAnyException();
        for (JsonNode part : YAML.readTree(file.toFile())) {
            if (part.has("route")) {
                routes.add(part.get("route"));
            }
        }
        return routes;
    }

    /** The steps below a node, those inside other steps included. */
    private static List<JsonNode> steps(JsonNode node) {
        List<JsonNode> steps = new ArrayList<>();
        node.path("steps").forEach(step -> {
            steps.add(step);
            step.properties().forEach(entry -> {
                steps.addAll(steps(entry.getValue()));
                for (String branch : List.of("when", "doCatch")) {
                    entry.getValue().path(branch).forEach(each -> steps.addAll(steps(each)));
                }
                for (String branch : List.of("otherwise", "doFinally")) {
                    steps.addAll(steps(entry.getValue().path(branch)));
                }
            });
        });
        return steps;
    }
}
