package dev.serai.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.Document;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Sources that send what is meant for the database, for a shell, for Camel or for a browser: all of it is only data. */
@WithStack
@TestInstance(Lifecycle.PER_CLASS)
class HostileSourcesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Each is stored as it is, or is rejected with a reason; none of them does anything. */
    private static final List<String> PAYLOADS = List.of(
            "'); drop table users.profile; --",
            "' or '1'='1",
            "$$; drop schema users cascade; $$",
            "\\'; select pg_sleep(60); --",
            "\"}], \"x\": [{\"uid\": \"",
            "{\"$where\": \"sleep(1000)\"}",
            "[{\"position\": 1}]",
            ":?uid :#${body} ?",
            "${sys.user.home} ${bean:ledger} ${env:PATH}",
            "{{postgres.password}}",
            "file:///etc/passwd",
            "class:java.lang.Runtime",
            "ref:postgres?method=close",
            "jndi:ldap://127.0.0.1:1/x ${jndi:ldap://127.0.0.1:1/x}",
            "../../../etc/passwd",
            "<script>alert(1)</script>",
            "=cmd|' /C calc'!A0",
            "a\r\nSet-Cookie: x=y",
            "%00%27",
            "\uFEFF\u202Etxt.exe");

    /** What Camel would take for orders if it took headers from a source. */
    private static final List<String> ORDERS = List.of(
            "CamelHttpUri",
            "CamelRestHttpUri",
            "CamelHttpPath",
            "CamelFileName",
            "CamelBeanMethodName",
            "CamelSqlQuery",
            "CamelAwsS3Key",
            "CamelAwsS3OverrideBucketName",
            "CamelAwsS3Operation",
            "CamelPahoOverrideTopic",
            "CamelMqttTopic",
            "CamelJdbcParameters",
            "CamelSchedulerName");

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final String database = "hostile_" + UUID.randomUUID().toString().replace("-", "");
    private volatile String answer = "[]";
    private volatile Map<String, String> answerHeaders = Map.of();
    private volatile int status = 200;
    private HttpServer source;
    private Hub hub;
    private List<String> tables;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        source = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        source.createContext("/", this::answer);
        source.start();
        String at = "http://127.0.0.1:" + source.getAddress().getPort();
        hub = new Hub(
                stack,
                Map.of(
                        "users.api.url",
                        at + "/users",
                        "ads.api.url",
                        at + "/ads",
                        "community.mongo.database",
                        database,
                        "http.retries",
                        "1"));
        tables = schema();
    }

    @AfterAll
    void stop() {
        hub.close();
        source.stop(0);
    }

    @BeforeEach
    void harmless() {
        asked.clear();
        status = 200;
        answerHeaders = Map.of();
    }

    @AfterEach
    void nothing_was_done_that_the_source_said() throws Exception {
        assertThat(schema()).isEqualTo(tables);
        assertThat(asked).allMatch(path -> path.equals("/users") || path.equals("/ads"));
        assertThat(hub.keys("evil")).isEmpty();
        assertThat(hub.application().camel().getRoutes()).allMatch(route -> hub.application()
                .camel()
                .getRouteController()
                .getRouteStatus(route.getRouteId())
                .isStarted());
    }

    private List<String> schema() throws Exception {
        return hub.rows("""
                select table_schema || '.' || table_name || ' ' || count(*) from information_schema.columns
                where table_schema not in ('pg_catalog', 'information_schema') group by table_schema, table_name order by 1""");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(exchange.getRequestURI().getPath());
            answerHeaders.forEach(exchange.getResponseHeaders()::add);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void users_are_stored_word_for_word() throws Exception {
        ArrayNode users = JSON.createArrayNode();
        for (String payload : PAYLOADS) {
            ObjectNode user = users.addObject();
            user.put("uid", UUID.randomUUID().toString())
                    .put("first_name", payload)
                    .put("avatar", payload)
                    .put("email", payload);
            user.putObject("address").put("city", payload);
        }
        users.addObject().put("uid", UUID.randomUUID().toString()).put("first_name", "NUL \0 inside");
        users.addObject().put("uid", "'); delete from users.profile; --");
        users.addObject()
                .put("uid", UUID.randomUUID().toString())
                .putObject("first_name")
                .put("$ne", 1);
        answer = users.toString();
        answerHeaders = orders();

        assertThat(hub.run("users"))
                .contains("state=succeeded read=23 inserted=20")
                .contains("rejected=3");

        List<String> stored = new ArrayList<>();
        for (String payload : PAYLOADS) {
            stored.addAll(hub.rows(
                    "select city from users.profile where first_name = ? and avatar_url = first_name and email = city",
                    payload));
        }
        assertThat(stored).containsExactlyElementsOf(PAYLOADS);
        assertThat(hub.rows("select distinct raw_object from users.profile"))
                .singleElement()
                .asString()
                .startsWith("s3://user-data/raw/dt=");
    }

    @Test
    void ads_are_stored_word_for_word() throws Exception {
        ArrayNode ads = JSON.createArrayNode();
        for (String payload : PAYLOADS) {
            ads.addObject()
                    .put("ad_id", UUID.randomUUID().toString())
                    .put("ad_group", payload)
                    .put("ad_campaign", 1)
                    .put("shown_at", Instant.now().getEpochSecond());
        }
        ads.addObject()
                .put("ad_id", UUID.randomUUID().toString())
                .put("ad_group", "x")
                .put("ad_campaign", "1); drop table ads.impression")
                .put("shown_at", "now()");
        answer = ads.toString();
        answerHeaders = orders();

        assertThat(hub.run("ads"))
                .contains("state=succeeded read=21 inserted=20")
                .contains("rejected=1");

        assertThat(hub.rows("select ad_group from ads.impression")).containsExactlyInAnyOrderElementsOf(PAYLOADS);
        assertThat(hub.keys("ad-data")).allMatch(key -> key.startsWith("backup/dt="));
    }

    @Test
    void a_source_cannot_send_the_hub_elsewhere() throws Exception {
        String before = hub.value("select count(*) from ops.run where pipeline = 'ads'");
        status = 302;
        for (String elsewhere : List.of(
                "/internal",
                "file:///etc/passwd",
                hub.management("/operate/run/ads").toString())) {
            answerHeaders = Map.of("Location", elsewhere);

            assertThat(hub.run("users")).contains("state=failed").contains("answered 302");
        }
        assertThat(hub.value("select count(*) from ops.run where pipeline = 'ads'"))
                .isEqualTo(before);
    }

    @Test
    void messages_of_sensors_are_data_and_their_properties_are_nothing() throws Exception {
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.stream where connected")
                .equals("2"));
        String topic = hub.settings().text("sensors.mqtt.topic").replace("/#", "");
        String at = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "");
        MqttClient sensor = new MqttClient(
                hub.settings().text("sensors.mqtt.url"), "hostile-" + UUID.randomUUID(), new MemoryPersistence());
        try {
            MqttConnectionOptions login = new MqttConnectionOptions();
            login.setUserName(hub.settings().text("sensors.mqtt.user"));
            login.setPassword(hub.settings().text("sensors.mqtt.password").getBytes(StandardCharsets.UTF_8));
            sensor.connect(login);
            for (String payload : PAYLOADS) {
                ObjectNode reading =
                        JSON.createObjectNode().put("id", payload).put("dt", at).put("value", 1);
                sensor.publish(topic + "/'; drop table sensors.reading; --/../..", message(reading.toString()));
            }
            sensor.publish(topic, message("{\"id\": \"NUL \\u0000\", \"dt\": \"%s\", \"value\": 1}".formatted(at)));
            sensor.publish(
                    topic, message("{\"id\": \"s\", \"dt\": \"now(); drop table sensors.reading\", \"value\": 1}"));
            sensor.disconnect();
        } finally {
            sensor.close();
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        hub.value(
                                "select count(*), (select count(*) from ops.dead_letter where pipeline = 'sensors') from sensors.reading"))
                .isEqualTo(PAYLOADS.size() + "|2"));
        assertThat(hub.rows("select sensor_id from sensors.reading")).containsExactlyInAnyOrderElementsOf(PAYLOADS);
        await().atMost(PATIENCE).until(() -> !hub.keys("sensor-data").isEmpty());
        assertThat(hub.keys("sensor-data")).allMatch(key -> key.startsWith("raw/dt=") && !key.contains(".."));
    }

    @Test
    void documents_are_stored_word_for_word() throws Exception {
        try (MongoClient client = MongoClients.create(hub.settings().text("community.mongo.url"))) {
            MongoCollection<Document> groups = client.getDatabase(database).getCollection("groups");
            for (String payload : PAYLOADS) {
                groups.insertOne(new Document("healthCoach", payload).append("note'); drop table x; --", payload));
            }
            groups.insertOne(new Document("healthCoach", "NUL \0 inside"));

            hub.run("community-sweep");

            assertThat(hub.rows("select health_coach from community.groups where health_coach not like 'NUL%'"))
                    .containsExactlyInAnyOrderElementsOf(PAYLOADS);
            assertThat(hub.keys("community-data")).allMatch(key -> key.startsWith("raw/dt="));
            client.getDatabase(database).drop();
        }
    }

    private static MqttMessage message(String payload) {
        MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
        message.setQos(1);
        MqttProperties properties = new MqttProperties();
        List<UserProperty> all = new ArrayList<>();
        orders().forEach((name, value) -> all.add(new UserProperty(name, value)));
        properties.setUserProperties(all);
        message.setProperties(properties);
        return message;
    }

    private static Map<String, String> orders() {
        Map<String, String> orders = new HashMap<>();
        ORDERS.forEach(name -> orders.put(name, "evil"));
        orders.put("CamelHttpUri", "http://127.0.0.1:1/evil");
        return orders;
    }
}
