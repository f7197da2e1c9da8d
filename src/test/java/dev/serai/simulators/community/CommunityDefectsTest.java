package dev.serai.simulators.community;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommunityDefectsTest {

    private static final CommunityPace PACE = new CommunityPace(10, 20, 20, LocalDate.of(2020, 6, 1), 0);
    private static final int DAY = 20;

    private MongoClient client;
    private MongoDatabase database;
    private CommunitySource source;

    @BeforeAll
    void connect(LocalStack stack) {
        client = MongoClients.create(stack.settings().get("community.mongo.url"));
        database = client.getDatabase("defects");
    }

    @BeforeEach
    void live() {
        source = new CommunitySource(database, PACE, new SplittableRandom(7), InstantSource.system());
        source.seconds(4 * DAY);
    }

    @AfterEach
    void drop() {
        database.drop();
    }

    @AfterAll
    void disconnect() {
        client.close();
    }

    @Test
    void a_deleted_user_is_gone_and_the_messages_stay() {
        long users = count("users");
        long messages = count("messages");

        Object id = source.defects().deleteUser().orElseThrow();

        assertThat(count("users")).isEqualTo(users - 1);
        assertThat(database.getCollection("users").countDocuments(Filters.eq(id)))
                .isZero();
        assertThat(count("messages")).isEqualTo(messages);
        Document orphan = database.getCollection("messages")
                .find(Filters.eq("userId", id))
                .first();
        source.seconds(DAY);
        assertThat(database.getCollection("messages")
                        .find(Filters.eq("userId", id))
                        .first())
                .isEqualTo(orphan);
    }

    @Test
    void a_changed_plan_keeps_its_subscription_and_is_invoiced_anew() {
        List<Document> before = all("users");

        Object id = source.defects().changePlan().orElseThrow();

        Document old = before.stream()
                .filter(user -> id.equals(user.get("_id")))
                .findFirst()
                .orElseThrow();
        Document now = user(id);
        assertThat(subscription(now).get("subscriptionID"))
                .isEqualTo(subscription(old).get("subscriptionID"));
        assertThat(plan(now).get("planID")).isNotEqualTo(plan(old).get("planID"));
        assertThat(plan(now).get("_id")).isNotEqualTo(plan(old).get("_id"));
        source.seconds(DAY);
        Plan plan = Plan.of(plan(now).get("planID")).orElseThrow();
        assertThat(subscription(user(id)).getList("invoices", Document.class))
                .hasSize(plan.isUpfront() ? 1 : 0)
                .allMatch(invoice -> invoice.getInteger("amount") == plan.amount());
    }

    @Test
    void a_field_is_missing_another_one_each_time() {
        List<Object> ids = List.of(
                source.defects().removeField().orElseThrow(),
                source.defects().removeField().orElseThrow());

        assertThat(user(ids.get(0))).doesNotContainKey("gender");
        assertThat(user(ids.get(1))).doesNotContainKey("age");
        source.seconds(2 * DAY);
        assertThat(user(ids.get(0))).doesNotContainKey("gender");
    }

    @Test
    void a_field_is_of_another_type_another_one_each_time() {
        assertThat(user(source.defects().changeType().orElseThrow()).get("age")).isEqualTo("unknown");
        assertThat(user(source.defects().changeType().orElseThrow()).get("signUpDate"))
                .isEqualTo("yesterday");
    }

    @Test
    void life_goes_on_whatever_is_missing_or_wrong() {
        for (int i = 0; i < 16; i++) {
            assertThat(source.defects().removeField()).isPresent();
            assertThat(source.defects().changeType()).isPresent();
        }
        long users = count("users");

        source.seconds(2 * DAY);

        assertThat(count("users")).isGreaterThan(users);
        CommunitySource restarted =
                new CommunitySource(database, PACE, new SplittableRandom(8), InstantSource.system());
        assertThat(restarted.now()).isBeforeOrEqualTo(source.now());
    }

    @Test
    void subscriptions_are_an_array_of_two_and_each_is_invoiced() {
        Object id = source.defects().severalSubscriptions().orElseThrow();
        Document whole = user(id);
        List<Document> two = whole.getList("subscriptions", Document.class);
        assertThat(two).hasSize(2);
        assertThat(two.get(1).getDate("startDate")).isAfter(two.get(0).getDate("startDate"));
        assertThat(two.get(0).get("subscriptionID")).isNotEqualTo(two.get(1).get("subscriptionID"));

        source.seconds(DAY);

        List<Document> after = user(id).getList("subscriptions", Document.class);
        for (Document subscription : after) {
            Plan plan = Plan.of(subscription.get("planType", Document.class).get("planID"))
                    .orElseThrow();
            assertThat(subscription.getList("invoices", Document.class)).hasSize(plan.isUpfront() ? 1 : 0);
        }
    }

    @Test
    void a_pair_has_a_second_messages_document() {
        Object id = source.defects().secondMessagesDocument().orElseThrow();

        Document second = messages(id);
        assertThat(database.getCollection("messages")
                        .countDocuments(Filters.and(
                                Filters.eq("userId", second.get("userId")),
                                Filters.eq("groupId", second.get("groupId")))))
                .isEqualTo(2);
    }

    @Test
    void a_message_is_out_of_order() {
        Object id = source.defects().outOfOrderMessage().orElseThrow();

        Document document = messages(id);
        List<Document> messages = document.getList("messages", Document.class);
        Date last = messages.get(messages.size() - 1).getDate("messageDate");
        assertThat(last).isBefore(document.getDate("latestMessageDate"));
        assertThat(messages.get(messages.size() - 2).getDate("messageDate"))
                .isEqualTo(document.getDate("latestMessageDate"));
    }

    @Test
    void a_document_is_larger_than_five_megabytes() {
        Object id = source.defects().largeDocument().orElseThrow();

        RawBsonDocument document = database.getCollection("messages", RawBsonDocument.class)
                .find(Filters.eq(id))
                .first();
        assertThat(Objects.requireNonNull(document).getByteBuffer().remaining())
                .isBetween(5 * 1024 * 1024, 6 * 1024 * 1024);
    }

    @Test
    void an_array_of_invoices_shrinks_until_the_next_tick() {
        long before = invoices();
        Object id = source.defects().shrinkInvoices().orElseThrow();
        assertThat(invoices()).isEqualTo(before - 1);
        assertThat(subscription(user(id)).getList("invoices", Document.class)).isEmpty();

        source.seconds(DAY);

        assertThat(subscription(user(id)).getList("invoices", Document.class)).hasSize(1);
    }

    @Test
    void a_field_is_known_to_nobody() {
        Object id = source.defects().unknownField().orElseThrow();

        assertThat(user(id).get("loyalty", Document.class).getString("tier")).isEqualTo("silver");
    }

    @Test
    void nothing_happens_where_nothing_fits() {
        database.drop();

        assertThat(source.defects().deleteUser()).isEqualTo(Optional.empty());
        assertThat(source.defects().largeDocument()).isEqualTo(Optional.empty());
        assertThat(source.defects().secondMessagesDocument()).isEqualTo(Optional.empty());
        assertThat(count("messages")).isZero();
    }

    private long invoices() {
        return all("users").stream()
                .mapToLong(user ->
                        subscription(user).getList("invoices", Document.class).size())
                .sum();
    }

    private long count(String collection) {
        return database.getCollection(collection).countDocuments();
    }

    private List<Document> all(String collection) {
        return database.getCollection(collection)
                .find()
                .sort(Sorts.ascending("_id"))
                .into(new ArrayList<>());
    }

    private Document user(Object id) {
        return Objects.requireNonNull(
                database.getCollection("users").find(Filters.eq(id)).first());
    }

    private Document messages(Object id) {
        return Objects.requireNonNull(
                database.getCollection("messages").find(Filters.eq(id)).first());
    }

    private static Document subscription(Document user) {
        return user.get("subscriptions", Document.class);
    }

    private static Document plan(Document user) {
        return subscription(user).get("planType", Document.class);
    }
}
