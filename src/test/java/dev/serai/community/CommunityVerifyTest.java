package dev.serai.community;

import static dev.serai.community.CommunityFixture.invoice;
import static dev.serai.community.CommunityFixture.message;
import static dev.serai.community.CommunityFixture.messages;
import static dev.serai.community.CommunityFixture.subscription;
import static dev.serai.community.CommunityFixture.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.console.OperatorClient;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

/** What {@code make verify} prints and how it ends. */
@WithStack
class CommunityVerifyTest {

    private static final ObjectId ADA = new ObjectId("5fb23f9e86c270918e7c69de");
    private static final ObjectId BAD = new ObjectId("5fb23fd586c270918e7c69e6");
    private static final ObjectId SUBSCRIPTION = new ObjectId("5fb23f9e86c270918e7c69dc");
    private static final ObjectId LETTERS = new ObjectId("5fb23fa486c270918e7c69df");

    private record Answer(int code, List<String> lines) {}

    @Test
    void equal_tables_are_stated_and_anything_else_fails_with_examples(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, Map.of())) {
            community
                    .users()
                    .insertMany(List.of(
                            user(ADA, subscription(SUBSCRIPTION, "1234", invoice(40, 1), invoice(50, 2))),
                            user(BAD, List.of()).append("age", "old")));
            community.messages().insertOne(messages(LETTERS, ADA, ADA, message(1, "a"), message(2, "b")));
            community.groups().insertOne(new Document("_id", ADA));
            community.sweep();

            Answer equal = verify(community);
            assertThat(equal.lines())
                    .startsWith(
                            "community.groups: 1 rows in the source, 1 in the table, equal",
                            "community.invoices: 2 rows in the source, 2 in the table, equal",
                            "community.messages: 2 rows in the source, 2 in the table, equal",
                            "community.plans: 1 rows in the source, 1 in the table, equal",
                            "community.subscriptions: 1 rows in the source, 1 in the table, equal",
                            "community.users: 1 rows in the source, 1 in the table, equal")
                    .last()
                    .asString()
                    .contains("pipeline=community-reconcile", "state=succeeded read=8");
            assertThat(equal.code()).isZero();

            community.hub.rows("update community.users set first_name = 'Eve', age = null");
            community.hub.rows("delete from community.messages where ordinal = 1");
            community.hub.rows("update community.plans set cost = 7");
            community.hub.rows(
                    "insert into community.groups (group_id, source_version, run_id) values ('''stray', 1, gen_random_uuid())");
            Answer different = verify(community);
            assertThat(different.code()).isEqualTo(1);
            assertThat(different.lines())
                    .containsSequence(
                            "community.groups: 1 rows in the source, 2 in the table, 0 missing, 1 extra, 0 different",
                            "  'stray is in the table and not in the source")
                    .containsSequence(
                            "community.messages: 2 rows in the source, 1 in the table, 1 missing, 0 extra, 0 different")
                    .containsSequence(
                            "community.plans: 1 rows in the source, 1 in the table, 0 missing, 0 extra, 1 different",
                            "  1234 is different: the source has {\"cost\": 120}, the table has {\"cost\": 7}")
                    .containsSequence(
                            "community.users: 1 rows in the source, 1 in the table, 0 missing, 0 extra, 1 different",
                            "  5fb23f9e86c270918e7c69de is different: the source has {\"age\": 41, \"first_name\": \"Ada\"}, the table has {\"age\": null, \"first_name\": \"Eve\"}")
                    .anyMatch(line ->
                            line.startsWith("  5fb23fa486c270918e7c69df 1 is missing in the table; the source has {")
                                    && line.contains("\"message\": \"b\""))
                    .last()
                    .asString()
                    .contains("state=failed", "RECONCILE_DIFFERENT");
            assertThat(community.hub.rows("""
                            select dataset, missing, extra, different from ops.reconciliation
                            where missing + extra + different > 0 order by 1"""))
                    .containsExactly(
                            "community.groups|0|1|0",
                            "community.messages|1|0|0",
                            "community.plans|0|0|1",
                            "community.users|0|0|1");
        }
    }

    private static Answer verify(CommunityFixture community) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int code = new OperatorClient(community.hub.settings(), new PrintStream(printed, true, StandardCharsets.UTF_8))
                .verify();
        return new Answer(code, printed.toString(StandardCharsets.UTF_8).lines().toList());
    }
}
