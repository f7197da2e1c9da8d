package dev.serai.forget;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import dev.serai.Hub;
import dev.serai.console.OperatorClient;
import dev.serai.mongo.MongoServer;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import dev.serai.stores.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A person who is forgotten is nowhere any more, and everybody else is where they were. */
@WithStack
class ForgetTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectId ADA = new ObjectId("5fb23f9e86c270918e7c69de");
    private static final ObjectId BEA = new ObjectId("5fb23fd586c270918e7c69e6");

    private static LocalStack servers;
    private static Hub hub;

    @BeforeAll
    static void start(LocalStack stack) throws Exception {
        servers = stack;
        hub = new Hub(stack, Map.of("community.mongo.database", "forget", "community.change-streams", "off"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void a_user_is_gone_from_table_raw_objects_and_dead_letters() throws Exception {
        hub.run("users");
        hub.run("users");
        String uid = hub.value("select uid from users.profile order by 1 limit 1");
        List<String> others =
                hub.rows("select to_jsonb(p) from users.profile p where uid <> cast(? as uuid) order by uid", uid);
        List<JsonNode> landed = landed("user-data");
        hub.rows("""
                insert into ops.dead_letter (pipeline, run_id, position, code, message, payload, payload_sha256)
                select 'users', gen_random_uuid(), 0, 'TEST', 'a test', payload, sha256(convert_to(payload, 'UTF8'))
                from (values ('{"uid": "%s"}'), ('{"uid": "somebody else"}')) v(payload) returning 1""".formatted(uid));

        Answer forgotten = forget(uid);

        assertThat(forgotten.code()).as(forgotten.text()).isZero();
        assertThat(forgotten.text()).contains("1 written again", "users.profile: 1 rows", "ops.dead_letter: 1 rows");
        assertThat(hub.rows("select to_jsonb(p) from users.profile p order by uid"))
                .isEqualTo(others);
        assertThat(hub.rows("select payload from ops.dead_letter where code = 'TEST'"))
                .containsExactly("{\"uid\": \"somebody else\"}");
        landed.removeIf(user -> user.path("uid").asText().equals(uid));
        assertThat(landed("user-data")).isEqualTo(landed);
        assertThat(everything("user-data")).doesNotContain(uid);

        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int equal = new OperatorClient(hub.settings(), new PrintStream(printed, true, StandardCharsets.UTF_8))
                .rebuild(List.of("users.profile", "2020-01-01", "2099-01-01"));
        assertThat(equal).as(printed.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("missing 0", "extra 0", "different 0");
        assertThat(forget(uid).text()).contains("0 written again", "users.profile: 0 rows");
    }

    @Test
    void a_user_of_the_community_has_to_be_gone_from_the_source_first() throws Exception {
        try (MongoClient mongo =
                MongoServer.connect(hub.settings().text("community.mongo.url"), 5_000, Optional.empty())) {
            MongoDatabase source = mongo.getDatabase("forget");
            source.getCollection("users").insertMany(List.of(user(ADA, "Ada"), user(BEA, "Bea")));
            source.getCollection("messages").insertMany(List.of(messages(ADA), messages(BEA)));
            hub.run("community-sweep");
            assertThat(hub.value("select count(*), count(distinct user_id) from community.messages"))
                    .isEqualTo("2|2");

            Answer refused = forget(ADA.toHexString());
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.text()).contains("still in MongoDB (users: 1, messages: 1 documents)");
            assertThat(hub.value("select count(*) from community.users")).isEqualTo("2");

            source.getCollection("users").deleteOne(new Document("_id", ADA));
            source.getCollection("messages").deleteOne(new Document("userId", ADA));
            hub.run("community-sweep");
            Answer forgotten = forget(ADA.toHexString());
            assertThat(forgotten.code()).as(forgotten.text()).isZero();

            hub.run("community-sweep");
            assertThat(hub.rows("select user_id, first_name from community.users"))
                    .containsExactly(BEA + "|Bea");
            assertThat(hub.rows("select user_id from community.messages")).containsExactly(BEA.toHexString());
            assertThat(hub.rows("select user_id from community.user_week where messages > 0"))
                    .containsExactly(BEA.toHexString());
            assertThat(hub.rows("select document_id from community.document where collection = 'users'"))
                    .containsExactly(BEA.toHexString());
            assertThat(everything("community-data"))
                    .doesNotContain(ADA.toHexString())
                    .contains(BEA.toHexString());
        }
    }

    /** PostgreSQL is copied and put back file by file; the landing gets back the object as a backup has it. */
    @Test
    void who_comes_back_with_a_backup_is_erased_again() throws Exception {
        hub.run("users");
        String uid = hub.value("select uid from users.profile order by ingested_at desc, uid limit 1");
        List<String> others =
                hub.rows("select to_jsonb(p) from users.profile p where uid <> cast(? as uuid) order by uid", uid);
        String key = hub.keys("user-data").stream()
                .filter(each -> new String(hub.object("user-data", each), StandardCharsets.UTF_8).contains(uid))
                .findFirst()
                .orElseThrow();
        byte[] landed = hub.object("user-data", key);
        String database = hub.value("select current_database()");
        hub.stop();
        administer("create database backup template " + database);
        hub.start();
        assertThat(forget(uid).code()).isZero();
        assertThat(forget("").text()).contains("0 of them are back");

        hub.stop();
        administer("drop database " + database + " with (force)");
        administer("alter database backup owner to " + hub.settings().text("postgres.user"));
        administer("alter database backup rename to " + database);
        hub.start();
        try (S3Client s3 = ObjectStore.connect(hub.settings())) {
            s3.putObject(request -> request.bucket("user-data").key(key), RequestBody.fromBytes(landed));
        }
        String listed =
                "select count(*) from ops.forgotten where digest = encode(sha256(convert_to(?, 'UTF8')), 'hex')";
        assertThat(hub.value(listed, uid)).isEqualTo("0");
        assertThat(hub.value("select count(*) from users.profile where uid = cast(? as uuid)", uid))
                .isEqualTo("1");

        Answer again = forget("");

        assertThat(again.code()).as(again.text()).isZero();
        assertThat(again.text())
                .contains("1 of them are back", "1 written again", "users.profile: 1 rows")
                .doesNotContain(uid);
        assertThat(hub.rows("select to_jsonb(p) from users.profile p order by uid"))
                .isEqualTo(others);
        assertThat(everything("user-data")).doesNotContain(uid);
        assertThat(hub.value(listed, uid)).isEqualTo("1");
    }

    @Test
    void an_id_that_is_none_is_named() {
        Answer answer = forget("Ada");

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.text()).contains("UID must be that of a user, such as", "was \"Ada\"");
    }

    private static void administer(String sql) throws SQLException {
        try (Connection connection = servers.postgres().connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private record Answer(int code, String text) {}

    private static Answer forget(String id) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int code =
                new Forget(hub.settings(), new PrintStream(printed, true, StandardCharsets.UTF_8)).person(List.of(id));
        return new Answer(code, printed.toString(StandardCharsets.UTF_8));
    }

    private static Document user(ObjectId id, String name) {
        return new Document("_id", id).append("firstname", name).append("age", 40);
    }

    private static Document messages(ObjectId user) {
        Document message = new Document("messageDate", new Date(1_600_000_000_000L)).append("message", "hello");
        return new Document("userId", user).append("groupId", BEA).append("messages", List.of(message));
    }

    private static List<JsonNode> landed(String bucket) throws Exception {
        List<JsonNode> records = new ArrayList<>();
        for (String key : keys(bucket)) {
            JSON.readTree(hub.object(bucket, key)).forEach(records::add);
        }
        return records;
    }

    private static String everything(String bucket) {
        StringBuilder all = new StringBuilder();
        keys(bucket).forEach(key -> all.append(new String(hub.object(bucket, key), StandardCharsets.UTF_8)));
        return all.toString();
    }

    /** Without the list of the erased, which has digests as names. */
    private static List<String> keys(String bucket) {
        return hub.keys(bucket).stream()
                .filter(key -> !key.startsWith("forgotten/"))
                .toList();
    }
}
