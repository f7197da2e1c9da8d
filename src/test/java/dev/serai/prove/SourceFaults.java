package dev.serai.prove;

import static dev.serai.prove.Fault.Place.READINGS;
import static dev.serai.prove.Fault.Place.SOURCE;

import dev.serai.prove.AdSource.Manner;
import dev.serai.prove.ReadingShape.Shape;
import java.util.List;

/** What sources send, and how they answer. */
final class SourceFaults {

    private static final int MESSAGES = 200;
    private static final int CALLS = 2;

    private SourceFaults() {}

    static List<Fault> all() {
        return List.of(
                answers("source-429", "the ad API answers 429 with a Retry-After", Manner.TOO_MANY_REQUESTS),
                answers("source-500", "the ad API answers 500", Manner.SERVER_ERROR),
                answers("source-hanging", "the ad API takes calls and says nothing", Manner.HANGING),
                answers("source-garbage", "the ad API answers 200 with a page of HTML", Manner.GARBAGE),
                answers("source-cut-off", "the ad API promises more than it sends", Manner.CUT_OFF),
                answers("source-empty", "the ad API answers an empty array", Manner.EMPTY),
                answers("source-poison", "no impression of the ad API can be loaded", Manner.POISON),
                messages("readings-poison", "no message is a reading", Shape.POISON),
                messages("readings-ten-times", "every message is sent ten times", Shape.TEN_TIMES),
                messages("readings-out-of-order", "in each hundred readings the newest come first", Shape.OUT_OF_ORDER),
                messages(
                        "readings-two-hours-late",
                        "readings come two hours after they were taken",
                        Shape.TWO_HOURS_LATE),
                messages("readings-a-day-ahead", "the clock of every sensor is a day ahead", Shape.A_DAY_AHEAD),
                messages(
                        "readings-night-of-two-hours",
                        "readings of the night in which clocks go back, in local time with its offset",
                        Shape.NIGHT_OF_TWO_HOURS),
                Fault.of(
                                READINGS,
                                "schema-drift",
                                "messages, answers and documents have fields that nobody knows",
                                (site, random) -> {
                                    site.ads.set(Manner.WITH_NEW_FIELD);
                                    site.groups.setWithNewField(true);
                                    send(site, Shape.WITH_NEW_FIELD);
                                    called(site);
                                },
                                (site, random) -> {
                                    site.readings.set(Shape.USUAL);
                                    site.ads.set(Manner.USUAL);
                                    site.groups.setWithNewField(false);
                                })
                        .waiting(),
                messages("schema-drift-without-value", "messages lose the field with the value", Shape.WITHOUT_VALUE));
    }

    private static Fault answers(String name, String says, Manner manner) {
        return Fault.of(
                        SOURCE,
                        name,
                        says,
                        (site, random) -> {
                            site.ads.set(manner);
                            called(site);
                        },
                        (site, random) -> site.ads.set(Manner.USUAL))
                .waiting();
    }

    private static void called(Site site) throws Exception {
        int enough = site.ads.calls() + CALLS;
        Site.until("the ad API is called", () -> site.ads.calls() >= enough);
    }

    private static Fault messages(String name, String says, Shape shape) {
        return Fault.of(
                READINGS,
                name,
                says,
                (site, random) -> send(site, shape),
                (site, random) -> site.readings.set(Shape.USUAL));
    }

    private static void send(Site site, Shape shape) throws Exception {
        site.readings.set(shape);
        int enough = site.journal.sent() + MESSAGES;
        Site.until("messages are sent", () -> site.journal.sent() >= enough);
    }
}
