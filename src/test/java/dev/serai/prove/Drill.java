package dev.serai.prove;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Injects faults into a site under load, heals them, waits for quiet, and compares everything that was ever sent there.
 *
 * <p>The same seed chooses the same moments and amounts for a fault, whatever ran before it. For one thread.
 */
final class Drill {

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int FIRST = 50;
    private static final int SHORTEST_MS = 500;
    private static final int SPREAD_MS = 1_500;

    private final Site site;
    private final Evidence evidence;
    private final long seed;
    private final Consumer<String> page;
    private Tally before = Tally.NOTHING;

    /** @param page is told what the page says while a fault lasts, a line at a time */
    Drill(Site site, long seed, Consumer<String> page) {
        this.site = site;
        this.seed = seed;
        this.page = page;
        evidence = new Evidence(site);
    }

    /** @param faults that happen together, each at a place of its own */
    Verdict run(List<Fault> faults) throws Exception {
        String name = faults.stream().map(Fault::name).collect(Collectors.joining(" + "));
        for (Fault fault : faults) {
            Optional<String> missing = fault.missing().get();
            if (missing.isPresent()) {
                return Verdict.notRun(name, missing.get());
            }
        }
        Random random = new Random(seed ^ name.hashCode());
        List<String> complaints = new ArrayList<>();
        if (!site.processes.areAlive()) {
            site.startApplication();
        }
        site.resume();
        site.awaitReadings(FIRST + random.nextInt(FIRST));
        List<Fault> order =
                faults.stream().sorted(Comparator.comparing(Fault::place)).toList();
        try {
            for (Fault fault : order) {
                fault.inject().on(site, random);
            }
            Site.hold(Duration.ofMillis(SHORTEST_MS + random.nextInt(SPREAD_MS)));
            site.pageSays().forEach(line -> page.accept(name + ": " + line));
        } catch (IllegalStateException | SQLException | IOException e) {
            complaints.add("%s: %s".formatted(name, e.getMessage()));
        } finally {
            for (Fault fault : order) {
                heal(fault, random, complaints);
            }
        }
        if (!site.processes.areAlive()) {
            complaints.add(name + ": the application has ended by itself");
            site.startApplication();
        }
        long healed = System.nanoTime();
        site.pause();
        Tally now = quiet(before);
        Duration recovery = Duration.ofNanos(System.nanoTime() - healed);
        complaints.addAll(evidence.complaints());
        Tally tally = now.since(before).withComplaints(complaints);
        before = now;
        return Verdict.of(name, tally, recovery);
    }

    private void heal(Fault fault, Random random, List<String> complaints) throws Exception {
        try {
            fault.heal().on(site, random);
        } catch (IllegalStateException | SQLException | IOException e) {
            complaints.add("the end of %s: %s".formatted(fault.name(), e.getMessage()));
        }
    }

    /** The comparison when nothing new is wrong and nothing waits; or, after a long time, as it is. */
    Tally quiet(Tally before) throws Exception {
        long deadline = System.nanoTime() + Site.PATIENCE.toNanos();
        while (true) {
            Tally now = evidence.compare();
            if (now.since(before).isClean() && evidence.isQuiet() || System.nanoTime() - deadline > 0) {
                return now;
            }
            Site.hold(LOOK);
        }
    }
}
