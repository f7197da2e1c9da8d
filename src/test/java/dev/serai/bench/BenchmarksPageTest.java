package dev.serai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written of measurements, and which peers are found. */
class BenchmarksPageTest {

    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");
    private static final Path PAGE = Path.of("docs/benchmarks.md");

    private final Map<String, Section> sections = new LinkedHashMap<>();

    private void printed(String title, String... lines) {
        sections.put(title, new Section(title, "make bench", "How.", List.of(lines)));
    }

    private void all() {
        printed(
                BenchmarksPage.START,
                "start until healthy          median 7.1 s, of 7.3, 7.1, 7.0",
                "resident after 30 s          median 201 MB, of 201");
        printed(BenchmarksPage.ARCHIVE, "archive / (both)       2.31");
        printed(
                BenchmarksPage.SENSORS,
                "application, PostgreSQL         60,000 messages/s, 0.80 of the bare client",
                "  and the raw lake beside       45,000 messages/s, 0.60 of the bare client");
        printed(
                BenchmarksPage.STEADY,
                "published until visible      median 180 ms, 99 % within 1,340 ms, at most 1,400 ms, of 3,000");
        printed(
                BenchmarksPage.NODES,
                "processes: 1                    50,000 messages/s, 1.00 times one",
                "processes: 3                    55,000 messages/s, 1.10 times one");
        printed(
                BenchmarksPage.COMMUNITY,
                "first sync                   9.0 s: 10,000 documents/s, 60,000 rows/s; 0.45 of the speed of bare scan and load",
                "sweep that finds nothing     1.0 s: 90,000 documents/s, 1.20 times the bare scan");
        printed(
                BenchmarksPage.PEERS,
                "telegraf                     not run: telegraf is not on the PATH",
                "redpanda-connect             20,000 messages/s, peak memory 90 MB",
                "rpk                          not run: rpk is not on the PATH",
                "bento                        not run: it ended with 1, see /tmp/bento.log",
                "plain script                 4.5 s: 20,000 documents/s, 500 rows");
    }

    @Test
    void it_has_the_marker_the_machine_every_figure_and_what_was_printed() {
        all();

        String page = BenchmarksPage.of(AT, List.of("cores 2", "Java 17"), sections);

        assertThat(page)
                .startsWith("# Benchmarks\n\n" + BenchmarksPage.MARKER)
                .contains("on 2026-11-21;", "```\ncores 2\nJava 17\n```", "## Community\n\nHow. `make bench`\n")
                .contains("| archive, with reading back and comparing | 2.31 times as long |")
                .contains("| readings into tables | 0.80 of the speed |")
                .contains("| the same with the raw lake | 0.60 of the speed |")
                .contains("| readings into tables by three processes | 1.10 times the speed |")
                .contains("| 1,340 ms |")
                .contains("| first sync of the community | 0.45 of the speed |")
                .contains("| a sweep that finds nothing | 1.20 times as long |")
                .contains("| start until healthy | 7.1 s |", "| memory when idle | 201 MB |");
        sections.values().forEach(section -> assertThat(page).contains(section.lines()));
    }

    @Test
    void a_peer_stands_beside_ours_and_one_that_is_absent_says_so() {
        all();

        assertThat(BenchmarksPage.of(AT, List.of(), sections))
                .contains("| readings into tables | 3.00 times the speed | `redpanda-connect` |")
                .contains("| first sync of the community | 0.50 times the speed | a plain script |")
                .contains("| readings into tables | not run: telegraf is not on the PATH | `telegraf` |")
                .contains("| readings into tables | not run: it ended with 1, see its log | `bento` |");
    }

    @Test
    void a_figure_that_was_not_printed_is_named() {
        all();
        printed(BenchmarksPage.ARCHIVE, "archive went wrong");

        assertThatThrownBy(() -> BenchmarksPage.of(AT, List.of(), sections))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Archive' has not printed archive / ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bare COPY TO           0.12 s                                   | true
            2026-11-21T17:46:13.925Z WARN  server: AMQ222165: No address    | false
            files of this run are in     /tmp/serai-bench-1                 | false
            """)
    void what_a_server_logs_and_where_files_are_is_no_figure(String line, boolean figure) {
        assertThat(AllBenches.isFigure(line)).isEqualTo(figure);
    }

    @Test
    void the_middle_of_five_counts() {
        assertThat(StartBench.median(List.of(5.0, 1.0, 4.0, 2.0, 9.0))).isEqualTo(4);
        assertThat(StartBench.median(List.of(1.0, 2.0))).isEqualTo(1.5);
    }

    @Test
    void a_peer_is_found_on_the_path_only(@TempDir Path directory) throws IOException {
        Path program = Files.createFile(directory.resolve("rpk"));
        assertThat(program.toFile().setExecutable(true)).isTrue();

        assertThat(Peer.RPK.command("/nowhere:" + directory))
                .contains(List.of(program.toString(), "connect", "run", "src/test/bench/redpanda-connect.yaml"));
        assertThat(Peer.RPK.command("/nowhere")).isEmpty();
        assertThat(Peer.TELEGRAF.notRun()).isEqualTo("not run: telegraf is not on the PATH");
    }

    @Test
    void the_page_that_is_there_was_generated_and_is_linked() throws IOException {
        if (Files.exists(PAGE)) {
            assertThat(Files.readString(PAGE)).contains(BenchmarksPage.MARKER);
            assertThat(Files.readString(Path.of("README.md"))).contains("(docs/benchmarks.md");
        }
        assertThat(Peer.FILES.resolve("telegraf.conf")).exists();
        assertThat(Peer.FILES.resolve("redpanda-connect.yaml")).exists();
        assertThat(Peer.FILES.resolve("mongo_to_postgres.py")).exists();
    }
}
