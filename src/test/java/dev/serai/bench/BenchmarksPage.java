package dev.serai.bench;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code docs/benchmarks.md}: machine, method, ratios, and what every benchmark printed. Pure.
 *
 * <p>Errors: {@link IllegalArgumentException} names a figure that a benchmark did not print: a page without it would be wrong.
 */
final class BenchmarksPage {

    static final String MARKER = "<!-- generated: make bench BENCH=all -->";

    static final String ARCHIVE = "Archive";
    static final String SENSORS = "Sensors";
    static final String STEADY = "Sensors, steadily";
    static final String NODES = "Sensors, several processes";
    static final String COMMUNITY = "Community";
    static final String START = "Start and memory";
    static final String PEERS = "Other programs";

    private static final String MESSAGES = "application, PostgreSQL +([\\d,.]+) messages/s";
    private static final String DOCUMENTS = "first sync .*?: ([\\d,.]+) documents/s";
    private static final List<String> BROKER_PEERS = List.of("telegraf", "redpanda-connect", "rpk", "bento");
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Map<String, Section> sections;
    private final List<String> rows = new ArrayList<>();

    private BenchmarksPage(Map<String, Section> sections) {
        this.sections = sections;
    }

    /**
     * The whole document.
     *
     * @param machine lines that say what it was measured on
     * @param sections by title, in the order in which they were run
     */
    static String of(Instant at, List<String> machine, Map<String, Section> sections) {
        StringBuilder page = new StringBuilder();
        page.append("# Benchmarks\n\n").append(MARKER).append("\n\n");
        page.append("""
                Written by `make bench BENCH=all` on %s; it is not edited by hand. Ratios count: the bare programs beside do the
                least that any program has to do, in the same run on the same machine. The absolute numbers are those of the machine.

                ## Machine

                ```
                %s
                ```

                ## Ratios

                | what | figure | beside what |
                |---|---|---|
                """.formatted(DAY.format(at), String.join("\n", machine)));
        new BenchmarksPage(sections).ratios().forEach(row -> page.append(row).append('\n'));
        sections.values()
                .forEach(section -> page.append("""

                ## %s

                %s `%s`

                ```
                %s
                ```
                """.formatted(
                        section.title(), section.method(), section.command(), String.join("\n", section.lines()))));
        return page.toString();
    }

    private List<String> ratios() {
        row(
                "archive, with reading back and comparing",
                "%s times as long",
                figure(ARCHIVE, "archive / \\(both\\) +([\\d.]+)"),
                "a bare COPY and a bare delete of the same rows");
        row(
                "readings into tables",
                "%s of the speed",
                figure(SENSORS, "application, PostgreSQL .*?, ([\\d.]+) of the bare"),
                "a client that acknowledges and discards");
        row(
                "the same with the raw lake",
                "%s of the speed",
                figure(SENSORS, "and the raw lake beside .*?, ([\\d.]+) of the bare"),
                "the same client");
        row(
                "readings into tables by three processes",
                "%s times the speed",
                figure(NODES, "processes: 3 .*?, ([\\d.]+) times one"),
                "one process on the same machine, PostgreSQL, broker and publisher included");
        row(
                "published until visible, 99 of 100",
                "%s ms",
                figure(STEADY, "published until visible .*? 99 % within ([\\d,]+) ms"),
                "–");
        row(
                "first sync of the community",
                "%s of the speed",
                figure(COMMUNITY, "first sync .*?; ([\\d.]+) of the speed"),
                "a bare scan and a bare load of the same rows");
        row(
                "a sweep that finds nothing",
                "%s times as long",
                figure(COMMUNITY, "sweep that finds nothing .*?, ([\\d.]+) times the bare"),
                "a bare scan");
        row("start until healthy", "%s s", figure(START, "start until healthy +median ([\\d.]+) s"), "–");
        row("memory when idle", "%s MB", figure(START, "resident after .*?median (\\d+) MB"), "–");
        for (String peer : BROKER_PEERS) {
            peer(peer, "readings into tables", peer + " +([\\d,.]+) messages/s", SENSORS, MESSAGES);
        }
        peer(
                "plain script",
                "first sync of the community",
                "plain script .*?: ([\\d,.]+) documents/s",
                COMMUNITY,
                DOCUMENTS);
        return rows;
    }

    private void row(String what, String format, String figure, String beside) {
        rows.add("| %s | %s | %s |".formatted(what, format.formatted(figure), beside));
    }

    /** A peer that was not run has that said of it. */
    private void peer(String peer, String what, String pattern, String of, String ours) {
        Section peers = section(PEERS);
        Optional<String> theirs = peers.find(pattern);
        String name = peer.contains(" ") ? "a " + peer : "`" + peer + "`";
        row(
                what,
                "%s",
                theirs.isPresent()
                        ? String.format(
                                Locale.ROOT, "%.2f times the speed", number(figure(of, ours)) / number(theirs.get()))
                        : peers.find("^" + peer + " +(not run: .*)")
                                .map(said -> said.replaceAll("see .*", "see its log"))
                                .orElseThrow(() -> missing(PEERS, peer)),
                name);
    }

    private Section section(String title) {
        return Optional.ofNullable(sections.get(title)).orElseThrow(() -> missing(title, "all of it"));
    }

    private String figure(String title, String pattern) {
        return section(title).find(pattern).orElseThrow(() -> missing(title, pattern));
    }

    private static IllegalArgumentException missing(String title, String what) {
        return new IllegalArgumentException("the benchmark '%s' has not printed %s".formatted(title, what));
    }

    private static double number(String figure) {
        return Double.parseDouble(figure.replace(",", ""));
    }
}
