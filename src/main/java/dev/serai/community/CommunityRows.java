package dev.serai.community;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns one document of a collection into its family of rows.
 *
 * <p>users: a row of {@code community.users}, its subscriptions (one document in spite of the name, or an array of them) and
 * their invoices. groups: a row. messages: a row for each message. <br>
 * Errors: {@link dev.serai.batch.InvalidRecordException} with everything that is wrong, for the family as a whole; codes are
 * {@code USER_<FIELD>_INVALID} and so on. Fields that nobody knows go into {@code extra}, and are drift unless they are kept there
 * on purpose. <br>
 * Pure and thread-safe.
 */
final class CommunityRows {

    private CommunityRows() {}

    /**
     * Adds the family to a record.
     *
     * @param record gets {@code row}, and {@code subscriptions} and {@code invoices}, or {@code messages}; {@code extra} and
     *     {@code drift} where there are any
     * @param kept fields that no column knows and that are no drift
     */
    static void read(String collection, String documentId, JsonNode document, ObjectNode record, Set<String> kept) {
        ArrayNode drift = record.arrayNode();
        Complaints complaints = new Complaints(collection.substring(0, collection.length() - 1));
        Fields fields = new Fields(document, complaints, new Drift(drift, kept));
        fields.leaveOut("_id");
        switch (collection) {
            case "users" -> user(fields, record);
            case "groups" -> group(fields, record);
            case "messages" -> messages(fields, record);
            default -> throw new IllegalArgumentException("no collection of the community: " + collection);
        }
        complaints.verify(documentId);
        if (!drift.isEmpty()) {
            record.set("drift", drift);
        }
    }

    private static void user(Fields user, ObjectNode record) {
        ObjectNode row = record.putObject("row");
        row.put("first_name", user.text("firstname"));
        row.put("last_name", user.text("lastname"));
        row.put("age", user.integer("age"));
        row.put("gender", user.text("gender"));
        row.put("country", user.text("country"));
        row.put("post_code", user.text("postCode"));
        row.put("sign_up_at", user.instant("signUpDate"));
        row.put("group_id", user.id("groupId"));
        ArrayNode subscriptions = record.putArray("subscriptions");
        ArrayNode invoices = record.putArray("invoices");
        for (Fields subscription : user.documentOrDocuments("subscriptions")) {
            subscription(subscription, subscriptions, invoices);
        }
        row.set("extra", user.extra());
    }

    private static void subscription(Fields subscription, ArrayNode subscriptions, ArrayNode invoices) {
        String key = subscription.requiredId("subscriptionID");
        ObjectNode row = subscriptions.objectNode();
        row.put("subscription_id", key);
        row.put("ordinal", subscriptions.size());
        row.put("source_id", subscription.id("_id"));
        row.put("start_at", subscription.instant("startDate"));
        Fields plan = subscription.document("planType");
        plan.leaveOut("_id"); // another one for every user
        row.put("plan_id", plan.text("planID"));
        row.put("plan_description", plan.text("planDescription"));
        row.put("plan_cost", plan.decimal("planCost"));
        row.put("currency", plan.text("currency"));
        row.put("plan_length", plan.integer("planLength"));
        row.put("plan_length_unit", plan.text("planLengthUnits"));
        row.put("payment_type", plan.text("paymentType"));
        int ordinal = 0;
        for (Fields invoice : subscription.documents("invoices")) {
            invoice(invoice, key, ordinal++, invoices);
        }
        row.set("extra", withNested(subscription.extra(), "planType", plan.extra()));
        subscriptions.add(row);
    }

    private static void invoice(Fields invoice, @Nullable String subscription, int ordinal, ArrayNode invoices) {
        ObjectNode row = invoices.addObject();
        row.put("subscription_id", subscription);
        row.put("ordinal", ordinal);
        invoice.leaveOut("_id"); // another one at every tick
        row.put("amount", invoice.decimal("amount"));
        row.put("currency", invoice.text("currency"));
        Fields info = invoice.document("info");
        row.put("status", info.text("status"));
        row.put("invoice_at", info.instant("date"));
        row.set("extra", withNested(invoice.extra(), "info", info.extra()));
    }

    private static void group(Fields group, ObjectNode record) {
        ObjectNode row = record.putObject("row");
        row.put("start_at", group.instant("startDate"));
        row.put("health_coach", group.text("healthCoach"));
        row.set("extra", group.extra());
    }

    private static void messages(Fields document, ObjectNode record) {
        ObjectNode row = record.putObject("row");
        row.put("user_id", document.id("userId"));
        row.put("group_id", document.id("groupId"));
        String latest = document.instant("latestMessageDate");
        ArrayNode messages = record.putArray("messages");
        for (Fields message : document.documents("messages")) {
            ObjectNode each = messages.addObject();
            each.put("ordinal", messages.size() - 1);
            each.put("message_at", message.instant("messageDate"));
            each.put("message", message.text("message"));
            ObjectNode extra = message.extra();
            if (extra != null) {
                each.set("extra", extra);
            }
        }
        ObjectNode extra = document.extra();
        if (latest != null) {
            extra = extra == null ? record.objectNode() : extra;
            extra.put("latestMessageDate", latest);
        }
        record.set("extra", extra);
    }

    private static @Nullable ObjectNode withNested(
            @Nullable ObjectNode extra, String field, @Nullable ObjectNode nested) {
        if (nested == null) {
            return extra;
        }
        ObjectNode all = extra == null ? nested.objectNode() : extra;
        all.set(field, nested);
        return all;
    }
}
