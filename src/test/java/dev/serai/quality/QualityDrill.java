package dev.serai.quality;

import dev.serai.Hub;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;

/**
 * Injects faults through the simulators into a hub of its own, and says of each whether it was rejected, flagged or missed.
 *
 * <p>A sign that is there without the fault, too, is none: then the fault counts as missed. As a program it runs on a
 * throw-away stack and ends with 1 if any fault was missed.
 */
public final class QualityDrill {

    /** What became of a fault. */
    record Verdict(Fault fault, String word, String says) {

        boolean isMissed() {
            return word.equals("missed");
        }

        @Override
        public String toString() {
            return "%-8s  %-7s  %-38s %s".formatted(word, fault.pipeline(), fault.injected(), says);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(500);

    /** What a drill needs to be told apart from what runs beside it. */
    static final Map<String, String> SETTINGS =
            Map.of("simulators", "users,ads,sensors", "sensors.mqtt.topic", "sensors/#", "users.api.size", "20");

    private final Hub hub;
    private final ProducerTemplate checks;

    QualityDrill(Hub hub) {
        this.hub = hub;
        this.checks = hub.application().camel().createProducerTemplate();
    }

    public static void main(String[] arguments) throws Exception {
        boolean missed;
        try (LocalStack stack = LocalStack.throwAway();
                Hub hub = new Hub(stack, SETTINGS)) {
            QualityDrill drill = new QualityDrill(hub);
            List<Verdict> verdicts = drill.run(Stream.concat(Fault.ofAnswers().stream(), Fault.ofMessages().stream())
                    .toList());
            verdicts.forEach(System.out::println);
            long bad = verdicts.stream().filter(Verdict::isMissed).count();
            System.out.printf("%d faults: %d missed%n", verdicts.size(), bad);
            missed = bad > 0;
        }
        System.exit(missed ? 1 : 0);
    }

    List<Verdict> run(List<Fault> faults) throws Exception {
        if (faults.stream().anyMatch(fault -> fault.pipeline().equals("sensors"))) {
            hub.run("sensors-list");
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (Fault fault : faults) {
            verdicts.add(run(fault));
        }
        return verdicts;
    }

    private Verdict run(Fault fault) throws Exception {
        long settled = System.nanoTime() + PATIENCE.toNanos();
        do {
            empty();
            deliver(fault);
            check(fault);
            // Messages of the fault before may still have been on their way when its rows were deleted.
        } while (isStream(fault) && !sign(fault).isEmpty() && System.nanoTime() - settled < 0);
        if (!sign(fault).isEmpty()) {
            return new Verdict(fault, "missed", "it looks the same without the fault: " + sign(fault));
        }
        hub.fail(fault.pipeline(), fault.failure());
        deliver(fault);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            check(fault);
            String says = sign(fault);
            if (!says.isEmpty()) {
                return new Verdict(fault, fault.sign().verdict(), says);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        } while (isStream(fault) && System.nanoTime() - deadline < 0);
        return new Verdict(fault, "missed", "no sign of it: %s %s".formatted(fault.sign(), fault.name()));
    }

    private static boolean isStream(Fault fault) {
        return fault.pipeline().equals("sensors");
    }

    private void empty() throws SQLException {
        hub.rows(
                "truncate users.profile, ads.impression, sensors.reading, sensors.reading_1min, sensors.latest, ops.dead_letter,"
                        + " ops.quality_result, ops.run, ops.load");
    }

    /** An answer; or messages until the armed ones are sent and some are stored. */
    private void deliver(Fault fault) throws Exception {
        if (!isStream(fault)) {
            hub.run(fault.pipeline());
            return;
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (hub.simulators().failures().armed("sensors").kind() != FailureKind.NONE
                || !isGap(fault)
                        && hub.value("select count(*) < 5 from sensors.reading").equals("t")) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the sensors' readings did not come: " + fault);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static boolean isGap(Fault fault) {
        return fault.failure().kind() == FailureKind.GAP;
    }

    /** Only the datasets of its pipeline, and only if a check is what shows it. */
    private void check(Fault fault) {
        if (fault.sign() == Fault.Sign.CHECK) {
            checks.send("direct:quality-after-load", exchange -> {
                exchange.setVariable("pipelines", fault.pipeline());
                exchange.setVariable("pipeline", "quality");
                exchange.setVariable("cause", "AFTER_LOAD");
            });
        }
    }

    private String sign(Fault fault) throws SQLException {
        List<String> rows = hub.rows(fault.sign().sql(), fault.pipeline(), fault.name());
        return rows.isEmpty() ? "" : rows.get(0);
    }
}
