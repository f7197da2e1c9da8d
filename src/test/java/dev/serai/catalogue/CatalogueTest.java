package dev.serai.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.sun.net.httpserver.HttpServer;
import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The catalogue as it is answered and written, and what OpenLineage is told. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogueTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> taken = new CopyOnWriteArrayList<>();
    private volatile int status = 201;
    private HttpServer endpoint;
    private Hub hub;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/api/v1/lineage", call -> {
            JsonNode event = JSON.readTree(call.getRequestBody());
            boolean authorized = "Bearer key".equals(call.getRequestHeaders().getFirst("Authorization"));
            int answer = authorized ? status : 401;
            if (answer < 300) {
                taken.add(event);
            }
            call.sendResponseHeaders(answer, -1);
            call.close();
        });
        endpoint.start();
        hub = new Hub(
                stack,
                Map.of(
                        "openlineage.url",
                        "http://127.0.0.1:%d/api/v1/lineage"
                                .formatted(endpoint.getAddress().getPort()),
                        "openlineage.secret-key",
                        "key",
                        "openlineage.interval-ms",
                        "100"));
        hub.run("users");
    }

    @AfterAll
    void stop() {
        hub.close();
        endpoint.stop(0);
    }

    @Test
    void a_dataset_is_answered_with_its_numbers_and_its_way() throws Exception {
        JsonNode answer = JSON.readTree(hub.get("/api/catalogue").body());

        assertThat(answer.get("asOf").asText()).isNotEmpty();
        JsonNode users = row(answer, "users.profile");
        assertThat(users.get("oneRowIs").asText()).isEqualTo("One person who signed up");
        assertThat(users.get("schedule").asText()).isEqualTo(hub.settings().text("users.schedule"));
        assertThat(users.get("freshnessSeconds").asLong()).isEqualTo(600);
        assertThat(users.get("written24h").asLong())
                .isEqualTo(Long.parseLong(
                        hub.value("select sum(inserted + updated) from ops.load where dataset = 'users.profile'")));
        assertThat(users.get("lastLoadAt").asText()).isNotEmpty();
        assertThat(links(users, "upstream"))
                .containsExactlyInAnyOrder(
                        "source:{{users.api.url}} > route:users-api-to-postgres",
                        "route:users-api-to-postgres > route:users-load",
                        "route:users-load > statement:routes/users/load-users.sql",
                        "statement:routes/users/load-users.sql > dataset:users.profile");
        assertThat(links(users, "downstream")).contains("dataset:users.profile > dataset:mart.user_newest");
        assertThat(answer.toString())
                .as("no setting that may hold a key or a password")
                .doesNotContain(hub.settings().text("users.api.url"));
    }

    @Test
    void a_view_is_followed_back_through_tables_and_streams_to_the_source() throws Exception {
        JsonNode answer = JSON.readTree(hub.get("/api/catalogue").body());

        assertThat(links(row(answer, "mart.sensor_1min_recent"), "upstream"))
                .contains(
                        "source:paho-mqtt5:{{sensors.mqtt.topic}} > route:sensors-mqtt-to-postgres",
                        "route:sensors-mqtt-to-postgres > route:sensors-load",
                        "route:sensors-load > statement:routes/sensors/load-readings.sql",
                        "statement:routes/sensors/load-readings.sql > dataset:sensors.reading_1min",
                        "dataset:sensors.reading_1min > dataset:mart.sensor_1min",
                        "dataset:mart.sensor_1min > dataset:mart.sensor_1min_recent")
                .noneMatch(link -> link.contains("users"));
        assertThat(links(row(answer, "mart.sensor_latest"), "upstream"))
                .contains("source:bean:sensorListFile > route:sensors-list");
        assertThat(links(row(answer, "mart.community_invoice_month"), "upstream"))
                .contains(
                        "source:bean:communityInserts > route:community-mongo-to-postgres",
                        "statement:routes/community/load-community.sql > dataset:community.invoices",
                        "dataset:community.invoices > dataset:mart.community_invoice_month");
    }

    @Test
    void every_dataset_has_a_source_or_is_one() throws Exception {
        JsonNode answer = JSON.readTree(hub.get("/api/catalogue").body());

        assertThat(answer.get("rows"))
                .filteredOn(row -> row.get("kind").asText().equals("view"))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(links(row, "upstream"))
                        .as(row.get("dataset").asText())
                        .isNotEmpty());
    }

    @Test
    void the_files_are_one_page_contracts_of_the_standard_and_a_data_package(@TempDir Path directory) throws Exception {
        int code = CatalogueFiles.write(
                hub.settings(), List.of(directory.toString()), new PrintStream(PrintStream.nullOutputStream()));

        assertThat(code).isZero();
        String page = Files.readString(directory.resolve("index.html"));
        assertThat(page)
                .contains("<article id=\"users.profile\">", "Reported position, degrees north")
                .doesNotContain("http:", "https:", " src=", "<link", "@import", "url(");
        JsonNode catalogue = JSON.readTree(directory.resolve("catalogue.json").toFile());
        int datasets = catalogue.get("rows").size();
        JsonNode resources =
                JSON.readTree(directory.resolve("datapackage.json").toFile()).get("resources");
        assertThat(resources).hasSize(datasets);
        JsonNode users = StreamSupport.stream(resources.spliterator(), false)
                .filter(resource -> resource.get("name").asText().equals("users-profile"))
                .findFirst()
                .orElseThrow();
        assertThat(users.get("dialect").toString())
                .isEqualTo("{\"sql\":{\"table\":\"profile\",\"namespace\":\"users\"}}");
        assertThat(users.get("path").asText()).startsWith("postgresql://").doesNotContain("@");
        assertThat(users.get("schema").get("primaryKey").toString()).isEqualTo("[\"uid\"]");
        assertThat(users.get("schema").get("fields")).anySatisfy(field -> assertThat(field.toString())
                .contains("\"name\":\"gender\"", "\"enum\":[\"Male\","));
        assertThat(contracts(directory)).hasSize(datasets).allSatisfy(file -> assertThat(complaints(file))
                .as(file.toString())
                .isEmpty());
    }

    private static List<Path> contracts(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("odcs"))) {
            return files.toList();
        }
    }

    private static List<String> complaints(Path contract) throws IOException {
        try (InputStream text = CatalogueTest.class.getResourceAsStream("/odcs/odcs-3.1.0.schema.json")) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V201909)
                    .getSchema(JSON.readTree(text));
            return schema.validate(new ObjectMapper(new YAMLFactory()).readTree(contract.toFile())).stream()
                    .map(Object::toString)
                    .toList();
        }
    }

    @Test
    void a_run_is_told_once_when_it_begins_and_once_when_it_ends() throws Exception {
        status = 503;
        hub.run("users");
        String run = newest("succeeded");
        status = 201;

        List<JsonNode> events = events(run, 2);

        assertThat(events).extracting(event -> event.get("eventType").asText()).containsExactly("START", "COMPLETE");
        JsonNode end = events.get(1);
        assertThat(end.get("job").get("name").asText()).isEqualTo("users-api-to-postgres");
        assertThat(end.get("job").get("namespace").asText()).isEqualTo("serai");
        assertThat(end.get("inputs").toString()).contains("{{users.api.url}}");
        assertThat(end.get("outputs")).singleElement().satisfies(output -> {
            assertThat(output.get("namespace").asText()).startsWith("postgres://127.0.0.1:");
            assertThat(output.get("name").asText()).endsWith(".users.profile");
            assertThat(output.get("outputFacets")
                            .get("outputStatistics")
                            .get("rowCount")
                            .asLong())
                    .isEqualTo(Long.parseLong(
                            hub.value("select inserted + updated from ops.run where run_id = ?::uuid", run)));
        });
        assertThat(hub.rows("select type from ops.run_event where run_id = ?::uuid order by sent_at", run))
                .containsExactly("START", "COMPLETE");
    }

    @Test
    void a_run_that_fails_is_told_with_its_reason() throws Exception {
        hub.fail("ads", Failure.of(FailureKind.HTML, 10));
        hub.run("ads");
        String run = newest("failed");

        JsonNode end = events(run, 2).get(1);

        assertThat(end.get("eventType").asText()).isEqualTo("FAIL");
        assertThat(end.get("run")
                        .get("facets")
                        .get("errorMessage")
                        .get("message")
                        .asText())
                .isEqualTo(hub.value("select error_message from ops.run where run_id = ?::uuid", run));
    }

    private String newest(String state) throws Exception {
        return hub.value("select run_id from ops.run where state = ? order by started_at desc limit 1", state);
    }

    private List<JsonNode> events(String run, int count) {
        List<JsonNode> events = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            events.clear();
            taken.stream()
                    .filter(event -> event.get("run").get("runId").asText().equals(run))
                    .forEach(events::add);
            return events.size() >= count;
        });
        return events;
    }

    private static JsonNode row(JsonNode catalogue, String dataset) {
        for (JsonNode row : catalogue.get("rows")) {
            if (row.get("dataset").asText().equals(dataset)) {
                return row;
            }
        }
        throw new AssertionError(dataset + " is not in the catalogue");
    }

    private static List<String> links(JsonNode row, String direction) {
        List<String> links = new ArrayList<>();
        row.get("lineage")
                .get(direction)
                .forEach(link -> links.add(
                        link.get("from").asText() + " > " + link.get("to").asText()));
        return links;
    }
}
