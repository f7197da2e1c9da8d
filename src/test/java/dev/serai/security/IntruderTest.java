package dev.serai.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.Hub;
import dev.serai.security.Intruder.Answer;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries both ports of one running hub, as another web site would, or somebody on the network. */
@WithStack
@TestInstance(Lifecycle.PER_CLASS)
class IntruderTest {

    private static final String STOP_A_ROUTE =
            "/observe/jolokia/exec/org.apache.camel:context=serai,type=routes,name=%22users-load%22/stop()";

    private Hub hub;
    private Intruder page;
    private Intruder stranger;
    private Intruder operator;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        hub.run("users");
        page = Intruder.at(hub.page("/"));
        stranger = Intruder.at(hub.management("/"));
        operator = stranger.login("admin", "open sesame");
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "null",
                "http://127.0.0.1:1",
                "http://localhost",
                "http://example.org@127.0.0.1",
                "file://",
                "not an origin"
            })
    void a_page_of_another_origin_gets_nothing_though_the_browser_adds_the_login(String origin) throws Exception {
        Intruder foreign = operator.with("Origin", origin);

        assertThat(foreign.get("/hawtio/").status()).isEqualTo(403);
        assertThat(foreign.get(STOP_A_ROUTE).status()).isEqualTo(403);
        assertThat(foreign.with("Serai-Operator", "yes")
                        .post("/operate/run/users", "")
                        .status())
                .isEqualTo(403);
        Answer asked = foreign.with("Access-Control-Request-Method", "POST")
                .with("Access-Control-Request-Headers", "serai-operator")
                .send("OPTIONS", "/operate/run/users", "");
        assertThat(asked.head()).doesNotContainIgnoringCase("access-control-allow");
        nothingHappened();
    }

    @Test
    void a_link_or_an_image_on_another_page_changes_nothing() throws Exception {
        assertThat(operator.get(STOP_A_ROUTE).status()).isEqualTo(403);
        assertThat(operator.with("Sec-Fetch-Site", "cross-site")
                        .get(STOP_A_ROUTE)
                        .status())
                .isEqualTo(403);
        // The page on the other port is the same site and another origin.
        assertThat(operator.with("Sec-Fetch-Site", "same-site")
                        .get(STOP_A_ROUTE)
                        .status())
                .isEqualTo(403);
        assertThat(operator.post("/operate/run/users", "").status()).isEqualTo(403);
        nothingHappened();
    }

    private void nothingHappened() throws Exception {
        assertThat(hub.value("select count(*) from ops.run")).isEqualTo("1");
        assertThat(hub.application().camel().getRouteController().getRouteStatus("users-load"))
                .isEqualTo(ServiceStatus.Started);
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "127.0.0.1.example.org", "localhost.example.org:80", "xn--localhost-"})
    void a_foreign_name_that_leads_here_is_refused(String name) throws Exception {
        assertThat(page.with("Host", name).get("/api/newest-users").status()).isEqualTo(421);
        assertThat(page.with("Host", name).get("/ui/").status()).isEqualTo(421);
        assertThat(operator.with("Host", name).get("/observe/health").status()).isEqualTo(421);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "127.0.0.1", "[::1]:8080", "192.168.1.5:8080"})
    void the_own_name_and_addresses_in_numbers_are_not(String name) throws Exception {
        assertThat(page.with("Host", name).get("/api/users-total").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/../application.properties",
                "/ui/../../../../../../../../etc/passwd",
                "/ui/%2e%2e/application.properties",
                "/ui/..%2fapplication.properties",
                "/ui/..%5c..%5capplication.properties",
                "/ui/....//application.properties",
                "/ui//etc/passwd",
                "/ui/%00/application.properties",
                "/application.properties",
                "/pom.xml",
                "/.env",
                "/routes/users/users-api-to-postgres.camel.yaml",
                "/hawtio/../application.properties",
                "/hawtio/%2e%2e/application.properties",
                "/hawtio/..%2fapplication.properties",
                "/hawtio/..%5capplication.properties",
                "/hawtio/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
                "/hawtio//etc/passwd",
                "/hawtio/static/js/%2e%2e/%2e%2e/%2e%2e/jolokia-access.xml",
                "/hawtio/index.html%00.js"
            })
    void no_way_leads_out_of_the_folders(String path) throws Exception {
        for (Intruder server : List.of(page, operator)) {
            Answer answer = server.get(path);
            assertThat(answer.body())
                    .doesNotContain("postgres.password", "root:", "<project", "- route:", "<restrict>");
            assertThat(answer.status()).isNotEqualTo(500);
        }
    }

    @Test
    void headers_and_parameters_do_not_steer_routes() throws Exception {
        String expected = page.get("/api/users-total").body().replaceAll("\"asOf\" : \"[^\"]*\"", "");
        Intruder steering = page;
        for (String name : List.of(
                "CamelHttpUri",
                "CamelHttpPath",
                "CamelHttpResponseCode",
                "CamelBeanMethodName",
                "CamelSqlQuery",
                "CamelJdbcParameters",
                "CamelFileName",
                "CamelAwsS3Key",
                "camelhttpresponsecode",
                "view",
                "key",
                "value")) {
            steering = steering.with(name, "dead_letter");
        }

        Answer answer = steering.get("/api/users-total?CamelSqlQuery=select+1&view=dead_letter&key=x&value=y");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().replaceAll("\"asOf\" : \"[^\"]*\"", "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/run/'%20or%20true--",
                "/api/run/'%3Bdrop%20table%20users.profile%3B--",
                "/api/sensor/x'%20union%20select%20null--",
                "/api/sensor/%00",
                "/api/pipeline/%24%7Bsys.user.home%7D/runs",
                "/api/pipeline/%7B%7Bpostgres.password%7D%7D",
                "/api/dead-letter/1%3B%20select%20pg_sleep(60)",
                "/api/run/%0d%0aSet-Cookie:%20x=y",
                "/api/sensor/x'?format=csv"
            })
    void a_value_in_an_address_is_only_a_value(String path) throws Exception {
        Answer answer = page.get(path);

        assertThat(answer.status()).isIn(200, 400, 404);
        assertThat(answer.has("Set-Cookie")).isFalse();
        assertThat(answer.body())
                .doesNotContain(hub.settings().text("postgres.password"), System.getProperty("user.home"));
        if (answer.body().startsWith("{")) {
            assertThat(answer.body()).contains("\"rows\" : []");
        }
        assertThat(hub.value("select count(*) from users.profile")).isEqualTo("5");
    }

    @Test
    void what_is_too_large_is_refused() throws Exception {
        assertThat(page.with("X", "x".repeat(200_000)).get("/").status()).isIn(0, 400, 431);
        assertThat(page.get("/" + "x".repeat(200_000)).status()).isIn(0, 400, 414);
        String large = "[" + " ".repeat(1_000_000) + "]";
        assertThat(operator.with("Serai-Operator", "yes")
                        .post("/observe/jolokia", large)
                        .status())
                .isIn(0, 413);
        assertThat(page.with("Content-Length", "2000000")
                        .send("GET", "/api/users-total", " ".repeat(2_000_000))
                        .status())
                .isIn(0, 413);
        assertThat(page.get("/api/users-total").status()).isEqualTo(200);
    }

    @Test
    void who_never_finishes_a_request_keeps_nobody_else_waiting() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                slow.add(page.begin("GET", "/api/users-total"));
                slow.add(stranger.with("Content-Length", "1000").begin("POST", "/observe/jolokia"));
            }
            assertThat(page.get("/api/users-total").status()).isEqualTo(200);
            assertThat(operator.get("/observe/health/live").status()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void passwords_cannot_be_tried_quickly_and_the_operator_is_not_locked_out_by_it() throws Exception {
        assertThat(operator.get("/observe/health/live").status()).isEqualTo(200);
        List<Integer> answers = new ArrayList<>();
        for (int guess = 0; guess < 12; guess++) {
            answers.add(stranger.login("admin", "guess " + guess)
                    .get("/observe/health")
                    .status());
        }

        assertThat(answers.subList(0, 10)).containsOnly(401);
        assertThat(answers.subList(10, 12)).containsOnly(429);
        assertThat(stranger.with("Authorization", "Basic !")
                        .get("/observe/health")
                        .status())
                .isNotEqualTo(200);
        assertThat(stranger.login("admin", "another").get("/observe/health").status())
                .isEqualTo(429);
        assertThat(operator.get("/observe/health/live").status()).isEqualTo(200);
    }

    @Test
    void every_answer_tells_the_browser_what_it_may_do() throws Exception {
        for (Answer answer : List.of(
                page.get("/ui/"),
                page.get("/api/users-total"),
                page.get("/nothing"),
                page.with("Host", "example.org").get("/"),
                stranger.get("/observe/health"),
                operator.get("/observe/health"),
                operator.get("/hawtio/"),
                operator.get("/nothing"),
                operator.get("/observe/jolokia"))) {
            assertThat(answer.has("Content-Security-Policy")).as(answer.head()).isTrue();
            assertThat(answer.has("X-Content-Type-Options")).as(answer.head()).isTrue();
            assertThat(answer.has("X-Frame-Options")).as(answer.head()).isTrue();
            assertThat(answer.has("Access-Control-Allow-Origin"))
                    .as(answer.head())
                    .isFalse();
        }
        assertThat(operator.get("/hawtio/").head()).doesNotContain("unsafe-eval");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/q/dev", "/q/dev/bean", "/observe/dev", "/q/send", "/q/upload/x", "/q/download", "/q/jolokia"})
    void there_is_no_developers_console(String path) throws Exception {
        assertThat(operator.get(path).status()).isEqualTo(404);
        assertThatThrownBy(() -> Class.forName("org.apache.camel.impl.console.BeanDevConsole"))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
