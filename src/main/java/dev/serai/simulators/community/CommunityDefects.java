package dev.serai.simulators.community;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Changes that a real system sees now and then, each to one document that fits, chosen at random.
 *
 * <p>Every method yields the {@code _id} of the document it changed, or nothing if there is none that fits. Errors:
 * {@code MongoException}. Not thread-safe.
 */
public final class CommunityDefects {

    private static final int LARGE_MESSAGES = 50;
    private static final int LARGE_MESSAGE_LENGTH = 105_000;

    private static final List<String> FIELDS = List.of(
            "gender", "age", "country", "postCode", "signUpDate", "groupId", "subscriptions.planType", "subscriptions");
    private static final List<Bson> OTHER_TYPES = List.of(
            Updates.set("age", "unknown"),
            Updates.set("signUpDate", "yesterday"),
            Updates.set("subscriptions.planType.planCost", "a hundred pounds"),
            Updates.set("country", 44),
            Updates.set("subscriptions.startDate", List.of()),
            Updates.set("groupId", new Document("name", "the first")));

    private final Community community;
    private final CommunityFactory factory;
    private final Chance chance;
    private int missing;
    private int otherTypes;

    CommunityDefects(Community community, CommunityFactory factory, Chance chance) {
        this.community = community;
        this.factory = factory;
        this.chance = chance;
    }

    /** Deletes a user's document; the messages stay. */
    public Optional<Object> deleteUser() {
        Optional<Document> user = anyUser(new Document());
        user.ifPresent(found -> community.users().deleteOne(Filters.eq(found.get("_id"))));
        return id(user);
    }

    /** Moves a user to another plan; the subscription stays the same one. */
    public Optional<Object> changePlan() {
        Optional<Document> user = anyUser(oneSubscription());
        user.ifPresent(found -> {
            Plan before = StoredSubscription.of(found).get(0).plan();
            List<Plan> others = new ArrayList<>(List.of(Plan.values()));
            others.remove(before);
            Document plan = chance.any(others).document(factory.ids().next());
            update(community.users(), found, Updates.set("subscriptions.planType", plan));
        });
        return id(user);
    }

    /** Takes a field away: another one each time, in turn. */
    public Optional<Object> removeField() {
        String field = FIELDS.get(missing % FIELDS.size());
        Optional<Document> user = anyUser(oneSubscription());
        user.ifPresent(found -> {
            update(community.users(), found, Updates.unset(field));
            missing++;
        });
        return id(user);
    }

    /** Gives a field a value of another type: another one each time, in turn. */
    public Optional<Object> changeType() {
        Bson change = OTHER_TYPES.get(otherTypes % OTHER_TYPES.size());
        Optional<Document> user = anyUser(oneSubscription());
        user.ifPresent(found -> {
            update(community.users(), found, change);
            otherTypes++;
        });
        return id(user);
    }

    /** Makes an array of a user's subscription and another one, which starts when the first is over. */
    public Optional<Object> severalSubscriptions() {
        Optional<Document> user = anyUser(oneSubscription());
        user.ifPresent(found -> {
            Instant end = StoredSubscription.of(found).get(0).end();
            Document next = factory.subscription(chance.any(List.of(Plan.values())), Date.from(end));
            update(
                    community.users(),
                    found,
                    Updates.set("subscriptions", List.of(found.get("subscriptions", Document.class), next)));
        });
        return id(user);
    }

    /** Gives a user who has written a second document for the same group, with one message. */
    public Optional<Object> secondMessagesDocument() {
        return any(community.messages(), Filters.type("latestMessageDate", "date"))
                .map(first -> {
                    Instant at = first.getDate("latestMessageDate").toInstant().plusSeconds(1);
                    Document second = factory.messagesDocument(
                            first.get("userId"), first.get("groupId"), List.of(factory.message(at, "hello again")));
                    community.messages().insertOne(second);
                    return second.get("_id");
                });
    }

    /** Appends a message that is an hour to three days older than the newest. */
    public Optional<Object> outOfOrderMessage() {
        Optional<Document> document = any(community.messages(), Filters.type("latestMessageDate", "date"));
        document.ifPresent(found -> {
            Instant at = found.getDate("latestMessageDate").toInstant().minus(Duration.ofHours(chance.between(1, 72)));
            update(community.messages(), found, Updates.push("messages", factory.message(at, "this one is late")));
        });
        return id(document);
    }

    /** Lets a messages document grow by 5 MB, in messages of 105,000 characters. */
    public Optional<Object> largeDocument() {
        Optional<Document> document = any(community.messages(), Filters.type("latestMessageDate", "date"));
        document.ifPresent(found -> {
            Instant at = found.getDate("latestMessageDate").toInstant();
            List<Document> messages = new ArrayList<>();
            for (int i = 1; i <= LARGE_MESSAGES; i++) {
                messages.add(factory.message(at.plusSeconds(i), factory.text(LARGE_MESSAGE_LENGTH)));
            }
            update(
                    community.messages(),
                    found,
                    Updates.combine(
                            Updates.pushEach("messages", messages),
                            Updates.set("latestMessageDate", Date.from(at.plusSeconds(LARGE_MESSAGES)))));
        });
        return id(document);
    }

    /** Takes a user's newest invoice away; the next tick brings it back. */
    public Optional<Object> shrinkInvoices() {
        Optional<Document> user = anyUser(Filters.exists("subscriptions.invoices.0"));
        user.ifPresent(found -> update(community.users(), found, Updates.popLast("subscriptions.invoices")));
        return id(user);
    }

    /** Gives a user a field that no other has. */
    public Optional<Object> unknownField() {
        Optional<Document> user = anyUser(Filters.exists("loyalty", false));
        user.ifPresent(found -> update(
                community.users(),
                found,
                Updates.set("loyalty", new Document("tier", "silver").append("points", chance.below(1_000)))));
        return id(user);
    }

    /** A user with one whole subscription: not changed here before, or only where it does not matter. */
    private static Bson oneSubscription() {
        return Filters.and(
                Filters.type("subscriptions", "object"),
                Filters.type("subscriptions.startDate", "date"),
                Filters.type("subscriptions.planType.planID", "string"));
    }

    private Optional<Document> anyUser(Bson filter) {
        return any(community.users(), filter);
    }

    private Optional<Document> any(MongoCollection<Document> collection, Bson filter) {
        int fitting = (int) Math.min(Integer.MAX_VALUE, collection.countDocuments(filter));
        return fitting == 0
                ? Optional.empty()
                : Optional.ofNullable(
                        collection.find(filter).skip(chance.below(fitting)).first());
    }

    private static void update(MongoCollection<Document> collection, Document document, Bson update) {
        collection.updateOne(Filters.eq(document.get("_id")), update);
    }

    private static Optional<Object> id(Optional<Document> document) {
        return document.map(found -> found.get("_id"));
    }
}
