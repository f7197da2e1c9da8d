package dev.serai.simulators;

import static dev.serai.simulators.RunningSimulators.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The community in the process of the simulators: told what to do over HTTP, with a store that comes and goes. */
class CommunityPlayTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);
    private static final String FAILURES = "/simulators/community/failures";

    @Test
    void it_waits_for_its_store_and_says_so_and_goes_on() {
        int port = RunningSimulators.freePort();
        try (RunningSimulators running = running(port)) {
            until(() -> state(running).path("state").asText().equals("waiting"));
            assertThat(state(running).path("reason").asText()).contains("127.0.0.1:" + port);
            assertThat(running.get("/simulators").body()).contains("community");

            MongoServer store = store(port);
            until(() -> state(running).path("secondsPlayed").asInt() > 2);
            assertThat(state(running).path("state").asText()).isEqualTo("running");
            assertThat(state(running).path("reason").isNull()).isTrue();
            assertThat(state(running).path("scaledNow").asText()).startsWith("2020-06-0");

            store.shutdownNow();
            until(() -> state(running).path("state").asText().equals("waiting"));
            int before = state(running).path("secondsPlayed").asInt();

            store = store(port);
            until(() -> state(running).path("secondsPlayed").asInt() > before);
            store.shutdownNow();
        }
    }

    @Test
    void its_users_are_in_the_database_of_the_setting() {
        int port = RunningSimulators.freePort();
        MongoServer store = store(port);
        try (RunningSimulators running = running(port);
                MongoClient client = MongoClients.create("mongodb://127.0.0.1:" + port)) {
            until(() ->
                    client.getDatabase("secondNature").getCollection("messages").countDocuments() > 0);
            assertThat(client.getDatabase("secondNature").listCollectionNames())
                    .containsExactlyInAnyOrder("users", "groups", "messages");
            assertThat(state(running).path("lastFailure").isNull()).isTrue();
        } finally {
            store.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"USER_DELETED", "SECOND_MESSAGES_DOCUMENT", "UNKNOWN_FIELD"})
    void what_is_armed_happens_once_there_is_a_document_for_it(FailureKind kind) {
        int port = RunningSimulators.freePort();
        MongoServer store = store(port);
        try (RunningSimulators running = running(port)) {
            assertThat(running.put(FAILURES + "?kind=" + kind.word() + "&times=1")
                            .statusCode())
                    .isEqualTo(200);
            until(() -> state(running).path("lastFailure").asText().startsWith(kind.word() + " "));
            assertThat(running.get(FAILURES).body()).contains("\"kind\":\"none\"");
        } finally {
            store.shutdownNow();
        }
    }

    @Test
    void a_failure_of_another_kind_of_source_is_refused() {
        try (RunningSimulators running = running(RunningSimulators.freePort())) {
            assertThat(running.put(FAILURES + "?kind=html").statusCode()).isEqualTo(400);
            assertThat(running.put(FAILURES + "?kind=html").body())
                    .contains("user-deleted, plan-changed, field-missing")
                    .doesNotContain("oversized");
        }
        try (RunningSimulators users = new RunningSimulators(1, "users")) {
            assertThat(users.put("/simulators/users/failures?kind=user-deleted").statusCode())
                    .isEqualTo(400);
        }
    }

    /** A day of it takes two seconds. */
    private static RunningSimulators running(int storePort) {
        return new RunningSimulators(
                1,
                "community",
                Map.of(
                        "COMMUNITY_MONGO_URL", "mongodb://127.0.0.1:" + storePort,
                        "REAL_TIME_SECONDS_IN_A_DAY", "2",
                        "TIME_BETWEEN_CRON_JOBS", "2"));
    }

    private static MongoServer store(int port) {
        MongoServer store = new MongoServer(new MemoryBackend());
        store.bind("127.0.0.1", port);
        return store;
    }

    private static JsonNode state(RunningSimulators running) {
        return json(running.get("/simulators/community").body());
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(LONG_ENOUGH).until(condition);
    }
}
