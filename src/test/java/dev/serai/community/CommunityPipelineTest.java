package dev.serai.community;

import static dev.serai.community.CommunityFixture.invoice;
import static dev.serai.community.CommunityFixture.message;
import static dev.serai.community.CommunityFixture.messages;
import static dev.serai.community.CommunityFixture.subscription;
import static dev.serai.community.CommunityFixture.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From documents to rows: what changes in the source changes in the tables, and nothing else does. */
@WithStack
class CommunityPipelineTest {

    private static final ObjectId USER = new ObjectId("5fb23f9e86c270918e7c69de");
    private static final ObjectId OTHER = new ObjectId("5fb23fd586c270918e7c69e6");
    private static final ObjectId GROUP = new ObjectId("5fb23f9e86c270918e7c69dd");
    private static final ObjectId SUBSCRIPTION = new ObjectId("5fb23f9e86c270918e7c69dc");
    private static final ObjectId SECOND = new ObjectId("5fb23f9e86c270918e7c69db");
    private static final ObjectId LETTERS = new ObjectId("5fb23fa486c270918e7c69df");

    private CommunityFixture community;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        community = new CommunityFixture(stack, Map.of());
    }

    @AfterEach
    void stop() {
        community.close();
    }

    @Test
    void a_user_a_group_and_messages_become_rows_with_their_types() throws Exception {
        community.users().insertOne(user(USER, subscription(SUBSCRIPTION, "1234", invoice(40, 1_591_030_080_000L))));
        community.groups().insertOne(new Document("_id", GROUP).append("healthCoach", "Daisy E"));
        community
                .messages()
                .insertOne(messages(LETTERS, USER, GROUP, message(1_591_042_539_622L, "hi"), message(1L, "ho")));

        assertThat(community.sweep()).contains("state=succeeded read=3 inserted=3 updated=0 unchanged=0 rejected=0");

        assertThat(
                        community.hub.rows(
                                "select user_id, first_name, last_name, age, gender, country, post_code, sign_up_at at time zone 'UTC', group_id, extra from community.users"))
                .containsExactly(
                        "5fb23f9e86c270918e7c69de|Ada|O'Neil|41|Female|GB|LE3 9PX|2020-06-01 16:48:00|5fb23f9e86c270918e7c69dd|null");
        assertThat(
                        community.hub.rows(
                                "select subscription_id, user_id, ordinal, plan_id, start_at at time zone 'UTC', plan_cost, currency, plan_length, plan_length_unit, payment_type from community.subscriptions"))
                .containsExactly(
                        "5fb23f9e86c270918e7c69dc|5fb23f9e86c270918e7c69de|0|1234|2020-06-15 00:00:00|120|GBP|3|months|repeat");
        assertThat(community.hub.rows("select plan_id, description, cost, subscription_id from community.plans"))
                .containsExactly("1234|Core1234|120|5fb23f9e86c270918e7c69dc");
        assertThat(
                        community.hub.rows(
                                "select subscription_id, ordinal, user_id, amount, currency, status, invoice_at at time zone 'UTC' from community.invoices"))
                .containsExactly(
                        "5fb23f9e86c270918e7c69dc|0|5fb23f9e86c270918e7c69de|40|GBP|settled|2020-06-01 16:48:00");
        assertThat(community.hub.rows("select group_id, start_at, health_coach from community.groups"))
                .containsExactly("5fb23f9e86c270918e7c69dd|null|Daisy E");
        assertThat(
                        community.hub.rows(
                                "select document_id, ordinal, user_id, group_id, message_at at time zone 'UTC', message from community.messages order by 2"))
                .containsExactly(
                        "5fb23fa486c270918e7c69df|0|5fb23f9e86c270918e7c69de|5fb23f9e86c270918e7c69dd|2020-06-01 20:15:39.622|hi",
                        "5fb23fa486c270918e7c69df|1|5fb23f9e86c270918e7c69de|5fb23f9e86c270918e7c69dd|1970-01-01 00:00:00.001|ho");
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded read=7");
    }

    @Test
    void every_changed_document_is_landed_as_canonical_extended_json_before_it_is_loaded() throws Exception {
        community
                .users()
                .insertOne(user(USER, subscription(SUBSCRIPTION, "1234")).append("age", 41L));
        community.sweep();
        community.sweep();

        List<String> keys = community.hub.keys("community-data");
        assertThat(keys).singleElement().asString().startsWith("raw/dt=").endsWith(".json");
        String landed = new String(community.hub.object("community-data", keys.get(0)), StandardCharsets.UTF_8);
        assertThat(landed)
                .contains("\"age\": {\"$numberLong\": \"41\"}")
                .contains("\"signUpDate\": {\"$date\": {\"$numberLong\": \"1591030080000\"}}")
                .contains("{\"$oid\": \"5fb23f9e86c270918e7c69dc\"}");
        assertThat(community.hub.value("select raw_object from community.users"))
                .isEqualTo("s3://community-data/" + keys.get(0));
    }

    @Test
    void invoices_that_are_rewritten_with_fresh_ids_change_nothing() throws Exception {
        community.users().insertOne(user(USER, subscription(SUBSCRIPTION, "1234", invoice(40, 1), invoice(40, 2))));
        community.sweep();
        List<String> before = community.hub.rows("select t::text from community.invoices t order by 1");

        for (int tick = 0; tick < 3; tick++) {
            community
                    .users()
                    .updateOne(
                            Filters.eq(USER),
                            Updates.combine(
                                    Updates.set("subscriptions.invoices", List.of(invoice(40, 1), invoice(40, 2))),
                                    Updates.set("subscriptions.planType._id", new ObjectId())));
            assertThat(community.sweep()).contains("state=succeeded read=0");
        }

        assertThat(community.hub.rows("select t::text from community.invoices t order by 1"))
                .isEqualTo(before)
                .hasSize(2);
        assertThat(community.hub.keys("community-data")).hasSize(1);
    }

    @Test
    void a_new_invoice_is_one_new_row_and_the_others_stay_as_they_are() throws Exception {
        community.users().insertOne(user(USER, subscription(SUBSCRIPTION, "1234", invoice(40, 1))));
        community.sweep();
        String first = community.hub.value("select t::text from community.invoices t");

        community
                .users()
                .updateOne(
                        Filters.eq(USER),
                        Updates.set("subscriptions.invoices", List.of(invoice(40, 1), invoice(50, 2))));
        assertThat(community.sweep()).contains("read=1 inserted=0 updated=1");

        assertThat(community.hub.rows("select t::text from community.invoices t order by ordinal"))
                .hasSize(2)
                .startsWith(first);
    }

    @Test
    void rows_that_vanish_from_a_document_are_marked_and_come_back_to_life() throws Exception {
        community
                .users()
                .insertOne(user(
                        USER,
                        List.of(
                                subscription(SUBSCRIPTION, "1234", invoice(40, 1), invoice(50, 2)),
                                subscription(SECOND, "1235", invoice(60, 3)))));
        community.messages().insertOne(messages(LETTERS, USER, GROUP, message(1, "a"), message(2, "b")));
        community.sweep();
        List<String> whole = community.content();

        community
                .users()
                .updateOne(
                        Filters.eq(USER),
                        Updates.set("subscriptions", subscription(SUBSCRIPTION, "1234", invoice(40, 1))));
        community.messages().updateOne(Filters.eq(LETTERS), Updates.set("messages", List.of(message(1, "a"))));
        community.sweep();

        assertThat(community.hub.rows("select amount, deleted_at is null from community.invoices order by 1"))
                .containsExactly("40|t", "50|f", "60|f");
        assertThat(community.hub.rows("select plan_id, deleted_at is null from community.subscriptions order by 1"))
                .containsExactly("1234|t", "1235|f");
        assertThat(community.hub.rows("select plan_id, deleted_at is null from community.plans order by 1"))
                .containsExactly("1234|t", "1235|f");
        assertThat(community.hub.rows("select message, deleted_at is null from community.messages order by 1"))
                .containsExactly("a|t", "b|f");
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");

        community
                .users()
                .updateOne(
                        Filters.eq(USER),
                        Updates.set(
                                "subscriptions",
                                List.of(
                                        subscription(SUBSCRIPTION, "1234", invoice(40, 1), invoice(50, 2)),
                                        subscription(SECOND, "1235", invoice(60, 3)))));
        community
                .messages()
                .updateOne(Filters.eq(LETTERS), Updates.set("messages", List.of(message(1, "a"), message(2, "b"))));
        community.sweep();

        assertThat(community.hub.value("select count(*) from community.invoices where deleted_at is null"))
                .isEqualTo("3");
        assertThat(community.content()).hasSameSizeAs(whole);
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");
    }

    @Test
    void a_deleted_document_marks_its_family_and_is_alive_again_when_it_returns() throws Exception {
        Document ada = user(USER, subscription(SUBSCRIPTION, "1234", invoice(40, 1)));
        community.users().insertMany(List.of(ada, user(OTHER, null)));
        community.groups().insertOne(new Document("_id", GROUP));
        community.sweep();
        List<String> before = community.content();

        community.users().deleteOne(Filters.eq(USER));
        assertThat(community.sweep()).contains("read=1 inserted=0 updated=1");
        for (String table : List.of("users", "subscriptions", "invoices", "plans")) {
            assertThat(community.hub.value(
                            "select count(*) from community.%s where deleted_at is not null".formatted(table)))
                    .as(table)
                    .isEqualTo("1");
        }
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");
        assertThat(community.sweep()).contains("read=0");

        community.users().insertOne(ada);
        community.sweep();
        assertThat(community.content()).isEqualTo(before);
    }

    @Test
    void one_bad_part_keeps_the_whole_family_out_and_no_other() throws Exception {
        community
                .users()
                .insertMany(List.of(
                        user(
                                USER,
                                subscription(
                                        SUBSCRIPTION,
                                        "1234",
                                        invoice(40, 1),
                                        invoice(40, 2).append("amount", "forty"))),
                        user(OTHER, subscription(SECOND, "1235"))));
        assertThat(community.sweep()).contains("state=succeeded read=2 inserted=1 updated=0 unchanged=0 rejected=1");

        assertThat(community.hub.rows("select user_id from community.users")).containsExactly(OTHER.toHexString());
        assertThat(community.hub.rows("select subscription_id from community.subscriptions"))
                .containsExactly(SECOND.toHexString());
        assertThat(community.hub.rows("select code, message from ops.dead_letter"))
                .containsExactly("USER_SUBSCRIPTIONS_INVOICES_AMOUNT_INVALID|user 5fb23f9e86c270918e7c69de: "
                        + "'subscriptions.invoices[1].amount' must be a number such as 120, was \"forty\"");
        assertThat(community.sweep()).as("known to be bad, so not landed again").contains("read=0");
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");

        community.hub.rows(
                "update ops.dead_letter set repaired = replace(payload, '\"forty\"', '{\"$numberInt\": \"41\"}')");
        assertThat(community.replay()).anyMatch(line -> line.contains("inserted=0 updated=1"));
        assertThat(community.hub.rows("select amount from community.invoices order by ordinal"))
                .containsExactly("40", "41");
        assertThat(community.hub.rows("select state from ops.dead_letter")).containsExactly("loaded");

        community.users().updateOne(Filters.eq(USER), Updates.set("subscriptions.invoices", List.of(invoice(42, 1))));
        assertThat(community.sweep()).contains("read=1 inserted=0 updated=1");
        assertThat(community.hub.rows("select amount from community.invoices where deleted_at is null"))
                .containsExactly("42");
    }

    @Test
    void a_document_that_turns_bad_keeps_its_last_good_rows() throws Exception {
        community.users().insertOne(user(USER, subscription(SUBSCRIPTION, "1234")));
        community.sweep();
        community
                .users()
                .updateOne(
                        Filters.eq(USER), Updates.combine(Updates.set("country", 44), Updates.set("firstname", "Eve")));

        assertThat(community.sweep()).contains("read=1 inserted=0 updated=0 unchanged=0 rejected=1");

        assertThat(community.hub.value("select first_name, country, deleted_at is null from community.users"))
                .isEqualTo("Ada|GB|t");
        assertThat(community.hub.value("select rejected from community.document"))
                .isEqualTo("t");
    }

    @Test
    void fields_that_no_column_knows_are_kept_and_reported() throws Exception {
        community
                .users()
                .insertOne(user(
                                USER,
                                subscription(
                                        SUBSCRIPTION, "1234", invoice(40, 1).append("vat", 8.5)))
                        .append("loyalty", new Document("tier", "silver").append("points", 7)));
        community
                .messages()
                .insertOne(messages(LETTERS, USER, GROUP, message(1, "a").append("likes", 3L))
                        .append("pinned", true));
        community.sweep();

        assertThat(community.hub.value("select extra from community.users"))
                .isEqualTo("{\"loyalty\": {\"tier\": \"silver\", \"points\": 7}}");
        assertThat(community.hub.value("select extra from community.invoices")).isEqualTo("{\"vat\": 8.5}");
        assertThat(community.hub.value("select extra from community.messages")).isEqualTo("{\"likes\": 3}");
        assertThat(community.hub.value("select extra from community.document where collection = 'messages'"))
                .isEqualTo("{\"pinned\": true, \"latestMessageDate\": \"2020-07-17T06:08:15.303Z\"}");
        assertThat(community.hub.rows(
                        "select collection, path, type, count, example from community.drift order by 1, 2"))
                .containsExactly(
                        "messages|messages.likes|long|1|{\"$numberLong\":\"3\"}",
                        "messages|pinned|bool|1|true",
                        "users|loyalty|object|1|{\"tier\":\"silver\",\"points\":{\"$numberInt\":\"7\"}}",
                        "users|subscriptions.invoices.vat|double|1|{\"$numberDouble\":\"8.5\"}");
    }

    @Test
    void a_field_that_is_kept_on_purpose_is_no_drift_but_what_is_new_beside_it_is() throws Exception {
        community
                .users()
                .insertMany(List.of(
                        user(USER, subscription(SUBSCRIPTION, "1234"))
                                .append("fakeDataHelpers", new Document("messagesPerDay", 3)),
                        user(OTHER, subscription(SECOND, "1234"))
                                .append("fakeDataHelpers", new Document("messagesPerDay", 2).append("mood", "good"))));
        community.sweep();

        assertThat(community.hub.rows("select extra from community.users order by 1"))
                .containsExactly(
                        "{\"fakeDataHelpers\": {\"messagesPerDay\": 3}}",
                        "{\"fakeDataHelpers\": {\"mood\": \"good\", \"messagesPerDay\": 2}}");
        assertThat(community.hub.rows("select collection, path, type, example from community.drift"))
                .containsExactly("users|fakeDataHelpers.mood|string|\"good\"");
    }

    @Test
    void missing_fields_are_null_and_several_subscriptions_are_several_rows() throws Exception {
        community
                .users()
                .insertMany(List.of(
                        new Document("_id", USER),
                        user(OTHER, List.of(subscription(SUBSCRIPTION, "1234"), subscription(SECOND, "1235")))
                                .append("gender", null)));
        assertThat(community.sweep()).contains("inserted=2 updated=0 unchanged=0 rejected=0");

        assertThat(community.hub.rows(
                        "select first_name, age, sign_up_at, group_id from community.users where user_id = ?",
                        USER.toHexString()))
                .containsExactly("null|null|null|null");
        assertThat(community.hub.rows("select user_id, ordinal from community.subscriptions order by 2"))
                .containsExactly(OTHER.toHexString() + "|0", OTHER.toHexString() + "|1");
    }

    @Test
    void a_second_document_for_a_pair_has_rows_of_its_own() throws Exception {
        community
                .messages()
                .insertMany(List.of(
                        messages(LETTERS, USER, GROUP, message(1, "a")),
                        messages(SECOND, USER, GROUP, message(1, "b"))));
        community.sweep();

        assertThat(
                        community.hub.value(
                                "select count(*), count(distinct document_id), count(distinct user_id) from community.messages"))
                .isEqualTo("2|2|1");
    }

    @Test
    void ids_of_any_type_are_told_apart_and_swept() throws Exception {
        List<Object> ids = List.of(
                USER,
                USER.toHexString(),
                5,
                -5L,
                7.5,
                "a'b",
                true,
                new Document("a", 1),
                new java.util.UUID(1, 2),
                new java.util.Date(5));
        for (Object id : ids) {
            community.groups().insertOne(new Document("_id", id).append("healthCoach", String.valueOf(id)));
        }
        assertThat(community.sweep()).contains("inserted=%d updated=0".formatted(ids.size()));
        assertThat(community.hub.value("select count(distinct group_id) from community.groups"))
                .isEqualTo(Integer.toString(ids.size()));
        assertThat(community.sweep()).contains("read=0");

        for (Object id : ids) {
            community.groups().updateOne(Filters.eq(id), Updates.set("healthCoach", "x"));
        }
        assertThat(community.sweep()).contains("updated=%d".formatted(ids.size()));
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");
        community.groups().deleteMany(new Document());
        assertThat(community.sweep()).contains("updated=%d".formatted(ids.size()));
        assertThat(community.hub.value("select count(*) from community.groups where deleted_at is null"))
                .isEqualTo("0");
    }

    @Test
    void a_document_of_5_mb_is_loaded_like_any_other() throws Exception {
        String text = "x".repeat(100_000);
        Document[] many = java.util.stream.IntStream.range(0, 50)
                .mapToObj(i -> message(i, text))
                .toArray(Document[]::new);
        community
                .messages()
                .insertMany(List.of(
                        messages(LETTERS, USER, GROUP, many), messages(SECOND, USER, GROUP, message(1, "small"))));
        assertThat(community.sweep()).contains("state=succeeded read=2 inserted=2");

        assertThat(community.hub.value(
                        "select count(*), sum(length(message)) from community.messages where document_id = ?",
                        LETTERS.toHexString()))
                .isEqualTo("50|5000000");
    }

    @Test
    void the_order_in_which_objects_are_loaded_does_not_matter() throws Exception {
        community.users().insertOne(user(USER, subscription(SUBSCRIPTION, "1234", invoice(40, 1), invoice(50, 2))));
        community.messages().insertOne(messages(LETTERS, USER, GROUP, message(1, "a")));
        community.sweep();
        community
                .users()
                .updateOne(
                        Filters.eq(USER),
                        Updates.set("subscriptions", subscription(SUBSCRIPTION, "1235", invoice(45, 1))));
        community.sweep();
        community.users().deleteOne(Filters.eq(USER));
        community.users().insertOne(user(OTHER, subscription(SECOND, "1234")));
        community.sweep();
        community.messages().updateOne(Filters.eq(LETTERS), Updates.push("messages", message(2, "b")));
        community.sweep();
        List<String> content = community.content();
        List<String> objects = community.hub.keys("community-data");
        assertThat(objects).hasSize(5);

        for (List<Integer> order : List.of(
                List.of(4, 3, 2, 1, 0), List.of(0, 3, 1, 4, 2), List.of(2, 0, 4, 3, 1), List.of(1, 1, 0, 3, 4, 2, 0))) {
            community.hub.rows(
                    "truncate community.document, community.users, community.subscriptions, community.plans, community.invoices, community.groups, community.messages, ops.load; delete from ops.watermark");
            for (int i : order) {
                community.load(objects.get(i));
            }
            assertThat(community.content()).as("order %s", order).isEqualTo(content);
        }
    }

    @Test
    void what_was_read_before_a_whole_sweep_is_too_old_to_be_loaded_after_it() throws Exception {
        community.groups().insertOne(new Document("_id", GROUP).append("healthCoach", "Daisy"));
        community.sweep();
        community.groups().updateOne(Filters.eq(GROUP), Updates.set("healthCoach", "Eve"));
        community.hub.rows(
                "create function community.fail() returns trigger language plpgsql as $$ begin raise 'no'; end $$;"
                        + " create trigger fail before update on community.groups for each row execute function community.fail()");
        assertThat(community.sweep()).contains("state=failed");
        community.hub.rows("drop trigger fail on community.groups");
        community.groups().updateOne(Filters.eq(GROUP), Updates.set("healthCoach", "Daisy"));
        assertThat(community.sweep()).as("as it was loaded").contains("read=0");

        assertThat(community.catchUp()).contains("landed objects of community: 0 not loaded");
        assertThat(community.hub.value("select health_coach from community.groups"))
                .isEqualTo("Daisy");
    }

    @Test
    void a_plan_is_what_the_subscription_that_started_last_says() throws Exception {
        Document old = subscription(SUBSCRIPTION, "1234");
        Document young = subscription(SECOND, "1234").append("startDate", new java.util.Date(1_600_000_000_000L));
        young.get("planType", Document.class).append("planCost", 130);
        community.users().insertMany(List.of(user(USER, young), user(OTHER, old)));
        community.sweep();
        assertThat(community.hub.rows("select cost, subscription_id from community.plans"))
                .containsExactly("130|" + SECOND);

        community.users().updateOne(Filters.eq(OTHER), Updates.set("firstname", "Eve"));
        community.sweep();
        assertThat(community.hub.rows("select cost from community.plans")).containsExactly("130");

        community.users().deleteOne(Filters.eq(USER));
        community.sweep();
        assertThat(community.hub.rows("select cost, deleted_at is null from community.plans"))
                .containsExactly("120|t");
    }

    @Test
    void now_is_the_newest_sign_up_or_the_clock() throws Exception {
        assertThat(community.hub.value("select community.now() between now() - interval '1 minute' and now()"))
                .isEqualTo("t");
        community.users().insertOne(user(USER, null));
        community.sweep();
        assertThat(community.hub.value("select community.now() at time zone 'UTC'"))
                .isEqualTo("2020-06-01 16:48:00");
        community.hub.rows("update community.clock set mode = 'wall'");
        assertThat(community.hub.value("select community.now() = now()")).isEqualTo("t");
    }
}
