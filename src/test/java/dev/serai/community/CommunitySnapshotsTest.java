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
    void each_snapshot_after_the_other_is_what_it_is_by_itself(LocalStack stack) throws Exception {
        try (CommunityFixture both = new CommunityFixture(stack, Map.of())) {
            List<String> first = sweptContent(both, "t00210s");
            List<String> second = sweptContent(both, "t00810s");
            assertThat(both.hub.run("community-reconcile")).contains("state=succeeded");
            assertThat(second).hasSizeGreaterThan(1_000);

            assertThat(sweptContent(both, "t00210s")).as("back again").isEqualTo(first);
            assertThat(both.hub.run("community-reconcile")).contains("state=succeeded");
            try (CommunityFixture fresh = new CommunityFixture(stack, Map.of())) {
                assertThat(sweptContent(fresh, "t00810s")).isEqualTo(second);
            }
        }
    }

    private static List<String> sweptContent(CommunityFixture community, String snapshot) throws Exception {
        restore(community, snapshot);
        assertThat(community.sweep()).contains("state=succeeded").contains("rejected=0");
        return community.content();
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
