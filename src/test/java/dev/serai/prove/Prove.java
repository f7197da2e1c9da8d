package dev.serai.prove;

import dev.serai.stack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Runs all faults, or some, against a throw-away plant and prints what became of every record: {@code make prove}.
 *
 * <p>Ends with 0 only if nothing was lost, doubled or wrong, and a consumer that is broken on purpose was found out; with 2 if
 * what was asked for makes no sense.
 */
public final class Prove {

    private static final int PER_SECOND = 100;

    private final Options options;
    private final Path directory;
    private final List<Verdict> verdicts = new ArrayList<>();

    private Prove(Options options, Path directory) {
        this.options = options;
        this.directory = directory;
    }

    /** @param arguments such as FAULT=broker-killed SEED=7 */
    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.of(names(), arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        // What goes wrong is on purpose, and would hide the table.
        Configurator.setAllLevels("", Level.OFF);
        LogManager.getLogManager().reset();
        // Whoever interrupts a run has no use for what it started.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly), "end"));
        Path directory = Files.createDirectories(Path.of("target", "prove")).toAbsolutePath();
        Prove prove = new Prove(options, Files.createTempDirectory(directory, "run-"));
        boolean good;
        try (LocalStack stack = LocalStack.throwAway()) {
            good = prove.run(stack);
        }
        System.exit(good ? 0 : 1);
    }

    /** @param outage how long an outage lasts */
    static List<Fault> faults(Duration outage) {
        return Stream.of(
                        ApplicationFaults.all(),
                        BrokerFaults.all(),
                        PostgresFaults.all(),
                        StoreFaults.all(),
                        SourceFaults.all(),
                        OutageFaults.all(outage),
                        DiskFaults.all(),
                        List.of(ClockSteps.fault()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> names() {
        return Stream.concat(
                        Stream.of(SelfTest.NAME), faults(Duration.ZERO).stream().map(Fault::name))
                .toList();
    }

    private boolean run(LocalStack stack) throws Exception {
        List<Fault> all = faults(options.outage());
        System.out.printf("SEED=%d repeats what this run chooses%n", options.seed());
        if (!options.soak().isZero()) {
            try (Site site = site(stack, "soak", options.nodes())) {
                print(new Soak(site, all, options.seed()).run(options.soak()));
            }
            return end();
        }
        System.out.println(Verdict.HEAD);
        if (options.includes(SelfTest.NAME)) {
            try (Site site = site(stack, SelfTest.NAME, 1)) {
                for (Verdict verdict : new SelfTest(site, directory).run()) {
                    print(verdict);
                }
            }
        }
        List<List<Fault>> chosen = new ArrayList<>(all.stream()
                .filter(fault -> options.includes(fault.name()))
                .map(List::of)
                .toList());
        Collections.shuffle(chosen, new Random(options.seed()));
        chosen.addAll(Combinations.of(all, options.combinations(), options.seed()));
        if (!chosen.isEmpty()) {
            try (Site site = site(stack, "faults", options.nodes())) {
                List<String> page = new ArrayList<>();
                Drill drill = new Drill(site, options.seed(), page::add);
                for (List<Fault> faults : chosen) {
                    print(drill.run(faults));
                }
                Path says = Files.write(directory.resolve("page.txt"), page);
                System.out.printf(
                        "What the page said meanwhile: %s%n",
                        Path.of("").toAbsolutePath().relativize(says));
            }
        }
        return end();
    }

    private Site site(LocalStack stack, String name, int nodes) throws Exception {
        return new Site(
                stack, Files.createDirectory(directory.resolve(name)), new Random(options.seed()), PER_SECOND, nodes);
    }

    private void print(Verdict verdict) {
        verdicts.add(verdict);
        System.out.println(verdict);
        verdict.remarks().forEach(remark -> System.out.println("    " + remark));
    }

    private boolean end() {
        long run =
                verdicts.stream().filter(verdict -> verdict.notRun().isEmpty()).count();
        long bad = verdicts.stream().filter(verdict -> !verdict.isGood()).count();
        System.out.printf("%d run, %d not run, %d bad%n", run, verdicts.size() - run, bad);
        return bad == 0 && run > 0;
    }
}
