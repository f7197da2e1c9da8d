package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import dev.serai.simulators.community.CommunityPace;
import dev.serai.simulators.community.CommunitySource;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the tables hold after each failure that the simulated community can be told to have. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommunitySwitchesTest {

    private static final int DAY = 20;

    private CommunityFixture community;
    private CommunitySource source;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        community = new CommunityFixture(stack, Map.of());
        source = new CommunitySource(
                community.database,
                new CommunityPace(10, DAY, DAY, LocalDate.of(2020, 6, 1), 0),
                new SplittableRandom(7),
                InstantSource.system());
        source.seconds(4 * DAY);
        assertThat(community.sweep()).contains("state=succeeded").contains("rejected=0");
        assertThat(community.hub.rows("select collection, path from community.drift"))
                .as("what the source always writes")
                .isEmpty();
    }

    @AfterEach
    void tablesAreTheSource() throws Exception {
        assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");
        for (String id : community.hub.rows(
                "select document_id from community.document where rejected and deleted_at is null")) {
            community.users().deleteOne(Filters.eq(new ObjectId(id))); // no test is to choose it again
        }
        community.sweep();
    }

    @AfterAll
    void stop() {
        community.close();
    }

    @Test
    void user_deleted_marks_the_family_and_keeps_the_messages() throws Exception {
        String id = loaded(source.defects().deleteUser());

        assertThat(value("select deleted_at is not null from community.users where user_id = ?", id))
                .isEqualTo("t");
        assertThat(value("select count(*), count(deleted_at) from community.subscriptions where user_id = ?", id))
                .isEqualTo("1|1");
        assertThat(value("select count(*) from community.invoices where user_id = ? and deleted_at is null", id))
                .isEqualTo("0");
        assertThat(value("select count(deleted_at) from community.messages where user_id = ?", id))
                .isEqualTo("0");
    }

    @Test
    void plan_changed_is_another_plan_of_the_same_subscription() throws Exception {
        List<String> before =
                community.hub.rows("select user_id, subscription_id, plan_id from community.subscriptions");
        String id = loaded(source.defects().changePlan());

        String now =
                value("select user_id, subscription_id, plan_id from community.subscriptions where user_id = ?", id);
        assertThat(before).doesNotContain(now).anyMatch(row -> row.startsWith(now.substring(0, now.lastIndexOf('|'))));
        source.seconds(DAY);
        community.sweep();
        assertThat(value("select count(*) from community.invoices where user_id = ? and deleted_at is null", id))
                .as("invoiced anew")
                .isEqualTo(Integer.toString(invoices(id)));
    }

    @Test
    void field_missing_is_null() throws Exception {
        for (String column : List.of("gender", "age", "country", "post_code", "sign_up_at", "group_id")) {
            String id = loaded(source.defects().removeField());
            assertThat(value("select %s from community.users where user_id = ?".formatted(column), id))
                    .as(column)
                    .isEqualTo("null");
        }
        assertThat(value(
                        "select plan_id, plan_cost from community.subscriptions where deleted_at is null and user_id = ?",
                        loaded(source.defects().removeField())))
                .isEqualTo("null|null");
        assertThat(value(
                        "select count(*), count(deleted_at) from community.subscriptions where user_id = ?",
                        loaded(source.defects().removeField())))
                .as("none any more")
                .isEqualTo("1|1");
    }

    @Test
    void field_of_another_type_is_a_dead_letter_with_field_and_value_and_the_rows_stay() throws Exception {
        for (List<String> words : List.of(
                List.of("'age' must be", "was \"unknown\""),
                List.of("'signUpDate' must be", "was \"yesterday\""),
                List.of("'subscriptions.planType.planCost' must be", "was \"a hundred pounds\""),
                List.of("'country' must be", "was {\"$numberInt\":\"44\"}"),
                List.of("'subscriptions.startDate' must be", "was []"),
                List.of("'groupId' must be", "was {\"name\":\"the first\"}"))) {
            List<String> before = community.content();
            long letters = Long.parseLong(value("select count(*) from ops.dead_letter"));
            String id = loaded(source.defects().changeType());

            assertThat(value("select message from ops.dead_letter order by dead_letter_id desc limit 1"))
                    .startsWith("user " + id)
                    .contains(words);
            assertThat(value("select count(*) from ops.dead_letter")).isEqualTo(Long.toString(letters + 1));
            assertThat(community.content()).isEqualTo(before);
        }
    }

    @Test
    void several_subscriptions_are_several_rows() throws Exception {
        String id = loaded(source.defects().severalSubscriptions());

        assertThat(community.hub.rows(
                        "select ordinal, plan_id is not null from community.subscriptions where user_id = ? and deleted_at is null order by 1",
                        id))
                .containsExactly("0|t", "1|t");
    }

    @Test
    void second_messages_document_has_rows_of_its_own() throws Exception {
        String id = loaded(source.defects().secondMessagesDocument());

        assertThat(community.hub.rows("select ordinal, message from community.messages where document_id = ?", id))
                .containsExactly("0|hello again");
        assertThat(value(
                        "select count(distinct m.document_id) >= 2 from community.messages m join community.messages second"
                                + " on second.document_id = ? and (m.user_id, m.group_id) = (second.user_id, second.group_id)",
                        id))
                .isEqualTo("t");
    }

    @Test
    void out_of_order_message_is_the_last_row_with_its_own_time() throws Exception {
        String id = loaded(source.defects().outOfOrderMessage());

        assertThat(value(
                        "select message, message_at < (select max(message_at) from community.messages where document_id = m.document_id)"
                                + " from community.messages m where document_id = ? order by ordinal desc limit 1",
                        id))
                .isEqualTo("this one is late|t");
        assertThat(value(
                        "select count(*) from community.messages where document_id = ? and changed_at > first_seen_at",
                        id))
                .as("rows that were touched for it")
                .isEqualTo("0");
    }

    @Test
    void large_document_is_loaded_whole() throws Exception {
        String id = loaded(source.defects().largeDocument());

        assertThat(value(
                        "select count(*), sum(length(message)) > 5000000 from community.messages where document_id = ?",
                        id))
                .isEqualTo(letters(id) + "|t");
    }

    @Test
    void invoices_shrunk_are_marked_and_come_back() throws Exception {
        String id = loaded(source.defects().shrinkInvoices());
        String alive = "select count(*) from community.invoices where user_id = ? and deleted_at is null";
        String all = value("select count(*) from community.invoices where user_id = ?", id);

        assertThat(value(alive, id)).isEqualTo(Integer.toString(invoices(id))).isNotEqualTo(all);
        source.seconds(DAY);
        community.sweep();
        assertThat(value(alive, id)).isEqualTo(Integer.toString(invoices(id))).isEqualTo(all);
    }

    @Test
    void unknown_field_is_kept_and_reported() throws Exception {
        String id = loaded(source.defects().unknownField());

        assertThat(value("select extra -> 'loyalty' ->> 'tier' from community.users where user_id = ?", id))
                .isEqualTo("silver");
        assertThat(value("select type, example like '%silver%' from community.drift where path = 'loyalty'"))
                .isEqualTo("object|t");
    }

    /** The key of the document that was changed, when a sweep has found the change. */
    private String loaded(Optional<Object> id) throws Exception {
        assertThat(community.sweep()).contains("state=succeeded read=1");
        return id.orElseThrow().toString();
    }

    private int invoices(String userId) {
        Document user = Objects.requireNonNull(
                community.users().find(Filters.eq(new ObjectId(userId))).first());
        return user.get("subscriptions", Document.class)
                .getList("invoices", Document.class)
                .size();
    }

    private int letters(String documentId) {
        Document document = Objects.requireNonNull(
                community.messages().find(Filters.eq(new ObjectId(documentId))).first());
        return document.getList("messages", Document.class).size();
    }

    private String value(String sql, Object... parameters) throws Exception {
        return community.hub.value(sql, parameters);
    }
}
