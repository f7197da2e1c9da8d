package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import de.bwaldvogel.mongo.MongoServer;
import dev.serai.faults.CommitPoint;
import dev.serai.faults.Conversation;
import dev.serai.faults.Relay;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store goes away in the middle of things and comes back. */
@Tag("long")
@WithStack
class CommunityOutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Conversation AS_IT_IS = new Conversation() {};

    @Test
    void mongodb_is_away_for_a_while_and_the_tables_catch_up(LocalStack stack) throws Exception {
        try (CommunityFixture source = new CommunityFixture(stack, Map.of(), MongoServer::enableOplog)) {
            Relay relay = new Relay(source.port(), () -> AS_IT_IS);
            Map<String, String> settings = Map.of(
                    "community.inserts.interval-ms", "100",
                    "community.changes.interval-ms", "100",
                    "community.change-streams", "on",
                    "community.mongo.timeout-ms", "500",
                    "community.mongo.url", "mongodb://127.0.0.1:" + relay.port());
            try (CommunityFixture community = new CommunityFixture(stack, settings)) {
                source.groups().insertOne(new Document("_id", 1).append("healthCoach", "Alice"));
                until(() -> coaches(community).equals(List.of("Alice")));
                relay.close();
                source.groups().updateOne(Filters.eq(1), Updates.set("healthCoach", "Bob"));
                source.groups().insertOne(new Document("_id", 2).append("healthCoach", "Carol"));
                assertThat(community.sweep()).contains("state=failed").contains("MONGO_UNREACHABLE");

                try (Relay again = new Relay(source.port(), () -> AS_IT_IS, relay.port())) {
                    assertThat(again.port()).isEqualTo(relay.port());
                    until(() -> coaches(community).equals(List.of("Bob", "Carol")));
                    assertThat(community.hub.run("community-reconcile")).contains("state=succeeded");
                }
            }
        }
    }

    @Test
    void a_sweep_during_which_postgresql_goes_away_is_finished_by_the_next(LocalStack stack) throws Exception {
        CompletableFuture<Relay> database = new CompletableFuture<>();
        AtomicInteger commits = new AtomicInteger();
        String address = stack.freshDatabase();
        try (Relay relay = new Relay(
                port(address),
                () -> CommitPoint.after("insert into community.document", commits, () -> close(database.join())))) {
            database.complete(relay);
            Map<String, String> settings = Map.of("postgres.url", at(address, relay), "community.chunk-bytes", "1");
            try (CommunityFixture community = new CommunityFixture(stack, settings)) {
                community.groups().insertMany(CommunityKills.groups(5));
                commits.set(3);
                community.hub.start("community-sweep");
                until(() -> commits.get() == 0
                        && community
                                        .hub
                                        .application()
                                        .camel()
                                        .getInflightRepository()
                                        .size("community-sweep")
                                == 0);

                try (Relay again = new Relay(port(address), () -> AS_IT_IS, relay.port())) {
                    assertThat(again.port()).isEqualTo(relay.port());
                    until(() -> isThere(community));
                    assertThat(community.sweep()).contains("state=succeeded read=2 inserted=2");
                    assertThat(
                                    community.hub.value(
                                            "select count(*), min(error_code) like 'POSTGRES_%' from ops.run where state = 'failed'"))
                            .isEqualTo("1|t");
                    assertThat(community.hub.run("community-reconcile")).contains("state=succeeded read=5");
                }
            }
        }
    }

    @Test
    void changes_that_were_told_and_could_not_be_compared_are_told_again(LocalStack stack) throws Exception {
        AtomicInteger questions = new AtomicInteger();
        String address = stack.freshDatabase();
        try (Relay relay = new Relay(port(address), cutAt(questions))) {
            Map<String, String> settings = Map.of(
                    "postgres.url", at(address, relay),
                    "community.changes.interval-ms", "100",
                    "community.change-streams", "on");
            try (CommunityFixture community = new CommunityFixture(stack, settings, MongoServer::enableOplog)) {
                until(() -> community
                        .hub
                        .value("select count(*) from community.change_stream where state = 'following'")
                        .equals("3"));
                community.groups().insertOne(new Document("_id", 1).append("healthCoach", "Alice"));
                until(() -> coaches(community).equals(List.of("Alice")));

                questions.set(1);
                community.groups().insertOne(new Document("_id", 2).append("healthCoach", "Bob"));
                until(() -> coaches(community).equals(List.of("Alice", "Bob")));
                assertThat(questions.get()).isLessThanOrEqualTo(0);
            }
        }
    }

    @Test
    void new_documents_that_were_read_and_could_not_be_compared_are_read_again(LocalStack stack) throws Exception {
        AtomicInteger questions = new AtomicInteger();
        String address = stack.freshDatabase();
        try (Relay relay = new Relay(port(address), cutAt(questions))) {
            Map<String, String> settings =
                    Map.of("postgres.url", at(address, relay), "community.inserts.interval-ms", "100");
            try (CommunityFixture community = new CommunityFixture(stack, settings)) {
                List<Document> groups = new ArrayList<>();
                for (int i = 0; i < 1_500; i++) { // more than the server sends at once, and than are looked back for
                    groups.add(new Document("_id", new ObjectId(new Date(1_600_000_000_000L + i * 1_000L))));
                }
                community.groups().insertOne(groups.get(0));
                until(() -> coaches(community).size() == 1);
                community.hub.stop();
                community.groups().insertMany(groups.subList(1, groups.size()));
                questions.set(2);
                community.hub.start();

                until(() -> coaches(community).size() == groups.size());
                assertThat(questions.get()).isLessThanOrEqualTo(0);
            }
        }
    }

    /** Whether the hub has noticed that PostgreSQL is back. */
    private static boolean isThere(CommunityFixture community) throws Exception {
        return community.hub.health().statusCode() == 200;
    }

    /** Cuts the connection at that question for what is known of documents. */
    private static Supplier<Conversation> cutAt(AtomicInteger questions) {
        return () -> new Conversation() {
            @Override
            public void fromClient(byte[] bytes, OutputStream server, OutputStream client) throws IOException {
                if (new String(bytes, StandardCharsets.ISO_8859_1).contains("document_id = any (")
                        && questions.getAndDecrement() == 1) {
                    throw new IOException("the point is reached");
                }
                server.write(bytes);
            }
        };
    }

    private static int port(String database) {
        return URI.create(database.substring("jdbc:".length())).getPort();
    }

    private static String at(String database, Relay relay) {
        return database.replace(":" + port(database) + "/", ":" + relay.port() + "/");
    }

    private static void close(Relay relay) {
        try {
            relay.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> coaches(CommunityFixture community) throws Exception {
        return community.hub.rows(
                "select health_coach from community.groups where deleted_at is null order by group_id");
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }
}
