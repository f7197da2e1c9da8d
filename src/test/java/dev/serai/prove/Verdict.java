package dev.serai.prove;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What became of one fault.
 *
 * @param notRun why it was not run; empty if it was
 * @param recovery from the healing until everything was where it belongs
 * @param isGood whether it became what it had to
 * @param remarks for a person
 */
record Verdict(String fault, String notRun, Tally tally, Duration recovery, boolean isGood, List<String> remarks) {

    static final String HEAD = String.format(
            Locale.ROOT,
            "%-34s %7s %7s %7s %6s %5s %5s %5s %9s",
            "fault",
            "sent",
            "acknow.",
            "stored",
            "dead",
            "lost",
            "dupl.",
            "wrong",
            "recovery");

    static Verdict notRun(String fault, String why) {
        return new Verdict(fault, why, Tally.NOTHING, Duration.ZERO, true, List.of());
    }

    /** Of a fault after which everything has to be well. */
    static Verdict of(String fault, Tally tally, Duration recovery) {
        return new Verdict(fault, "", tally, recovery, tally.isClean(), tally.isClean() ? List.of() : tally.samples());
    }

    /** Of a fault whose loss has to be found. */
    static Verdict ofLoss(String fault, Tally tally) {
        boolean found = tally.lost() > 0;
        return new Verdict(
                fault,
                "",
                tally,
                Duration.ZERO,
                found,
                List.of(
                        found
                                ? "as it must be: the loss is found"
                                : "it acknowledged before the commit and was killed, and no loss was found"));
    }

    @Override
    public String toString() {
        if (!notRun.isEmpty()) {
            return String.format(Locale.ROOT, "%-34s not run: %s", fault, notRun);
        }
        return String.format(
                Locale.ROOT,
                "%-34s %7d %7d %7d %6d %5d %5d %5d %7.1f s",
                fault,
                tally.sent(),
                tally.acknowledged(),
                tally.stored(),
                tally.deadLetters(),
                tally.lost(),
                tally.duplicated(),
                tally.wrong(),
                recovery.toMillis() / 1_000.0);
    }
}
