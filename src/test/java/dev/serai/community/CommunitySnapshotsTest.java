package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots of one run of the original source, which are not in this repository. */
@WithStack
class CommunitySnapshotsTest {

    private static final Path SAMPLES = Path.of("../shared/fixtures/community");

    @BeforeEach
    void requireSamples() {
        assumeTrue(Files.isDirectory(SAMPLES), "recorded samples of the community are not here");
    }

    @Test
    void the_first_snapshot_and_then_the_second_is_the_second(LocalStack stack) throws Exception {
        List<String> fresh;
        try (CommunityFixture second = new CommunityFixture(stack, Map.of())) {
            restore(second, "t00810s");
            assertThat(second.sweep()).contains("state=succeeded").contains("rejected=0");
            fresh = second.content();
        }
        try (CommunityFixture both = new CommunityFixture(stack, Map.of())) {
            restore(both, "t00210s");
            both.sweep();
            restore(both, "t00810s");
            both.sweep();

            assertThat(both.content()).isEqualTo(fresh).hasSizeGreaterThan(1_000);
            assertThat(both.hub.run("community-reconcile")).contains("state=succeeded");
        }
    }

    @Test
    void invoices_of_one_user_over_all_ticks_are_one_row_each(LocalStack stack) throws Exception {
        List<Document> ticks = Document.parse("{\"ticks\": %s}"
                        .formatted(Files.readString(SAMPLES.resolve("first-user-invoice-history.json"))))
                .getList("ticks", Document.class);
        try (CommunityFixture community = new CommunityFixture(stack, Map.of())) {
            restore(community, "t00210s");
            community.sweep();
            Document first = Objects.requireNonNull(community.users().find().first());
            String mine = "select count(*) from community.invoices where user_id = '%s'".formatted(first.get("_id"));
            int most = 0;
            for (Document tick : ticks) {
                List<Document> invoices = tick.getList("invoices", List.class).stream()
                        .map(CommunitySnapshotsTest::invoice)
                        .toList();
                most = Math.max(most, invoices.size());
                community
                        .users()
                        .updateOne(Filters.eq(first.get("_id")), Updates.set("subscriptions.invoices", invoices));
                community.sweep();
                assertThat(community.hub.value(mine + " and deleted_at is null"))
                        .isEqualTo(Integer.toString(invoices.size()));
            }
            assertThat(most).isPositive();
            assertThat(community.hub.value(mine)).isEqualTo(Integer.toString(most));
        }
    }

    /** [id, amount, date] */
    private static Document invoice(List<?> recorded) {
        return new Document("_id", new ObjectId(String.valueOf(recorded.get(0))))
                .append("amount", recorded.get(1))
                .append("currency", "GBP")
                .append(
                        "info",
                        new Document("status", "settled")
                                .append("date", Date.from(Instant.parse(String.valueOf(recorded.get(2))))));
    }

    private static void restore(CommunityFixture community, String snapshot) throws Exception {
        for (String name : List.of("users", "groups", "messages")) {
            MongoCollection<Document> collection = community.database.getCollection(name);
            collection.deleteMany(new Document());
            collection.insertMany(Files.readAllLines(SAMPLES.resolve(snapshot).resolve(name + ".ejsonl")).stream()
                    .filter(line -> !line.isBlank())
                    .map(Document::parse)
                    .toList());
        }
    }
}
