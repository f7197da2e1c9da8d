package dev.serai.community;

import static dev.serai.community.CommunityFixture.invoice;
import static dev.serai.community.CommunityFixture.message;
import static dev.serai.community.CommunityFixture.messages;
import static dev.serai.community.CommunityFixture.subscription;
import static dev.serai.community.CommunityFixture.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import de.bwaldvogel.mongo.MongoServer;
import dev.serai.PlainMarts;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random changes of the source, while the hub reads it and its routes are stopped and started; at the end the tables are
 * what this test, and not the hub, makes of the documents. A failure names its seed, which {@code -Dcommunity.seed} repeats.
 */
@Tag("long")
@WithStack
class CommunityModelTest {

    private static final int STEPS = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> ROUTES = List.of(
            "community-mongo-to-postgres",
            "community-changes",
            "community-sweep",
            "community-chunks",
            "community-load");

    private final long seed = Long.getLong("community.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private boolean streams;
    private final List<ObjectId> ids =
            IntStream.range(0, 30).mapToObj(i -> new ObjectId()).toList();

    @Test
    void sweeps_make_the_tables_the_source(LocalStack stack) throws Exception {
        Map<String, String> settings = Map.of("community.inserts.interval-ms", "20", "community.chunk-size", "4");
        try (CommunityFixture community = new CommunityFixture(stack, settings)) {
            play(community);
            community.sweep(); // the rest of one that was stopped
            community.sweep();
            verify(community);
        }
    }

    @Test
    void change_streams_make_the_tables_the_source(LocalStack stack) throws Exception {
        Map<String, String> settings = Map.of(
                "community.changes.interval-ms", "20", "community.change-streams", "on", "community.chunk-size", "4");
        try (CommunityFixture community = new CommunityFixture(stack, settings, MongoServer::enableOplog)) {
            await().atMost(PATIENCE).until(() -> community
                    .hub
                    .value("select count(*) from community.change_stream where state = 'following'")
                    .equals("3"));
            play(community);
            await("seed " + seed).atMost(PATIENCE).until(() -> actual(community).equals(expected(community)));
            verify(community);
        }
    }

    private void play(CommunityFixture community) throws Exception {
        Set<String> seen = new HashSet<>();
        for (int step = 0; step < STEPS; step++) {
            change(community);
            if (step % 40 == 20 && !streams) {
                community.hub.start("community-sweep");
            } else if (step % 40 == 30) {
                stopRoutes(community);
            } else if (step % 40 == 35) {
                startRoutes(community);
            }
            if (step == STEPS / 2) {
                community.hub.stop();
            } else if (step == STEPS / 2 + 15) {
                community.hub.start();
            }
            if (step % 50 == 49) {
                List<String> now = community.hub.rows("select user_id from community.users");
                assertThat(now).as("seed %d: nothing is ever deleted", seed).containsAll(seen);
                seen.addAll(now);
            }
        }
        startRoutes(community);
    }

    private static void stopRoutes(CommunityFixture community) throws Exception {
        for (String route : ROUTES) {
            community.hub.application().camel().getRouteController().stopRoute(route);
        }
    }

    private static void startRoutes(CommunityFixture community) throws Exception {
        for (int i = ROUTES.size() - 1; i >= 0; i--) {
            community.hub.application().camel().getRouteController().startRoute(ROUTES.get(i));
        }
    }

    /** One change of the source: what comes or is rewritten as often as what goes or shrinks. */
    private void change(CommunityFixture community) {
        ObjectId id = ids.get(random.nextInt(ids.size()));
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> put(community.users(), newUser(id));
            case 3 -> put(community.groups(), new Document("_id", id).append("healthCoach", word()));
            case 4, 5 -> put(community.messages(), newLetters(id));
            case 6 -> community.users().deleteOne(Filters.eq(id));
            case 7 -> (random.nextBoolean() ? community.groups() : community.messages()).deleteOne(Filters.eq(id));
            case 8 -> rewrite(community.messages(), id, this::loseMessage);
            case 9 -> rewrite(community.messages(), id, this::addMessage);
            case 10 -> rewrite(community.users(), id, this::replaceInvoices);
            default -> rewrite(community.users(), id, user -> user.put("age", random.nextBoolean() ? "old" : number()));
        }
    }

    private void put(MongoCollection<Document> collection, Document document) {
        if (streams) { // of a write to a document that is there this server does not tell which it was
            collection.deleteOne(Filters.eq(document.get("_id")));
            collection.insertOne(document);
        } else {
            collection.replaceOne(Filters.eq(document.get("_id")), document, new ReplaceOptions().upsert(true));
        }
    }

    private void rewrite(MongoCollection<Document> collection, ObjectId id, Consumer<Document> change) {
        Document document = collection.find(Filters.eq(id)).first();
        if (document != null) {
            change.accept(document);
            put(collection, document);
        }
    }

    private void loseMessage(Document document) {
        List<Document> messages = document.getList("messages", Document.class);
        if (!messages.isEmpty()) {
            messages.remove(random.nextInt(messages.size()));
        }
    }

    private void addMessage(Document document) {
        document.getList("messages", Document.class).add(message(number(), word()));
    }

    private void replaceInvoices(Document user) {
        if (user.get("subscriptions") instanceof Document subscription) {
            subscription.put("invoices", invoices());
        }
    }

