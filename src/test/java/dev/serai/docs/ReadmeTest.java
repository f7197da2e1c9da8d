package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of README are those of the routes and of the page, and its map of the code is complete. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Path UI = Path.of("src/main/resources/META-INF/resources/ui");
    private static final Pattern ANSWER =
            Pattern.compile("(?m)^\\| ([^|]+\\?) \\| ([^|]+) \\| (?:`mart\\.(\\w+)`|–) \\| `/api/([a-z-]+)` \\|$");
    private static final Pattern PATH = Pattern.compile("(?m)^ +path: /api/([a-z-]+)$");
    private static final Pattern VIEW = Pattern.compile("name: view\\s+expression:\\s+constant:\\s+expression: (\\w+)");
    private static final Pattern PANEL =
            Pattern.compile("data-endpoints=\"([^\"]+)\">.*?<h2 [^>]*>([^<]+)</h2>", Pattern.DOTALL);
    private static final Pattern OWN_PAGE = Pattern.compile("rows\\(\"([a-z-]+)\"\\)");
    /** Not answers about data: what computes them, and their description for machines. */
    private static final Set<String> ABOUT_THE_ANSWERS = Set.of("explain");

    /** A line of the table. */
    private record Answer(String question, String where, String view, String endpoint) {}

    @Test
    void every_answer_of_the_hub_is_in_the_table_with_its_view() throws IOException {
        Map<String, String> offered = new LinkedHashMap<>();
        for (Path file : files(Path.of("routes/status"), "api-*.camel.yaml")) {
            String route = Files.readString(file);
            PATH.matcher(route).results().map(path -> path.group(1)).forEach(path -> {
                String view = VIEW.matcher(route)
                        .results()
                        .map(found -> found.group(1))
                        .findFirst()
                        .orElse("–");
                offered.put(path, view);
            });
        }
        offered.keySet().removeAll(ABOUT_THE_ANSWERS);

        Map<String, String> told = new LinkedHashMap<>();
        table().forEach(answer -> told.put(answer.endpoint(), answer.view()));
        assertThat(told).isEqualTo(offered);
        assertThat(offered).hasSizeGreaterThan(20);
    }

    /** Where a panel shows it, the panel's title; on the page of a single thing, that; nowhere: a dash. */
    @Test
    void the_table_says_where_on_the_page_an_answer_is() throws IOException {
        Map<String, List<String>> panels = new LinkedHashMap<>();
        for (MatchResult panel : PANEL.matcher(Files.readString(UI.resolve("index.html")))
                .results()
                .toList()) {
            for (String endpoint : panel.group(1).split(" ")) {
                panels.computeIfAbsent(endpoint, name -> new ArrayList<>()).add(panel.group(2));
            }
        }
        Set<String> ownPages = OWN_PAGE.matcher(Files.readString(UI.resolve("detail.js")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        for (Answer answer : table()) {
            if (Set.of("headline", "trouble", "route-findings").contains(answer.endpoint())) {
                assertThat(answer.where()).as(answer.question()).contains("the headline");
            } else if (panels.containsKey(answer.endpoint())) {
                assertThat(panels.get(answer.endpoint())).as(answer.question()).anyMatch(title -> answer.where()
                        .startsWith(title));
            } else if (ownPages.contains(answer.endpoint())) {
                assertThat(answer.where()).as(answer.question()).endsWith("own page");
            } else {
                assertThat(answer.where()).as(answer.question()).isEqualTo("–");
            }
        }
    }

    @Test
    void every_package_and_folder_of_routes_is_under_where_to_look() throws IOException {
        String block = section("Where to look");
        Set<String> words = Pattern.compile("[a-z][a-z-]+")
                .matcher(block)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> folders = new TreeSet<>(folders(Path.of("src/main/java/dev/serai")));
        folders.addAll(folders(Path.of("routes")));
        assertThat(words).containsAll(folders);

        Pattern first = Pattern.compile("(?m)^  ([a-z]+(?:, [a-z]+)*) {2,}");
        Set<String> named = first.matcher(block)
                .results()
                .flatMap(line -> Stream.of(line.group(1).split(", ")))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).isEqualTo(folders(Path.of("src/main/java/dev/serai")));
    }

    private static List<Answer> table() throws IOException {
        List<Answer> answers = ANSWER.matcher(section("What it answers"))
                .results()
                .map(line -> new Answer(
                        line.group(1), line.group(2), line.group(3) == null ? "–" : line.group(3), line.group(4)))
                .toList();
        long lines = section("What it answers")
                .lines()
                .filter(line -> line.startsWith("| ") && line.contains("?"))
                .count();
        assertThat(answers).as("lines that read as the table's").hasSize((int) lines);
        return answers;
    }

    private static String section(String heading) throws IOException {
        String text = Files.readString(README);
        int begin = text.indexOf("## " + heading);
        return text.substring(begin, text.indexOf("\n## ", begin + 1));
    }

    private static List<Path> files(Path folder, String glob) throws IOException {
        try (var found = Files.newDirectoryStream(folder, glob)) {
            List<Path> files = new ArrayList<>();
            found.forEach(files::add);
            return files;
        }
    }

    private static Set<String> folders(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
