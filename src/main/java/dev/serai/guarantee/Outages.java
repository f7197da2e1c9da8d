package dev.serai.guarantee;

import java.util.ArrayList;
import java.util.List;

/** What outages mean to a pipeline, from what it needs and what is measured now. Pure. */
final class Outages {

    private static final String ASKED_AGAIN =
            "nothing that was answered is lost; what the source would have answered meanwhile is not asked for";

    private static final String MADE_UP_FOR = "what a run leaves undone, the next one does";

    private Outages() {}

    /**
     * Of one pipeline.
     *
     * @param changes how it is with the log of changes of MongoDB
     * @param disk how it is with the disk of this process
     */
    static List<Outage> of(Needs needs, Outage changes, Outage disk) {
        List<Outage> outages = new ArrayList<>();
        if (needs.broker()) {
            outages.add(
                    Outage.unlimited(
                            "broker",
                            "source",
                            "who publishes has to keep what the broker does not take; what it has taken comes when it is back"));
        }
        if (needs.mongo()) {
            outages.add(Outage.unlimited(
                    "MongoDB",
                    "source",
                    "it still has its documents when it is back, and reading goes on where it was left"));
        }
        if (needs.http()) {
            outages.add(Outage.unlimited("source", "nobody", ASKED_AGAIN));
        }
        if (needs.objects()) {
            outages.add(store("S3", needs, changes));
        }
        if (needs.tables()) {
            outages.add(store("PostgreSQL", needs, changes));
        }
        if (needs.files()) {
            outages.add(disk);
        }
        return outages;
    }

    private static Outage store(String store, Needs needs, Outage changes) {
        if (needs.keepsHouse()) {
            return Outage.unlimited(store, "next run", MADE_UP_FOR);
        }
        if (needs.broker()) {
            return Outage.unlimited(store, "queue", "the broker keeps what comes");
        }
        if (needs.changes()) {
            return new Outage(store, changes.keptBy(), changes.survivesSeconds(), changes.because());
        }
        if (needs.mongo()) {
            return Outage.unlimited(
                    store, "source", "the source keeps its documents, and reading goes on after what was loaded");
        }
        if (needs.http()) {
            return store.equals("S3")
                    ? Outage.unlimited(
                            store,
                            "nobody",
                            "an answer that cannot be kept fails its run, and the next run asks for another; what is loaded stays")
                    : Outage.unlimited(store, "landing", "answers are kept in S3 and loaded when it is back");
        }
        return Outage.unlimited(store, "next run", MADE_UP_FOR);
    }
}
