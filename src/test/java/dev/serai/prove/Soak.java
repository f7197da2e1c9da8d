package dev.serai.prove;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Steady load for a long time, with a random fault every half minute that leaves the processes alone; between them the heap
 * after a collection and the open files of all of them, and the time from a source's acknowledgement to the row. For one
 * thread.
 */
final class Soak {

    private static final Duration CALM = Duration.ofSeconds(15);
    private static final Duration BETWEEN = Duration.ofSeconds(30);
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final int NEWEST = 200;
    /** What the last quarter may be of the first: a heap of a few megabytes more is no trend. */
    private static final double GROWTH = 1.5;

    private static final double HEAP_MB = 20;
    private static final double FILES = 30;
    private static final double LATENCY_MS = 1_000;

    /** What is measured between two faults. */
    private record Sample(double heapMegabytes, double files, double latencyMs) {}

    private final Site site;
    private final List<Fault> faults;
    private final Random random;
    private final List<Sample> samples = new ArrayList<>();

    /** @param faults of which those are taken that can happen and leave the process alone */
    Soak(Site site, List<Fault> faults, long seed) {
        this.site = site;
        this.faults = faults.stream()
                .filter(fault -> fault.place() != Fault.Place.APPLICATION
                        && fault.missing().get().isEmpty())
                .toList();
        this.random = new Random(seed);
    }

    /** Yields what is wrong in the end; prints what it measures. */
    Verdict run(Duration length) throws Exception {
        site.startApplication();
        List<Long> pids = site.processes.pids();
        Evidence evidence = new Evidence(site);
        site.resume();
        List<String> complaints = new ArrayList<>();
        Instant end = Instant.now().plus(length);
        System.out.printf("%-34s %9s %9s %12s%n", "soak: after", "heap, MB", "files", "latency, ms");
        while (Instant.now().isBefore(end)) {
            Instant next = Instant.now().plus(BETWEEN);
            Fault fault = faults.get(random.nextInt(faults.size()));
            try {
                fault.inject().on(site, random);
                Site.hold(Duration.ofMillis(random.nextInt(2_000)));
            } catch (IllegalStateException | SQLException | IOException e) {
                complaints.add("%s: %s".formatted(fault.name(), e.getMessage()));
            } finally {
                fault.heal().on(site, random);
            }
            Site.hold(CALM);
            if (!site.processes.areAlive()) {
                complaints.add("the application has ended by itself during " + fault.name());
                break;
            }
            Sample sample = measure(pids);
            samples.add(sample);
            System.out.printf(
                    Locale.ROOT,
                    "%-34s %9.1f %9.0f %12.0f%n",
                    fault.name(),
                    sample.heapMegabytes(),
                    sample.files(),
                    sample.latencyMs());
            Duration rest = Duration.between(Instant.now(), next);
            Site.hold(rest.isNegative() ? Duration.ZERO : rest);
        }
        long quiet = System.nanoTime();
        site.pause();
        Tally tally = new Drill(site, 0, line -> {}).quiet(Tally.NOTHING);
        Duration recovery = Duration.ofNanos(System.nanoTime() - quiet);
        trend("heap, MB", Sample::heapMegabytes, HEAP_MB, complaints);
        trend("files", Sample::files, FILES, complaints);
        trend("latency, ms", Sample::latencyMs, LATENCY_MS, complaints);
        complaints.addAll(evidence.complaints());
        return Verdict.of("soak", tally.withComplaints(complaints), recovery);
    }

    /** Prints both quarters; too few samples have none. */
    private void trend(String what, ToDoubleFunction<Sample> value, double slack, List<String> complaints) {
        int quarter = samples.size() / 4;
        double first = mean(samples.subList(0, quarter), value);
        double last = mean(samples.subList(samples.size() - quarter, samples.size()), value);
        System.out.printf(Locale.ROOT, "%-34s first quarter %.1f, last quarter %.1f%n", what, first, last);
        if (grows(first, last, slack)) {
            complaints.add(String.format(Locale.ROOT, "%s grew from %.1f to %.1f", what, first, last));
        }
    }

    /** Whether it is more than half as much again, and more than so much more. */
    static boolean grows(double first, double last, double slack) {
        return last > first * GROWTH && last > first + slack;
    }

    private static double mean(List<Sample> of, ToDoubleFunction<Sample> value) {
        return of.stream().mapToDouble(value).average().orElse(0);
    }

    private Sample measure(List<Long> pids) throws Exception {
        double kilobytes = 0;
        double files = 0;
        for (long pid : pids) {
            jcmd(pid, "GC.run");
            Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
            // young and tenured; the next line is the metaspace
            for (int i = 0; i < 2 && used.find(); i++) {
                kilobytes += Long.parseLong(used.group(1));
            }
            files += files(pid);
        }
        return new Sample(kilobytes / 1_024, files, latency());
    }

    private static String jcmd(long pid, String command) throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static double files(long pid) throws IOException {
        Path open = Path.of("/proc", Long.toString(pid), "fd");
        if (!Files.isReadable(open)) {
            return 0;
        }
        try (Stream<Path> entries = Files.list(open)) {
            return entries.count();
        }
    }

    /** The middle one of the newest readings: from the broker's acknowledgement to the row. */
    private double latency() throws Exception {
        Map<Integer, Instant> acknowledged = site.journal.acknowledgedAt();
        List<Double> all = new ArrayList<>();
        for (String row : site.hub.rows(
                "select value, extract(epoch from ingested_at) from sensors.reading order by ingested_at desc limit "
                        + NEWEST)) {
            String[] parts = row.split("\\|", -1);
            Instant at = acknowledged.get(Integer.parseInt(parts[0]));
            if (at != null) {
                all.add(Double.parseDouble(parts[1]) * 1_000 - at.toEpochMilli());
            }
        }
        return all.stream().sorted().skip(all.size() / 2).findFirst().orElse(0.0);
    }
}
