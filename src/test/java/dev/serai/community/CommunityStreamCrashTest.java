package dev.serai.community;

import static dev.serai.community.CommunityFixture.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import de.bwaldvogel.mongo.MongoServer;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The process is killed by SIGKILL while it follows change streams; the next one goes on in the stream, without a sweep. */
@Tag("long")
@WithStack
class CommunityStreamCrashTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void changes_are_loaded_once_wherever_the_process_dies(LocalStack stack) throws Exception {
        Map<String, String> settings = Map.of(
                "community.changes.interval-ms", "100", "community.change-streams", "on", "community.chunk-size", "3");
        try (CommunityFixture community = new CommunityFixture(stack, settings, MongoServer::enableOplog)) {
            until(() -> community
                    .hub
                    .value("select count(*) from community.change_stream where state = 'following'")
                    .equals("3"));
            List<Document> groups = CommunityKills.groups(4);
            community.groups().insertMany(groups);
            community.users().insertOne(user(new ObjectId(), null)); // so that each stream has a place to go on from
            community.messages().insertMany(CommunityKills.letters(1));
            until(() -> community
                    .hub
                    .value("select count(*) from ops.watermark where name like '% changes'")
                    .equals("3"));
            until(() -> known(community, "groups").equals("4"));
            until(() -> sweeps(community, "state = 'running'").equals("0"));
            String sweeps = sweeps(community, "true");
            community.hub.stop();
            String place = place(community);

            // Of an update this server does not tell which document it was, so that would not need the stream.
            community.users().insertMany(CommunityKills.users(8));
            community.groups().deleteOne(Filters.eq(groups.get(3).get("_id")));
            community.messages().insertMany(CommunityKills.letters(2));
            CommunityKills kills = new CommunityKills(community, Map.of("landing.pending.min-age-ms", "3600000"));

            kills.beforePut();
            kills.afterPut();
            kills.beforeCommit();
            assertThat(known(community, "users")).isEqualTo("1");
            kills.afterCommit(1);
            assertThat(known(community, "users")).isEqualTo("4");
            assertThat(place(community)).as("goes with the last chunk").isEqualTo(place);
            kills.beforeReading("messages");
            assertThat(known(community, "users")).isEqualTo("9");
            assertThat(place(community)).isNotEqualTo(place);
            assertThat(known(community, "messages")).isEqualTo("1");
            kills.afterCommit(1);
            assertThat(known(community, "messages")).isEqualTo("3");

            community.hub.start();
            until(() -> community
                    .hub
                    .value("select count(*) from community.change_stream where state = 'following'")
                    .equals("3"));
            kills.verifyInTheEnd(1);
            assertThat(community.hub.value("select count(deleted_at) from community.groups"))
                    .isEqualTo("1");
            assertThat(sweeps(community, "true")).as("no sweep was needed").isEqualTo(sweeps);
        }
    }

    private static String known(CommunityFixture community, String collection) throws Exception {
        return community.hub.value("select count(*) from community.document where collection = ?", collection);
    }

    private static String sweeps(CommunityFixture community, String which) throws Exception {
        return community.hub.value("select count(*) from ops.run where route = 'community-sweep' and " + which);
    }

    private static String place(CommunityFixture community) throws Exception {
        return community.hub.value("select substr(value, 22) from ops.watermark where name = 'users changes'");
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }
}
