package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's server: its files, its answers, and what it refuses. */
@WithStack
class PageTest {

    private static final Path FILES = Path.of("src/main/resources/META-INF/resources/ui");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** What a healthy hub has nothing to say to. */
    private static final Set<String> EMPTY_HERE = Set.of("/api/trouble", "/api/missed-runs", "/api/community-changes");

    private static Hub hub;

    /** A hub in which every mart has rows. */
    @BeforeAll
    static void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        hub.run("users");
        hub.run("ads");
        hub.fail(Failure.of(FailureKind.WRONG_TYPES, 1));
        hub.run("users");
        PageRows.fill(hub);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ui"})
    void an_address_without_a_file_leads_to_the_page(String path) throws Exception {
        HttpResponse<String> answer = hub.get(path);

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location")).hasValue("/ui/");
    }

    @ParameterizedTest
    @CsvSource({
        "/ui/, index.html, text/html",
        "/ui/style.css, style.css, text/css",
        "/ui/app.js, app.js, text/javascript",
        "/ui/world.svg, world.svg, image/svg+xml",
        "/ui/icon-bad.svg, icon-bad.svg, image/svg+xml"
    })
    void files_come_with_their_type_and_the_security_headers(String path, String file, String type) throws Exception {
        HttpResponse<String> answer = hub.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().replaceAll("(src|href)=\"[0-9a-f]{12}/", "$1=\""))
                .isEqualTo(Files.readString(FILES.resolve(file)));
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-cache");
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertSecured(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/../application.properties",
                "/ui/..%2fapplication.properties",
                "/ui/%2e%2e/application.properties",
                "/ui/%2e%2e%2fapplication.properties",
                "/ui/..%5capplication.properties",
                "/ui/../../../application.properties",
                "/ui/%2e%2e/%2e%2e/%2e%2e/application.properties",
                "/ui/..%2f..%2f..%2fdb/migration/V001__ledger.sql",
                "/ui//etc/passwd",
                "/ui/%2fetc/passwd",
                "/application.properties",
                "/META-INF/resources/ui/index.html"
            })
    void nothing_beside_the_page_is_handed_out(String path) throws Exception {
        HttpResponse<String> answer = hub.get(path);

        assertThat(answer.statusCode()).isBetween(400, 499);
        assertThat(answer.body()).doesNotContain("postgres", "create ", "root:", "<!doctype");
    }

    @Test
    void no_file_of_the_page_names_another_host_or_needs_what_the_policy_forbids() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(FILES)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        assertThat(files).hasSizeGreaterThan(5);
        for (Path file : files) {
            assertThat(Files.readString(file).replace("http://www.w3.org/2000/svg", ""))
                    .as(file.toString())
                    .doesNotContainPattern("https?:|[\"'(]//|wss?:")
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
        }
        assertThat(Files.readString(FILES.resolve("index.html")))
                .doesNotContain("style=\"", "<style", "onclick", "onload")
                .doesNotContainPattern("<script(?![^>]*src=)");
    }

    @Test
    void the_files_stay_small() throws IOException {
        try (Stream<Path> walk = Files.walk(FILES)) {
            assertThat(walk.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isLessThan(200_000);
        }
    }

    static Stream<String> endpoints() {
        return Stream.of(
                "pipelines pipeline",
                "runs pipeline_run",
                "newest-users user_newest",
                "users-total user_total",
                "user-positions user_position",
                "dead-letters dead_letter",
                "ads-hourly ad_impression_hour");
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void an_answer_is_the_mart_with_its_instant(String endpoint) throws Exception {
        String path = "/api/" + endpoint.split(" ")[0];
        String mart = "mart." + endpoint.split(" ")[1];

        HttpResponse<String> answer = hub.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertSecured(answer);
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.fieldNames()).toIterable().containsExactly("asOf", "rows");
        assertThat(OffsetDateTime.parse(body.get("asOf").asText()).toInstant())
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(1)),
                        Instant.now().plus(Duration.ofMinutes(1)));
        assertThat(body.get("rows")).isNotEmpty();
        assertThat(body.get("rows"))
                .isEqualTo(JSON.readTree(hub.value("select json_agg(v) from (select * from " + mart + ") v")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/pipelines", "/api/user-positions", "/ui/", "/"})
    void the_page_is_read_only(String path) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(hub.page(path))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isIn(404, 405);
    }

    @Test
    void the_map_marks_the_newest_batch() throws Exception {
        assertThat(hub.rows("select count(*) filter (where newest) = (select count(*) from users.profile where run_id ="
                        + " (select run_id from mart.user_newest limit 1) and latitude is not null), bool_or(not newest)"
                        + " from mart.user_position"))
                .containsExactly("t|t");
    }

    @Test
    void the_page_asks_as_the_reader_who_may_not_see_the_book() throws Exception {
        hub.get("/api/pipelines");

        assertThat(
                        hub.rows(
                                "select distinct usename from pg_stat_activity where datname = current_database() and application_name = 'serai page'"))
                .containsExactly(hub.settings().text("postgres.reader.user"));
        try (Connection reader = DriverManager.getConnection(
                hub.settings().text("postgres.url"),
                hub.settings().text("postgres.reader.user"),
                hub.settings().text("postgres.reader.password"))) {
            for (String table : List.of("ops.run", "ops.dead_letter", "ops.load")) {
                assertThatThrownBy(() -> reader.createStatement().executeQuery("select * from " + table))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("permission denied");
            }
        }
    }

    @Test
    void without_postgresql_the_answer_says_so_and_comes_back_with_it(LocalStack stack) throws Exception {
        stack.postgres().stop();
        try {
            // An answer may be shared for a second.
            HttpResponse<String> answer =
                    await().until(() -> hub.get("/api/pipelines"), current -> current.statusCode() == 503);

            assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
            assertThat(JSON.readTree(answer.body()).get("error").asText()).startsWith("PostgreSQL does not answer now");
            assertThat(hub.get("/ui/").statusCode()).isEqualTo(200);
        } finally {
            stack.postgres().start();
        }

        // So may the failure; and the pool connects again when it is asked again.
        await().until(() -> hub.get("/api/pipelines"), current -> current.statusCode() == 200);
    }

    @Test
    void what_the_page_names_is_kept_for_ever_under_the_version_of_all_files() throws Exception {
        Matcher named = Pattern.compile("(?:src|href)=\"([0-9a-f]{12}/[a-z./-]+)")
                .matcher(hub.get("/ui/").body());
        Set<String> paths = new TreeSet<>();
        while (named.find()) {
            paths.add(named.group(1));
        }

        assertThat(paths).hasSizeGreaterThan(3).anyMatch(path -> path.endsWith("/app.js"));
        for (String path : paths) {
            HttpResponse<String> answer = hub.get("/ui/" + path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("cache-control")).hasValue("public, max-age=31536000, immutable");
        }
        assertThat(hub.get("/ui/000000000000/app.js").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/app.js", "/ui/", "/api/runs", "/api/runs?format=csv"})
    void text_is_packed_for_who_accepts_it_and_a_file_that_is_known_is_not_sent_again(String path) throws Exception {
        HttpResponse<String> plain = hub.get(path);
        HttpResponse<byte[]> packed = HTTP.send(
                HttpRequest.newBuilder(hub.page(path))
                        .header("Accept-Encoding", "gzip")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
        assertThat(packed.headers().firstValue("content-encoding")).hasValue("gzip");
        String unpacked = new String(
                new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(withoutInstant(unpacked)).isEqualTo(withoutInstant(plain.body()));
        Optional<String> tag = plain.headers().firstValue("etag");
        if (path.startsWith("/ui")) {
            HttpResponse<String> known = HTTP.send(
                    HttpRequest.newBuilder(hub.page(path))
                            .header("If-None-Match", tag.orElseThrow())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(known.statusCode()).isEqualTo(304);
            assertThat(known.body()).isEmpty();
        }
    }

    private static String withoutInstant(String json) {
        return json.replaceAll("\"asOf\" : \"[^\"]*\"", "");
    }

    @Test
    void a_hundred_viewers_share_an_answer_and_two_connections() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> viewers = new ArrayList<>();
        for (int viewer = 0; viewer < 100; viewer++) {
            viewers.add(HTTP.sendAsync(
                    HttpRequest.newBuilder(hub.page("/api/pipelines")).build(), HttpResponse.BodyHandlers.ofString()));
        }
        // What else each of them asks, so that the two connections are wanted by many at once.
        List<CompletableFuture<HttpResponse<String>>> others = endpoints()
                .flatMap(endpoint -> Stream.generate(() -> endpoint).limit(30))
                .map(endpoint -> HTTP.sendAsync(
                        HttpRequest.newBuilder(hub.page("/api/" + endpoint.split(" ")[0]))
                                .version(HttpClient.Version.HTTP_1_1)
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .toList();
        Set<String> instants = new TreeSet<>();
        for (CompletableFuture<HttpResponse<String>> viewer : viewers) {
            instants.add(JSON.readTree(viewer.join().body()).get("asOf").asText());
        }

        assertThat(others)
                .allSatisfy(other -> assertThat(other.join().statusCode()).isEqualTo(200));

        // As many as seconds have passed, and one more: far from a hundred on any machine.
        assertThat(instants).hasSizeLessThan(20);
        assertThat(
                        Integer.parseInt(
                                hub.value(
                                        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'serai page'")))
                .isLessThanOrEqualTo(2);
    }

    @Test
    void a_table_can_be_had_as_csv() throws Exception {
        HttpResponse<String> answer = hub.get("/api/dead-letters?format=csv");

        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/csv");
        assertThat(answer.headers().firstValue("content-disposition"))
                .hasValue("attachment; filename=\"dead_letter.csv\"");
        assertThat(answer.body().lines().findFirst())
                .hasValue(
                        hub.value(
                                "select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = 'mart.dead_letter'::regclass and attnum > 0"));
        assertThat(answer.body().lines().count())
                .isEqualTo(1 + Long.parseLong(hub.value("select count(*) from mart.dead_letter")));
    }

    @Test
    void every_answer_is_explained_by_its_view_and_its_route() throws Exception {
        JsonNode rows = JSON.readTree(hub.get("/api/explain").body()).get("rows");

        assertThat(rows).hasSizeGreaterThanOrEqualTo(7);
        for (JsonNode row : rows) {
            assertThat(row.get("question").asText()).as(row.toString()).isNotBlank();
            assertThat(row.get("sql").asText()).containsIgnoringCase("select");
            String[] at = row.get("at").asText().split(":", -1);
            assertThat(Files.readAllLines(Path.of(at[0])).get(Integer.parseInt(at[1]) - 1))
                    .isNotBlank();
            assertThat(row.get("columns")).isNotEmpty().allSatisfy(column -> assertThat(
                            column.get("meaning").asText())
                    .isNotBlank());
        }
    }

    @Test
    void the_description_for_programs_fits_all_answers() throws Exception {
        JsonNode document = JSON.readTree(hub.get("/api/openapi.json").body());
        assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
        assertThat(document.get("paths").fieldNames())
                .toIterable()
                .hasSizeGreaterThan(35)
                .containsAll(endpoints()
                        .map(endpoint -> "/api/" + endpoint.split(" ")[0])
                        .toList());

        for (Map.Entry<String, JsonNode> described : document.get("paths").properties()) {
            HttpResponse<String> answer = hub.get(existing(described.getKey()));
            assertThat(answer.statusCode()).as(described.getKey()).isEqualTo(200);
            JsonNode content = described.getValue().at("/get/responses/200/content");
            String type = answer.headers().firstValue("content-type").orElse("").replaceFirst(";.*", "");
            assertThat(content.has(type)).as(described.getKey() + " is " + type).isTrue();
            JsonNode schema = content.get(type).at("/schema/properties/rows/items");
            if (!schema.isMissingNode()) {
                fits(schema, JSON.readTree(answer.body()), described.getKey());
            }
        }
    }

    /** The address with something that is there in place of a name in braces. */
    private static String existing(String path) throws SQLException {
        return path.replace("{pipeline}", "users")
                .replace("{sensor_id}", "hall")
                .replace("{dead_letter_id}", hub.value("select min(dead_letter_id) from ops.dead_letter"))
                .replace("{run_id}", hub.value("select run_id from ops.run where pipeline = 'users' and rejected > 0"));
    }

    private static void fits(JsonNode schema, JsonNode answer, String path) {
        assertThat(answer.fieldNames()).toIterable().as(path).containsExactly("asOf", "rows");
        if (!EMPTY_HERE.contains(path)) {
            assertThat(answer.get("rows")).as(path).isNotEmpty();
        }
        for (JsonNode row : answer.get("rows")) {
            assertThat(row.fieldNames()).toIterable().containsExactlyElementsOf(() -> schema.get("properties")
                    .fieldNames());
            row.properties().forEach(field -> {
                JsonNode types = schema.at("/properties/" + field.getKey() + "/type");
                if (!types.isMissingNode()) {
                    assertThat(types).as(path + " " + field).anySatisfy(type -> assertThat(
                                    fits(type.asText(), field.getValue()))
                            .isTrue());
                }
            });
        }
    }

    private static boolean fits(String type, JsonNode value) {
        return switch (type) {
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            default -> value.isNull();
        };
    }

    private static void assertSecured(HttpResponse<?> answer) {
        assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                .startsWith("default-src 'self';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("referrer-policy")).hasValue("no-referrer");
    }
}