    private Document newUser(ObjectId id) {
        List<Document> subscriptions = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            // Of a pool that the user has, so that they come back and change their places.
            ObjectId key = new ObjectId("%02x".formatted(i + 4 * random.nextInt(2))
                    + id.toHexString().substring(2));
            String plan = random.nextBoolean() ? "1234" : "1235";
            subscriptions.add(subscription(key, plan, invoices().toArray(Document[]::new)));
        }
        Object stored = subscriptions.size() == 1 && random.nextBoolean() ? subscriptions.get(0) : subscriptions;
        return user(id, stored).append("firstname", word());
    }

    private List<Document> invoices() {
        return random.ints(random.nextInt(4), 1, 100)
                .mapToObj(amount -> invoice(amount, amount))
                .toList();
    }

    private Document newLetters(ObjectId id) {
        Document[] letters = random.ints(random.nextInt(4), 1, 100)
                .mapToObj(at -> message(at, word()))
                .toArray(Document[]::new);
        return messages(id, ids.get(random.nextInt(ids.size())), ids.get(random.nextInt(ids.size())), letters);
    }

    private int number() {
        return 1 + random.nextInt(90);
    }

    private String word() {
        return "w" + random.nextInt(50);
    }

    private void verify(CommunityFixture community) throws Exception {
        assertThat(actual(community)).as("seed %d", seed).isEqualTo(expected(community));
        try (PlainMarts marts = new PlainMarts(community.hub)) {
            assertThat(marts.differences()).as("seed %d: counts and rows", seed).isEmpty();
        }
        assertThat(community.hub.run("community-reconcile")).as("seed %d", seed).contains("state=succeeded");
        assertThat(community.hub.rows(
                        "select document_id from community.document where rejected and deleted_at is null order by 1"))
                .as("seed %d: those with an age that is none", seed)
                .containsExactlyElementsOf(rejected(community));
        assertThat(community.catchUp()).as("seed %d", seed).last().asString().contains(" 0 not loaded");
        assertThat(actual(community)).as("seed %d: after older objects", seed).isEqualTo(expected(community));
    }

    private static List<String> rejected(CommunityFixture community) {
        return community
                .users()
                .find(Filters.type("age", "string"))
                .map(user -> user.getObjectId("_id").toHexString())
                .into(new TreeSet<>())
                .stream()
                .toList();
    }

    /** Rows of the documents that are there and good, straight from the documents. */
    private static Set<String> expected(CommunityFixture community) {
        Set<String> rows = new TreeSet<>();
        for (Document user : community.users().find()) {
            if (!(user.get("age") instanceof String)) {
                rows.add("user %s|%s|%s".formatted(user.get("_id"), user.get("firstname"), user.get("age")));
                addSubscriptions(user, rows);
            }
        }
        for (Document group : community.groups().find()) {
            rows.add("group %s|%s".formatted(group.get("_id"), group.get("healthCoach")));
        }
        for (Document document : community.messages().find()) {
            int ordinal = 0;
            for (Document message : document.getList("messages", Document.class)) {
                rows.add("message %s|%d|%s|%s|%s"
                        .formatted(
                                document.get("_id"),
                                ordinal++,
                                document.get("userId"),
                                document.get("groupId"),
                                message.get("message")));
            }
        }
        return rows;
    }

    private static void addSubscriptions(Document user, Set<String> rows) {
        Object stored = user.get("subscriptions");
        List<?> subscriptions = stored instanceof List<?> several ? several : List.of(stored);
        for (int place = 0; place < subscriptions.size(); place++) {
            Document subscription = (Document) subscriptions.get(place);
            Object key = subscription.get("subscriptionID");
            Document plan = subscription.get("planType", Document.class);
            rows.add("subscription %s|%s|%d|%s".formatted(key, user.get("_id"), place, plan.get("planID")));
            List<Document> invoices = subscription.getList("invoices", Document.class);
            for (int i = 0; i < invoices.size(); i++) {
                rows.add("invoice %s|%d|%s|%s"
                        .formatted(key, i, user.get("_id"), invoices.get(i).get("amount")));
            }
        }
    }

    /** The same of the tables. */
    private static Set<String> actual(CommunityFixture community) throws Exception {
        Set<String> rows = new TreeSet<>();
        add(rows, community, "user", "select user_id, first_name, age from community.users t where %s");
        add(
                rows,
                community,
                "subscription",
                "select subscription_id, user_id, ordinal, plan_id from community.subscriptions t where %s");
        add(
                rows,
                community,
                "invoice",
                "select subscription_id, ordinal, user_id, amount from community.invoices t where %s");
        community
                .hub
                .rows("select group_id, health_coach from community.groups where deleted_at is null")
                .forEach(row -> rows.add("group " + row));
        community
                .hub
                .rows(
                        "select document_id, ordinal, user_id, group_id, message from community.messages where deleted_at is null")
                .forEach(row -> rows.add("message " + row));
        return rows;
    }

    private static void add(Set<String> rows, CommunityFixture community, String name, String query) throws Exception {
        String good =
                "t.deleted_at is null and not exists (select from community.document d where d.collection = 'users'"
                        + " and d.document_id = t.user_id and d.rejected and d.deleted_at is null)";
        community.hub.rows(query.formatted(good)).forEach(row -> rows.add(name + " " + row));
    }
}
