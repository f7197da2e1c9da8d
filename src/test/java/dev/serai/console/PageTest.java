package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
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

    private static Hub hub;

    /** A hub in which every mart has rows. */
    @BeforeAll
    static void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        hub.run("users");
        hub.run("ads");
        hub.fail(Failure.of(FailureKind.WRONG_TYPES, 1));
        hub.run("users");
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
        assertThat(answer.body()).isEqualTo(Files.readString(FILES.resolve(file)));
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
                    .isLessThan(120_000);
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
            HttpResponse<String> answer = hub.get("/api/pipelines");

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
            assertThat(JSON.readTree(answer.body()).get("error").asText()).startsWith("PostgreSQL does not answer now");
            assertThat(hub.get("/ui/").statusCode()).isEqualTo(200);
        } finally {
            stack.postgres().start();
        }

        assertThat(hub.get("/api/pipelines").statusCode()).isEqualTo(200);
    }

    private static void assertSecured(HttpResponse<?> answer) {
        assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                .startsWith("default-src 'self';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("referrer-policy")).hasValue("no-referrer");
    }
}
