package dev.serai.community;

import static dev.serai.community.CommunityFixture.message;
import static dev.serai.community.CommunityFixture.messages;
import static dev.serai.community.CommunityFixture.subscription;
import static dev.serai.community.CommunityFixture.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import de.bwaldvogel.mongo.MongoServer;
import dev.serai.faults.Conversation;
import dev.serai.faults.Relay;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

/** What the hub does by itself: new documents by their ids, changes by change streams, a server that is away. */
@WithStack
class CommunityFollowTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> INSERTS = Map.of("community.inserts.interval-ms", "100");
    private static final Map<String, String> CHANGES =
            Map.of("community.changes.interval-ms", "100", "community.change-streams", "on");

    @Test
    void new_documents_are_found_by_themselves_and_only_once(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, INSERTS)) {
            ObjectId user = new ObjectId();
            community
                    .messages()
                    .insertOne(messages(new ObjectId(), user, new ObjectId(), message(1, "before its user")));
            until(() -> count(community, "messages") == 1);
            community.users().insertOne(user(user, subscription(new ObjectId(), "1234")));
            until(() -> count(community, "users") == 1);

            assertThat(community.hub.value(
                            "select count(*) from community.messages join community.users using (user_id)"))
                    .isEqualTo("1");
            community.groups().insertOne(new Document());
            until(() -> count(community, "groups") == 1);
            assertThat(community.hub.value("select sum(inserted), sum(updated + unchanged + rejected) from ops.load"))
                    .isEqualTo("3|0");
        }
    }

    @Test
    void an_id_that_was_made_earlier_and_arrives_later_is_not_missed(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, INSERTS)) {
            ObjectId earlier = new ObjectId();
            community.groups().insertOne(new Document("_id", new ObjectId()));
            until(() -> count(community, "groups") == 1);

            community.groups().insertOne(new Document("_id", earlier));
            until(() -> count(community, "groups") == 2);
        }
    }

    @Test
    void inserts_go_on_after_a_restart_where_they_were(LocalStack stack) throws Exception {
        Map<String, String> settings = Map.of("community.inserts.interval-ms", "100", "community.chunk-size", "3");
        try (CommunityFixture community = new CommunityFixture(stack, settings)) {
            List<Document> groups = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                groups.add(new Document("_id", new ObjectId()));
            }
            community.groups().insertMany(groups);
            until(() -> count(community, "groups") == 10);
            assertThat(community.hub.keys("community-data")).hasSize(4);
            community.hub.stop();
            community.groups().insertOne(new Document("_id", new ObjectId()));
            community.hub.start();

            until(() -> count(community, "groups") == 11);
            assertThat(community.hub.keys("community-data")).hasSize(5);
        }
    }

    @Test
    void a_server_that_is_away_fails_runs_with_its_name_until_it_is_back(LocalStack stack) throws Exception {
        try (CommunityFixture source = new CommunityFixture(stack, Map.of())) {
            int port = source.port();
            Relay relay = new Relay(port, () -> new Conversation() {});
            try (CommunityFixture community =
                    new CommunityFixture(stack, Map.of("community.mongo.url", "mongodb://127.0.0.1:" + relay.port()))) {
                source.groups().insertOne(new Document());
                assertThat(community.sweep()).contains("state=succeeded read=1");
                relay.close();
                source.groups().insertOne(new Document());

                assertThat(community.sweep()).contains("state=failed").contains("MONGO_UNREACHABLE");
                assertThat(community.hub.run("community-reconcile")).contains("MONGO_UNREACHABLE");

                try (Relay again = new Relay(port, () -> new Conversation() {}, relay.port())) {
                    assertThat(again.port()).isEqualTo(relay.port());
                    assertThat(community.sweep()).contains("state=succeeded read=1");
                    assertThat(count(community, "groups")).isEqualTo(2);
                }
            }
        }
    }

    @Test
    void changes_are_followed_where_the_server_has_streams(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, CHANGES, MongoServer::enableOplog)) {
            until(() -> states(community).equals(List.of("groups|following", "messages|following", "users|following")));
            ObjectId id = new ObjectId();
            community.users().insertOne(user(id, subscription(new ObjectId(), "1234")));
            until(() -> count(community, "users") == 1);

            community.users().updateOne(Filters.eq(id), Updates.set("firstname", "Grace"));
            until(() -> community
                    .hub
                    .rows("select first_name, last_name from community.users")
                    .equals(List.of("Grace|O'Neil")));

            community.users().deleteOne(Filters.eq(id));
            until(() -> count(community, "users") == 0);
            assertThat(community.hub.value("select count(*) from ops.watermark where name = 'users changes'"))
                    .isEqualTo("1");
            community.sweep();
            assertThat(community.hub.run("community-reconcile")).contains("state=empty read=0");
        }
    }

    @Test
    void changes_while_the_hub_is_down_come_through_the_stream_when_it_is_back(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, CHANGES, MongoServer::enableOplog)) {
            until(() -> states(community).size() == 3);
            community.groups().insertOne(new Document("_id", 1).append("healthCoach", "Alice"));
            until(() -> count(community, "groups") == 1);
            community.hub.stop();
            community.groups().updateOne(Filters.eq(1), Updates.set("healthCoach", "Bob"));
            community.groups().insertOne(new Document("_id", 2));
            community.hub.start();

            until(() -> community
                    .hub
                    .rows("select health_coach from community.groups order by group_id")
                    .equals(List.of("Bob", "null")));
            assertThat(states(community)).contains("groups|following");
        }
    }

    @Test
    void a_place_that_the_server_does_not_know_is_stated_and_swept_for(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, CHANGES, MongoServer::enableOplog)) {
            until(() -> states(community).size() == 3);
            community.groups().insertOne(new Document("_id", 1).append("healthCoach", "Alice"));
            until(() -> count(community, "groups") == 1);
            community.hub.stop();
            community.hub.rows(
                    "update ops.watermark set value = left(value, 21) || '{\"_data\": \"no place\"}' where name = 'groups changes'");
            community.groups().updateOne(Filters.eq(1), Updates.set("healthCoach", "Bob"));
            community.hub.start();

            until(() -> community
                    .hub
                    .value("select health_coach from community.groups")
                    .equals("Bob"));
            until(() -> states(community).contains("groups|following"));
            assertThat(community.hub.value(
                            "select count(*) from ops.run where route = 'community-sweep' and state = 'succeeded'"))
                    .isNotEqualTo("0");
            community.groups().updateOne(Filters.eq(1), Updates.set("healthCoach", "Eve"));
            until(() -> community
                    .hub
                    .value("select health_coach from community.groups")
                    .equals("Eve"));
        }
    }

    @Test
    void a_server_without_streams_is_stated_and_the_sweep_carries_on(LocalStack stack) throws Exception {
        try (CommunityFixture community = new CommunityFixture(stack, Map.of("community.changes.interval-ms", "100"))) {
            until(() -> states(community)
                    .equals(List.of("groups|unsupported", "messages|unsupported", "users|unsupported")));
            assertThat(community.hub.value("select min(reason) from community.change_stream"))
                    .contains("replica set");
            community.groups().insertOne(new Document("_id", 1));
            assertThat(community.sweep()).contains("inserted=1");
        }
    }

    private static List<String> states(CommunityFixture community) throws Exception {
        return community.hub.rows("select collection, state from community.change_stream order by 1");
    }

    private static long count(CommunityFixture community, String table) throws Exception {
        return Long.parseLong(
                community.hub.value("select count(*) from community.%s where deleted_at is null".formatted(table)));
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }
}
