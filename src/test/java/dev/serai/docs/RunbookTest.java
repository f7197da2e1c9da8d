package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever the page or an alert can say has its entry in the runbook: what to do, and what one should see then. */
class RunbookTest {

    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
    private static final Pattern KINDS = Pattern.compile(
            "(?s)(?:create table ops\\.alert \\(.*?kind +text not null|alert_kind_check) check \\(kind in \\(([^)]+)\\)\\)");
    private static final Pattern STATES =
            Pattern.compile("(?s)case when pause\\.pipeline is not null then 'paused'.*?end as state");
    private static final Pattern STATE = Pattern.compile("(?:then|else) '([a-z]+)'");
    private static final Pattern LINK = Pattern.compile("]\\(#([a-z-]+)\\)");
    private static final Pattern QUOTE = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern CODE = Pattern.compile("\"([A-Z]{2,}(?:_[A-Z0-9]+)+)\"");
    /** Not faults: variables of the environment. */
    private static final Set<String> NO_CODES = Set.of("PAGE_NAMES", "MANAGEMENT_NAMES");

    @Test
    void every_kind_of_alert_has_its_entry() throws IOException {
        String runbook = Files.readString(Path.of("docs/runbook.md"));
        Map<String, List<String>> entries = table(runbook, "| alert | ");
        Set<String> kinds = kinds();

        assertThat(entries.keySet()).isEqualTo(kinds);
        assertThat(table(Files.readString(Path.of("docs/alerts.md")), "| kind | ")
                        .keySet())
                .isEqualTo(kinds);
        entries.forEach((kind, cells) -> {
            assertThat(cells).as(kind).hasSize(5).noneMatch(String::isBlank);
            assertThat(cells.get(3)).as("what to do about %s", kind).contains("`make ");
            LINK.matcher(cells.get(3)).results().forEach(link -> assertThat(Documents.anchors(runbook))
                    .contains(link.group(1)));
        });
    }

    @Test
    void every_state_of_a_pipeline_has_its_entry() throws IOException {
        String view =
                Files.readString(newestWith("create or replace view mart.pipeline as", "create view mart.pipeline as"));
        Set<String> states = STATES.matcher(view)
                .results()
                .flatMap(found -> STATE.matcher(found.group()).results())
                .map(state -> state.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(states).contains("failing", "silent", "healthy", "paused");
        states.remove("healthy");

        Map<String, List<String>> entries = table(Files.readString(Path.of("docs/runbook.md")), "| state | ");

        assertThat(entries.keySet()).containsAll(states);
        entries.forEach((state, cells) -> assertThat(cells).as(state).hasSize(4).noneMatch(String::isBlank));
    }

    /** What stands between quotes in the tables, without what differs from time to time (…). */
    @Test
    void what_the_page_says_is_what_the_code_lets_it_say() throws IOException {
        String runbook = Files.readString(Path.of("docs/runbook.md"));
        String said = (migrations() + sources()).replace("''", "'");
        List<String> quotes = Stream.concat(
                        table(runbook, "| alert | ").values().stream().map(cells -> cells.get(2)),
                        table(runbook, "| state | ").values().stream().map(cells -> cells.get(1)))
                .flatMap(cell -> QUOTE.matcher(cell).results())
                .flatMap(quote -> Stream.of(quote.group(1).split("…")))
                .map(String::strip)
                .filter(phrase -> phrase.length() > 3)
                .toList();
        assertThat(quotes).hasSizeGreaterThan(8).allSatisfy(phrase -> assertThat(said.contains(phrase))
                .as("\"%s\" is said by the code", phrase)
                .isTrue());
    }

    @Test
    void every_fault_says_what_to_do_and_what_one_should_see() throws IOException {
        String runbook = Files.readString(Path.of("docs/runbook.md"));
        String faults = runbook.substring(
                runbook.indexOf("A source does not answer, or"), runbook.indexOf("## Failures on purpose"));
        List<String> sections = List.of(faults.split("(?m)^## "));
        assertThat(sections).hasSizeGreaterThan(12);
        for (String section : sections) {
            String heading = section.lines().findFirst().orElse("");
            assertThat(section).as(heading).containsPattern("`make |`docker |```sh|```sql|`df -h|`curl");
            assertThat(section.replaceAll("\\s+", " ")).as(heading).contains("ou should see");
        }
    }

    /** A code is there as it is, or by how it begins ({@code ANSWER_…}) or ends ({@code …_INVALID}). */
    @Test
    void every_code_of_a_fault_is_in_the_runbook() throws IOException {
        Set<String> named =
                Documents.spans(Files.readString(Path.of("docs/runbook.md"))).collect(Collectors.toSet());
        Set<String> codes = CODE.matcher(sources())
                .results()
                .map(code -> code.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        codes.removeAll(NO_CODES);

        assertThat(codes).hasSizeGreaterThan(20).allSatisfy(code -> assertThat(named)
                .as("entries for %s", code)
                .anyMatch(entry -> entry.equals(code)
                        || entry.endsWith("_…") && code.startsWith(entry.substring(0, entry.length() - 1))
                        || entry.startsWith("…_") && code.endsWith(entry.substring(1))));
    }

    /** The lines below a heading line, by their first cell without quotes or emphasis. */
    private static Map<String, List<String>> table(String text, String heading) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        assertThat(text).contains("\n" + heading);
        text.substring(text.indexOf("\n" + heading) + 1)
                .lines()
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> List.of(line.replaceAll("^\\| | \\|$", "").split(" \\| ")))
                .forEach(cells -> rows.put(cells.get(0).replaceAll("[`*]", ""), cells));
        return rows;
    }

    /** As the newest migration that says it has them. */
    private static Set<String> kinds() throws IOException {
        String newest = KINDS.matcher(migrations())
                .results()
                .map(found -> found.group(1))
                .reduce((older, newer) -> newer)
                .orElseThrow();
        return Stream.of(newest.split(","))
                .map(kind -> kind.replaceAll("[' ]", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static String migrations() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private static Path newestWith(String... beginnings) throws IOException {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            Path newest = null;
            for (Path file : files.sorted().toList()) {
                String text = Files.readString(file);
                if (Stream.of(beginnings).anyMatch(text::contains)) {
                    newest = file;
                }
            }
            assertThat(newest).isNotNull();
            return newest;
        }
    }
}
