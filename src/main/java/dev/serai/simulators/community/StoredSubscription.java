package dev.serai.simulators.community;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as the store has it.
 *
 * @param path where in the user's document
 * @param start when it begins
 */
record StoredSubscription(String path, Plan plan, Instant start) {

    /** Those of a user; one whose fields are missing or of another type, as switches make them, is left out. */
    static List<StoredSubscription> of(Document user) {
        List<StoredSubscription> found = new ArrayList<>();
        Object subscriptions = user.get("subscriptions");
        if (subscriptions instanceof List<?> several) {
            for (int i = 0; i < several.size(); i++) {
                add(found, "subscriptions." + i, several.get(i));
            }
        } else {
            add(found, "subscriptions", subscriptions);
        }
        return found;
    }

    /** When the plan is over. */
    Instant end() {
        return start.atOffset(ZoneOffset.UTC).plusMonths(Plan.MONTHS).toInstant();
    }

    private static void add(List<StoredSubscription> found, String path, @Nullable Object value) {
        if (value instanceof Document subscription
                && subscription.get("startDate") instanceof Date start
                && subscription.get("planType") instanceof Document planType) {
            Plan.of(planType.get("planID"))
                    .ifPresent(plan -> found.add(new StoredSubscription(path, plan, start.toInstant())));
        }
    }
}
