package dev.serai.simulators.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Sorts;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommunitySourceTest {

    /** A day is 20 seconds, as is a tick; 10 sign-ups a day. */
    private static final CommunityPace PACE = new CommunityPace(10, 20, 20, LocalDate.of(2020, 6, 1), 0);

    private static final int DAY = 20;
    private static final Instant REAL = Instant.parse("2026-11-20T09:00:00Z");

    private MongoClient client;
    private MongoDatabase database;

    @BeforeAll
    void connect(LocalStack stack) {
        client = MongoClients.create(stack.settings().get("community.mongo.url"));
        database = client.getDatabase("fakeData");
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
    void a_user_a_group_and_messages_have_the_fields_and_types_of_the_original_in_its_order() {
        source(1).seconds(2 * DAY);

        Document user = users().get(0);
        assertThat(shape(user))
                .isEqualTo("_id:ObjectId firstname:String lastname:String age:Integer gender:String country:String"
                        + " postCode:String signUpDate:Date subscriptions:Document groupId:ObjectId"
                        + " fakeDataHelpers:Document");
        Document subscription = user.get("subscriptions", Document.class);
        assertThat(shape(subscription))
                .isEqualTo("_id:ObjectId subscriptionID:ObjectId startDate:Date planType:Document invoices:ArrayList");
        assertThat(shape(subscription.get("planType", Document.class)))
                .isEqualTo("_id:ObjectId planID:String planDescription:String planCost:Integer currency:String"
                        + " planLength:Integer planLengthUnits:String paymentType:String");
        assertThat(shape(user.get("fakeDataHelpers", Document.class))).isEqualTo("messagesPerDay:Integer");
        Document invoice = invoicesOfAll().values().stream()
                .filter(invoices -> !invoices.isEmpty())
                .findFirst()
                .orElseThrow()
                .get(0);
        assertThat(shape(invoice)).isEqualTo("_id:ObjectId amount:Integer currency:String info:Document");
        assertThat(shape(invoice.get("info", Document.class))).isEqualTo("status:String date:Date");
        assertThat(shape(all("groups").get(0))).isEqualTo("_id:ObjectId startDate:Date healthCoach:String");
        Document messages = all("messages").get(0);
        assertThat(shape(messages))
                .isEqualTo("_id:ObjectId userId:ObjectId groupId:ObjectId latestMessageDate:Date messages:ArrayList");
        assertThat(shape(messages.getList("messages", Document.class).get(0)))
                .isEqualTo("messageDate:Date message:String");
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "groups", "messages"})
    void the_shapes_are_those_of_the_recorded_documents(String collection) throws IOException {
        Path recorded = Path.of("../shared/fixtures/community/t00810s", collection + ".ejsonl");
        assumeThat(recorded)
                .as("recorded third-party data are not part of the project")
                .exists();
        source(1).seconds(2 * DAY);
        Document invented = all(collection).stream()
                .max(Comparator.comparingInt(document -> deepShape(document).length()))
                .orElseThrow();

        Document original = Files.readAllLines(recorded).stream()
                .map(Document::parse)
                .max(Comparator.comparingInt(document -> deepShape(document).length()))
                .orElseThrow();

        assertThat(deepShape(invented)).isEqualTo(deepShape(original));
    }

    @Test
    void as_many_sign_up_as_a_poisson_process_of_ten_a_day_has() {
        CommunityPace noTicks = new CommunityPace(10, 20, 1_000_000, LocalDate.of(2020, 6, 1), 0);
        source(2, noTicks).seconds(100 * DAY);

        List<Document> users = users();
        // 1,000 expected, standard deviation 32
        assertThat(users.size()).isCloseTo(1_000, within(130));
        Map<Instant, Integer> perSecond = new HashMap<>();
        users.forEach(user -> perSecond.merge(signUp(user), 1, Integer::sum));
        // 0.5 a second: 607 of 1,000 seconds without, 90 of 1,000 with two or more
        assertThat(perSecond.size()).isCloseTo(787, within(100));
        assertThat(perSecond.values().stream().filter(n -> n > 1).count()).isCloseTo(180, within(60L));
        assertThat(users)
                .allSatisfy(user -> assertThat(Duration.between(Instant.parse("2020-06-01T00:00:00Z"), signUp(user))
                                .toMinutes())
                        .isPositive()
                        .satisfies(minutes -> assertThat(minutes % 72).isZero()));
    }

    @Test
    void what_is_random_spreads_over_all_there_is() {
        source(3, new CommunityPace(1_000, 20, 1_000_000, LocalDate.of(2020, 6, 1), 0))
                .seconds(2 * DAY);

        List<Document> users = users();
        assertThat(users.stream()
                        .map(user -> user.getString("country"))
                        .distinct()
                        .count())
                .isGreaterThan(240)
                .isLessThanOrEqualTo(249);
        assertThat(users).allMatch(user -> user.getString("postCode").matches("[A-Z]{2}[0-9][A-Z]? [0-9][A-Z]{2}"));
        assertThat(users.stream().map(user -> user.getString("gender")).distinct())
                .containsExactlyInAnyOrder("Male", "Female");
        assertThat(users).allMatch(user -> user.getInteger("age") >= 18 && user.getInteger("age") <= 65);
        assertThat(users.stream()
                        .map(user -> planType(user).toString().replaceFirst("_id=\\w+, ", ""))
                        .distinct())
                .hasSize(4)
                .allMatch(plan -> plan.contains("planLength=3, planLengthUnits=months"));
        assertThat(users.stream().map(user -> planType(user).get("_id")).distinct())
                .hasSameSizeAs(users);
    }

    @Test
    void a_group_starts_on_one_of_the_three_mondays_after_a_sign_up_and_is_shared() {
        source(4).seconds(10 * DAY);

        Map<Object, Document> groups = new HashMap<>();
        all("groups").forEach(group -> groups.put(group.get("_id"), group));
        assertThat(groups.size()).isLessThanOrEqualTo(5);
        assertThat(users()).hasSizeGreaterThan(50).allSatisfy(user -> {
            Document group = Objects.requireNonNull(groups.get(user.get("groupId")));
            Instant start = group.getDate("startDate").toInstant();
            assertThat(user.get("subscriptions", Document.class)
                            .getDate("startDate")
                            .toInstant())
                    .isEqualTo(start);
            assertThat(start)
                    .isAfter(signUp(user))
                    .isBeforeOrEqualTo(signUp(user).plus(Duration.ofDays(21)));
            assertThat(start.toString()).endsWith("T00:00:00Z");
            assertThat(Duration.between(Instant.parse("2020-06-01T00:00:00Z"), start)
                                    .toDays()
                            % 7)
                    .isZero();
        });
    }

    @Test
    void every_tick_replaces_all_invoices_with_equal_ones_under_fresh_ids() {
        CommunitySource source = source(5);
        source.seconds(40 * DAY);
        Map<Object, List<Document>> before = invoicesOfAll();
        source.seconds(DAY - 1);
        assertThat(ids(invoicesOfAll())).isSubsetOf(ids(before)).hasSizeGreaterThan(100);

        source.second();

        Map<Object, List<Document>> after = invoicesOfAll();
        assertThat(ids(after)).doesNotContainAnyElementsOf(ids(before));
        before.forEach((user, invoices) -> assertThat(withoutIds(Objects.requireNonNull(after.get(user))))
                .hasSizeGreaterThanOrEqualTo(invoices.size())
                .startsWith(withoutIds(invoices).toArray(String[]::new)));
    }

    @Test
    void an_upfront_plan_is_invoiced_once_at_the_sign_up() {
        source(6).seconds(5 * DAY);

        List<Document> upfront = users().stream()
                .filter(user -> planType(user).getString("planID").equals("1235"))
                .toList();
        assertThat(upfront).isNotEmpty().allSatisfy(user -> assertThat(withoutIds(invoices(user)))
                .containsExactly("150 GBP settled " + signUp(user)));
    }

    @Test
    void a_monthly_plan_is_invoiced_a_month_after_its_start_and_dated_back() {
        CommunityFactory factory = factory();
        Instant signUp = Instant.parse("2020-06-01T16:48:00Z");
        Instant start = Instant.parse("2020-06-15T00:00:00Z");

        assertThat(monthly(factory, signUp, start, "2020-07-14T23:59:59Z")).isEmpty();
        assertThat(monthly(factory, signUp, start, "2020-07-15T00:00:00Z"))
                .containsExactly("30 GBP settled 2020-06-01T16:48:00Z");
        assertThat(monthly(factory, signUp, start, "2020-08-15T00:00:00Z"))
                .containsExactly("30 GBP settled 2020-06-01T16:48:00Z", "30 GBP settled 2020-07-15T00:00:00Z");
        assertThat(monthly(factory, signUp, start, "2021-08-15T00:00:00Z"))
                .containsExactly(
                        "30 GBP settled 2020-06-01T16:48:00Z",
                        "30 GBP settled 2020-07-15T00:00:00Z",
                        "30 GBP settled 2020-08-15T00:00:00Z");
    }

    @Test
    void messages_are_appended_in_order_at_each_ones_rate_and_run_ahead() {
        CommunitySource source = source(7);
        source.seconds(30 * DAY);
        Map<Object, List<Document>> before = messagesOfAll();

        source.seconds(DAY);

        Map<Object, List<Document>> after = messagesOfAll();
        before.forEach((id, messages) -> assertThat(after.get(id)).startsWith(messages.toArray(Document[]::new)));
        long ahead = 0;
        long count = 0;
        for (List<Document> messages : after.values()) {
            List<Date> dates = messages.stream()
                    .map(message -> message.getDate("messageDate"))
                    .toList();
            assertThat(dates).isSorted();
            count += dates.size();
            ahead += dates.stream()
                    .filter(date -> date.toInstant().isAfter(source.now()))
                    .count();
        }
        assertThat(100.0 * ahead / count).isBetween(5.0, 40.0);
        List<Document> slow = writers(1);
        List<Document> quick = writers(10);
        // of a day's messages one more than the rate: the one that passes the end of the tick
        assertThat(mean(slow)).isCloseTo(2, within(0.5));
        assertThat(mean(quick)).isCloseTo(11, within(1.0));
    }

    @Test
    void everybody_has_one_messages_document_from_the_first_tick_on() {
        CommunitySource source = source(8);
        source.seconds(3 * DAY);

        assertThat(all("messages"))
                .extracting(document -> document.get("userId"))
                .containsExactlyInAnyOrderElementsOf(
                        users().stream().map(user -> user.get("_id")).toList());
    }

    @Test
    void nobody_writes_after_the_end_of_the_plan() {
        CommunitySource source = source(9, new CommunityPace(0.2, 20, 20, LocalDate.of(2020, 6, 1), 5));
        source.seconds(200 * DAY);
        Map<Object, List<Document>> before = messagesOfAll();
        assertThat(before).hasSize(5);

        source.seconds(30 * DAY);

        assertThat(messagesOfAll()).isEqualTo(before);
    }

    @Test
    void nobody_signs_up_once_there_are_as_many_as_wanted() {
        source(10, new CommunityPace(100, 20, 20, LocalDate.of(2020, 6, 1), 7)).seconds(DAY);

        // those of the last second come all or not at all
        assertThat(users().size()).isBetween(7, 20);
        source(11, new CommunityPace(100, 20, 20, LocalDate.of(2020, 6, 1), 7)).seconds(DAY);
        assertThat(users().size()).isLessThanOrEqualTo(20);
    }

    @Test
    void after_a_restart_its_time_goes_on_from_the_newest_sign_up_and_arrays_shrink() {
        CommunityPace nobodyElse = new CommunityPace(0, 20, 20, LocalDate.of(2020, 5, 1), 0);
        Instant signUp = Instant.parse("2020-06-01T16:48:00Z");
        Document group = factory().group(Instant.parse("2020-06-15T00:00:00Z"));
        Document user = factory().user(signUp, group);
        user.get("subscriptions", Document.class).put("planType", Plan.CORE_NO_TECH_MONTHLY.document(new ObjectId()));
        database.getCollection("users").insertOne(user);
        CommunitySource first = source(12, nobodyElse);
        assertThat(first.now()).isEqualTo(signUp);
        first.seconds(80 * DAY);
        assertThat(first.now()).isEqualTo(signUp.plus(Duration.ofDays(80)));
        assertThat(invoices(users().get(0))).hasSize(2);

        CommunitySource second = source(13, nobodyElse);

        assertThat(second.now()).isEqualTo(signUp);
        second.seconds(45 * DAY);
        assertThat(invoices(users().get(0))).hasSize(1);
    }

    @Test
    void the_same_seed_gives_the_same_documents_and_another_one_others() {
        source(14).seconds(3 * DAY);
        List<String> first = json();
        database.drop();
        source(14).seconds(3 * DAY);
        assertThat(json()).isEqualTo(first);
        database.drop();
        source(15).seconds(3 * DAY);
        assertThat(json()).isNotEqualTo(first);
    }

    @Test
    void ids_grow_with_time() {
        source(16).seconds(3 * DAY);
        List<ObjectId> ids =
                users().stream().map(user -> user.getObjectId("_id")).toList();
        List<Instant> signUps =
                users().stream().map(CommunitySourceTest::signUp).toList();
        assertThat(ids).isSorted();
        assertThat(signUps).isSorted();
    }

    @Test
    void more_documents_than_a_batch_are_all_written() {
        CommunityBulk.fill(database, 1_700, 10, 3_000, Instant.parse("2020-06-01T00:00:00Z"), 1);
        // as if the newest had begun yesterday: their plans are not over
        CommunitySource source = source(17);
        Map<Object, List<Document>> before = invoicesOfAll();

        source.seconds(DAY);

        Map<Object, List<Document>> after = invoicesOfAll();
        assertThat(after.keySet()).containsAll(before.keySet());
        assertThat(ids(after)).hasSizeGreaterThan(1_700).doesNotContainAnyElementsOf(ids(before));
    }

    @Test
    void the_bulk_has_as_many_as_asked_for_in_the_same_shapes() {
        CommunityBulk.fill(database, 1_500, 7, 3_100, Instant.parse("2022-06-01T00:00:00Z"), 1);

        assertThat(users()).hasSize(1_500);
        assertThat(all("groups")).hasSize(7);
        assertThat(messagesOfAll().values().stream().mapToInt(List::size).sum()).isEqualTo(3_100);
        Document bulk = users().get(0);
        database.drop();
        source(18).seconds(DAY);
        assertThat(shape(bulk)).isEqualTo(shape(users().get(0)));
    }

    private CommunitySource source(long seed) {
        return source(seed, PACE);
    }

    private CommunitySource source(long seed, CommunityPace pace) {
        return new CommunitySource(database, pace, new SplittableRandom(seed), InstantSource.fixed(REAL));
    }

    private static CommunityFactory factory() {
        return new CommunityFactory(
                new Chance(new SplittableRandom(1)),
                new SequentialIds(InstantSource.fixed(REAL), new SplittableRandom(1)));
    }

    private List<Document> users() {
        return database.getCollection("users")
                .find()
                .sort(Sorts.ascending("_id"))
                .into(new ArrayList<>());
    }

    private List<Document> all(String collection) {
        return database.getCollection(collection).find().into(new ArrayList<>());
    }

    private List<String> json() {
        List<String> json = new ArrayList<>();
        for (String collection : List.of("users", "groups", "messages")) {
            all(collection).forEach(document -> json.add(document.toJson()));
        }
        return json;
    }

    private Map<Object, List<Document>> invoicesOfAll() {
        Map<Object, List<Document>> invoices = new HashMap<>();
        users().forEach(user -> invoices.put(user.get("_id"), invoices(user)));
        return invoices;
    }

    private Map<Object, List<Document>> messagesOfAll() {
        Map<Object, List<Document>> messages = new HashMap<>();
        all("messages")
                .forEach(document -> messages.put(document.get("_id"), document.getList("messages", Document.class)));
        return messages;
    }

    /** The messages documents of those who write so often a day. */
    private List<Document> writers(int perDay) {
        Set<Object> writers = new HashSet<>();
        users().stream()
                .filter(user -> user.get("fakeDataHelpers", Document.class).getInteger("messagesPerDay") == perDay)
                .forEach(user -> writers.add(user.get("_id")));
        return all("messages").stream()
                .filter(document -> writers.contains(document.get("userId")))
                .toList();
    }

    /** Messages per tick since the first, over documents that have had ten ticks at least. */
    private double mean(List<Document> documents) {
        Map<Object, Instant> signUps = new HashMap<>();
        users().forEach(user -> signUps.put(user.get("_id"), signUp(user)));
        Instant end = Instant.parse("2020-07-02T00:00:00Z");
        double messages = 0;
        double ticks = 0;
        for (Document document : documents) {
            Duration since = Duration.between(signUps.get(document.get("userId")), end);
            if (since.toDays() >= 10) {
                messages += document.getList("messages", Document.class).size();
                ticks += Math.floor(since.toSeconds() / 86_400.0) + 1;
            }
        }
        return messages / ticks;
    }

    private static List<String> monthly(CommunityFactory factory, Instant signUp, Instant start, String now) {
        return withoutIds(factory.invoices(Plan.CORE_NO_TECH_MONTHLY, signUp, start, Instant.parse(now)));
    }

    private static Instant signUp(Document user) {
        return user.getDate("signUpDate").toInstant();
    }

    private static Document planType(Document user) {
        return user.get("subscriptions", Document.class).get("planType", Document.class);
    }

    private static List<Document> invoices(Document user) {
        return user.get("subscriptions", Document.class).getList("invoices", Document.class);
    }

    private static Set<Object> ids(Map<Object, List<Document>> invoices) {
        Set<Object> ids = new HashSet<>();
        invoices.values().forEach(some -> some.forEach(invoice -> ids.add(invoice.get("_id"))));
        return ids;
    }

    private static List<String> withoutIds(List<Document> invoices) {
        return invoices.stream()
                .map(invoice -> "%s %s %s %s"
                        .formatted(
                                invoice.get("amount"),
                                invoice.get("currency"),
                                invoice.get("info", Document.class).get("status"),
                                invoice.get("info", Document.class)
                                        .getDate("date")
                                        .toInstant()))
                .toList();
    }

    /** Its fields in their order, each with its type. */
    private static String shape(Document document) {
        List<String> fields = new ArrayList<>();
        document.forEach(
                (name, value) -> fields.add(name + ":" + value.getClass().getSimpleName()));
        return String.join(" ", fields);
    }

    /** As {@link #shape}, with what is inside of objects and of the first element of arrays. */
    private static String deepShape(Object value) {
        if (value instanceof Document document) {
            List<String> fields = new ArrayList<>();
            document.forEach((name, inner) -> fields.add(name + ":" + deepShape(inner)));
            return fields.toString();
        }
        if (value instanceof List<?> list) {
            return "[" + (list.isEmpty() ? "" : deepShape(list.get(0))) + "]";
        }
        return value.getClass().getSimpleName();
    }
}
