package dev.serai.simulators.community;

import java.util.Arrays;
import java.util.Optional;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** The plans of the community: three months each, paid at once or by the month. */
enum Plan {
    CORE_TECH_MONTHLY("1234", "CoreTechMonthly", 120, "repeat"),
    CORE_TECH_UPFRONT("1235", "CoreTechUpfront", 150, "upfront"),
    CORE_NO_TECH_MONTHLY("2234", "CoreNoTechMonthly", 90, "repeat"),
    CORE_NO_TECH_UPFRONT("2235", "CoreNoTechUpfront", 120, "upfront");

    static final int MONTHS = 3;
    static final String CURRENCY = "GBP";

    private final String id;
    private final String description;
    private final int cost;
    private final String paymentType;

    Plan(String id, String description, int cost, String paymentType) {
        this.id = id;
        this.description = description;
        this.cost = cost;
        this.paymentType = paymentType;
    }

    static Optional<Plan> of(@Nullable Object id) {
        return Arrays.stream(values()).filter(plan -> plan.id.equals(id)).findFirst();
    }

    boolean isUpfront() {
        return paymentType.equals("upfront");
    }

    /** What one invoice is about, pounds. */
    int amount() {
        return isUpfront() ? cost : cost / MONTHS;
    }

    /** The plan as a user carries it: a copy with an {@code _id} of its own. */
    Document document(ObjectId documentId) {
        return new Document("_id", documentId)
                .append("planID", id)
                .append("planDescription", description)
                .append("planCost", cost)
                .append("currency", CURRENCY)
                .append("planLength", MONTHS)
                .append("planLengthUnits", "months")
                .append("paymentType", paymentType);
    }
}
