package dev.serai.bench;

import dev.serai.archive.ArchiveBench;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs all benchmarks, one after the other in processes of their own, and writes {@code docs/benchmarks.md}:
 * {@code AllBenches ROWS SECONDS USERS HEAP}, the last of what MongoDB's stand-in runs in. Nothing is written unless all of them have gone through.
 */
public final class AllBenches {

    private static final Path PAGE = Path.of("docs/benchmarks.md");
    private static final int MOST_IDLE_SECONDS = 30;

    private final Map<String, Section> sections = new LinkedHashMap<>();

    private AllBenches() {}

    public static void main(String[] arguments) throws Exception {
        String rows = arguments[0];
        int seconds = Integer.parseInt(arguments[1]);
        String users = arguments[2];
        String heap = arguments[3];
        List<String> machine = machine();
        AllBenches all = new AllBenches();
        all.run(
                BenchmarksPage.START,
                StartBench.class,
                "make bench BENCH=start",
                "The packaged application, all routes, the stores of this machine; five starts, after one that makes the tables.",
                "256m",
                Integer.toString(Math.min(MOST_IDLE_SECONDS, seconds)));
        all.run(
                BenchmarksPage.ARCHIVE,
                ArchiveBench.class,
                "make bench BENCH=archive ROWS=" + rows,
                "Rows of PostgreSQL to Parquet in S3, read back, compared, then deleted; beside a bare COPY and a bare delete.",
                "512m",
                rows);
        all.run(
                BenchmarksPage.SENSORS,
                SensorsBench.class,
                "make bench BENCH=sensors ROWS=" + rows,
                "A backlog of a persistent session, QoS 1, each message checked, stored, summed up, booked and acknowledged after the commit; a client that acknowledges and discards before and after it.",
                "512m",
                rows);
        all.run(
                BenchmarksPage.STEADY,
                SensorsSteadyBench.class,
                "make bench BENCH=sensors-steady SECONDS=" + seconds,
                "Ten thousand readings a second, from publishing until a reader of the table sees them.",
                "512m",
                Integer.toString(seconds));
        all.run(
                BenchmarksPage.NODES,
                NodesBench.class,
                "make bench BENCH=nodes ROWS=" + rows,
                "One, two and three processes on one set of stores, while readings are published as fast as the broker takes them; all of it on this machine. What to expect of more machines: [design at scale](design-at-scale.md).",
                "512m",
                rows);
        all.run(
                BenchmarksPage.COMMUNITY,
                CommunityBench.class,
                "make bench BENCH=community USERS=" + users,
                "Documents of MongoDB, or of its stand-in, into tables; beside a bare scan of the collections and a bare load of the same rows.",
                heap,
                users);
        all.run(
                BenchmarksPage.PEERS,
                PeersBench.class,
                "make bench BENCH=peers ROWS=%s USERS=%s".formatted(rows, users),
                "The same work by others where they are installed, with the same guarantee: a persistent session, QoS 1, acknowledged after the commit, delivered again changes nothing. They keep neither raw messages nor a book. Configurations: [`src/test/bench`](../src/test/bench).",
                heap,
                rows,
                users);
        Files.writeString(PAGE, BenchmarksPage.of(Instant.now(), machine, all.sections));
        System.out.println("written: " + PAGE);
    }

    private void run(String title, Class<?> bench, String command, String method, String heap, String... arguments)
            throws IOException, InterruptedException {
        System.out.printf("%n== %s: %s%n", title, command);
        List<String> started = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                bench.getName()));
        started.addAll(List.of(arguments));
        Process process = new ProcessBuilder(started)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            String line;
            while ((line = out.readLine()) != null) {
                System.out.println(line);
                if (isFigure(line)) {
                    lines.add(line.stripTrailing().replaceAll("see /\\S+", "see its log"));
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the benchmark '%s' ended with %d".formatted(title, process.exitValue()));
        }
        sections.put(title, new Section(title, command, method, List.copyOf(lines)));
    }

    /** Not what a server logs, nor where files of this machine are. */
    static boolean isFigure(String line) {
        return !line.isBlank()
                && !line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ +(?:DEBUG|INFO|WARN|ERROR) .*")
                && !line.matches(".* (?:is|are) in +/.*");
    }

    /** Taken before anything runs, so that the load is that of others. */
    private static List<String> machine() throws IOException {
        return List.of(
                "system     %s %s, %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                "processor  %s, %d cores"
                        .formatted(
                                first("/proc/cpuinfo", "model name"),
                                Runtime.getRuntime().availableProcessors()),
                "memory     " + first("/proc/meminfo", "MemTotal"),
                "Java       %s %s".formatted(System.getProperty("java.vendor"), System.getProperty("java.version")),
                "load       %s before the first benchmark".formatted(load()));
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.isReadable(file) ? Files.readString(file).strip().replaceAll(" \\d+/.*", "") : "not known";
    }

    private static String first(String file, String field) throws IOException {
        if (!Files.isReadable(Path.of(file))) {
            return "not known";
        }
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("not known");
        }
    }
}
