package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What is copied arrives as it was, and twice is as once. */
@WithStack
class StoreCopyTest {

    private static final String KEY = "raw/dt=2026-11-20/a b+ü.json";
    private static final int DOCUMENTS = 1_201;

    private final LocalStack stack;
    private final LaunchEnvironment from;
    private final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

    StoreCopyTest(LocalStack stack, @TempDir Path directory) {
        this.stack = stack;
        Map<String, String> environment = new HashMap<>();
        stack.settings().forEach((key, value) -> environment.put(Settings.variable(key), value));
        from = LaunchEnvironment.load(directory, environment);
    }

    @Test
    void objects_and_documents_arrive_with_their_keys_and_metadata(@TempDir Path directory) {
        stack.emptyBuckets();
        List<Document> documents = IntStream.range(0, DOCUMENTS)
                .mapToObj(i -> new Document("_id", i).append("text", "message " + i))
                .toList();
        Login login = new Login(from.settings().text("s3.access-key"), "another secret");
        dev.serai.stack.ObjectStore objects = new dev.serai.stack.ObjectStore(directory, "127.0.0.1", 0, login);
        DocumentStore store = new DocumentStore(directory, "127.0.0.1", 0);
        String mongo = "mongodb://127.0.0.1:" + store.port();
        Map<String, String> to = Map.of(
                "MOVE_S3_ENDPOINT",
                "http://127.0.0.1:" + objects.port(),
                "MOVE_S3_SECRET_KEY",
                login.password(),
                "MOVE_MONGO_URL",
                mongo);
        try (S3Client source = ObjectStore.connect(from.settings());
                MongoClient sourceMongo = MongoClients.create(from.settings().text("community.mongo.url"))) {
            source.createBucket(request -> request.bucket("user-data"));
            source.putObject(
                    request -> request.bucket("user-data")
                            .key(KEY)
                            .contentType("application/json")
                            .metadata(Map.of("part", "7")),
                    RequestBody.fromString("[1]"));
            sourceMongo.getDatabase("copied").getCollection("messages").insertMany(documents);
            objects.start();
            store.start();

            new StoreCopy(from, to, nowhere).run();
            new StoreCopy(from, to, nowhere).run();
        }
        try (S3Client target = ObjectStore.connect(Settings.load(
                        Map.of(
                                "S3_ENDPOINT", to.get("MOVE_S3_ENDPOINT"),
                                "S3_ACCESS_KEY", login.user(),
                                "S3_SECRET_KEY", login.password()),
                        List.of()));
                MongoClient targetMongo = MongoClients.create(mongo)) {
            var object = target.getObjectAsBytes(
                    request -> request.bucket("user-data").key(KEY));
            assertThat(object.asUtf8String()).isEqualTo("[1]");
            assertThat(object.response().contentType()).isEqualTo("application/json");
            assertThat(object.response().metadata()).containsEntry("part", "7");
            assertThat(targetMongo
                            .getDatabase("copied")
                            .getCollection("messages")
                            .find()
                            .into(new ArrayList<>()))
                    .containsExactlyInAnyOrderElementsOf(documents);
        } finally {
            objects.stop();
            store.stop();
        }
    }

    @Test
    void a_target_that_is_not_given_is_named() {
        StoreCopy copy = new StoreCopy(from, Map.of(), nowhere);
        assertThatThrownBy(copy::run)
                .isInstanceOf(StackException.class)
                .hasMessageContaining("MOVE_S3_ENDPOINT must say where to copy to");
    }
}
