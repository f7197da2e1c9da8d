package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The process is killed by SIGKILL at each step of a sweep; the next sweep goes on where it was instead of starting over. */
@Tag("long")
@WithStack
class CommunitySweepCrashTest {

    @Test
    void a_killed_sweep_goes_on_where_it_was(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, Map.of("community.chunk-bytes", "1"))) {
            List<Document> users = CommunityKills.users(9);
            users.get(3).put("age", 40);
            List<Document> groups = CommunityKills.groups(3);
            List<Document> letters = CommunityKills.letters(2);
            community.users().insertMany(users);
            community.groups().insertMany(groups);
            community.messages().insertMany(letters);
            community.sweep();
            community.hub.stop();
            int landed = community.hub.keys("community-data").size();
            community.users().updateMany(new Document(), Updates.set("firstname", "Grace"));
            community.users().updateOne(Filters.eq(users.get(0).get("_id")), Updates.set("age", "old"));
            community.users().deleteOne(Filters.eq(users.get(8).get("_id")));
            community.groups().deleteOne(Filters.eq(groups.get(2).get("_id")));
            community.messages().updateOne(Filters.eq(letters.get(1).get("_id")), Updates.popLast("messages"));
            CommunityKills kills = new CommunityKills(
                    community, Map.of("run-at-start", "community-sweep", "landing.pending.min-age-ms", "3600000"));

            kills.beforePut();
            kills.afterPut();
            kills.beforeCommit();
            assertThat(community.hub.keys("community-data")).hasSize(landed + 2);
            assertThat(grown(community)).isEqualTo("0");
            kills.afterCommit(3);
            assertThat(community.hub.value("select substr(value, 22) from ops.watermark where name = 'sweep'"))
                    .isEqualTo("users " + users.get(1).get("_id"));

            // Behind the place that is noted: only a sweep that starts over sees it.
            community.users().updateOne(Filters.eq(users.get(1).get("_id")), Updates.set("firstname", "Zoe"));
            kills.beforeReading("messages");
            assertThat(community.hub.value("select substr(value, 22) from ops.watermark where name = 'sweep'"))
                    .isEqualTo("messages ");
            assertThat(
                            community.hub.value(
                                    "select count(*) filter (where first_name = 'Zoe'), count(*) filter (where first_name = 'Grace'), count(deleted_at) from community.users"))
                    .isEqualTo("0|7|1");
            assertThat(community.hub.value("select count(deleted_at) from community.groups"))
                    .isEqualTo("1");

            community.hub.start();
            assertThat(community.sweep()).as("what was left").contains("state=succeeded read=1 inserted=0 updated=1");
            assertThat(community.sweep()).as("from the start").contains("state=succeeded read=1 inserted=0 updated=1");
            assertThat(community.hub.value("select count(*) from community.users where first_name = 'Zoe'"))
                    .isEqualTo("1");
            kills.verifyInTheEnd(1);
            assertThat(community.hub.value("select count(deleted_at), count(*) from community.messages"))
                    .isEqualTo("1|4");
        }
    }

    private static String grown(CommunityFixture community) throws Exception {
        return community.hub.value("select count(*) from community.users where first_name = 'Grace'");
    }
}
