package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations: who may, what they answer, and the command line that asks for them. */
@WithStack
class OperationsTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/operate/pipelines",
                "/operate/run/users",
                "/observe/health",
                "/observe/health/live",
                "/",
                "/nothing"
            })
    void nothing_on_the_management_port_answers_without_the_login(String path) throws Exception {
        assertThat(status("GET", path, "")).isEqualTo(401);
        assertThat(status("POST", path, "admin:wrong")).isEqualTo(401);
        assertThat(status("POST", path, "someone:open sesame")).isEqualTo(401);
        assertThat(hub.value("select count(*) from ops.run")).isEqualTo("0");
    }

    @Test
    void a_request_that_another_site_could_make_a_browser_send_is_refused() throws Exception {
        HttpRequest request = request("POST", "/operate/run/users", "admin:open sesame")
                .header("Origin", "https://example.org")
                .build();

        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(403);
        assertThat(hub.value("select count(*) from ops.run")).isEqualTo("0");
    }

    @Test
    void the_command_line_runs_a_pipeline_and_prints_its_result() throws Exception {
        assertThat(client("open sesame").operate("run", "users")).isZero();
        assertThat(output()).contains("pipeline=users cause=asked state=succeeded read=5 inserted=5");
    }

    @Test
    void the_command_line_fails_with_a_failed_run() throws Exception {
        hub.simulators().close();

        assertThat(client("open sesame").operate("run", "users")).isOne();
        assertThat(output()).contains("state=failed").contains("SOURCE_UNREACHABLE");
    }

    @Test
    void without_a_name_the_command_line_lists_the_pipelines() throws Exception {
        assertThat(client("open sesame").operate("run", null)).isEqualTo(2);
        assertThat(output())
                .contains("Which pipeline? There are:")
                .contains(
                        "  " + String.join("\n  ", hub.application().pipelines().names()) + "\n")
                .contains("make run PIPELINE=ads");
    }

    @Test
    void an_unknown_pipeline_says_which_there_are() throws Exception {
        assertThat(client("open sesame").operate("run", "user")).isOne();
        assertThat(output())
                .isEqualTo("there is no pipeline 'user'; there are: %s\n"
                        .formatted(
                                String.join(", ", hub.application().pipelines().names())))
                .contains("ads, ads-archive", "sensors, sensors-archive", ", users");
    }

    @Test
    void a_wrong_password_is_said() throws Exception {
        assertThat(client("wrong").operate("run", "users")).isOne();
        assertThat(output()).contains("wrong operator user or password");
    }

    @Test
    void a_hub_that_does_not_run_is_said() throws Exception {
        hub.stop();

        assertThat(client("open sesame").operate("run", "users")).isOne();
        assertThat(output()).contains("Serai does not run at").contains("make start");
    }

    private OperatorClient client(String password) {
        Map<String, String> environment =
                Map.of("MANAGEMENT_PORT", hub.settings().text("management.port"), "MANAGEMENT_PASSWORD", password);
        return new OperatorClient(
                Settings.load(environment, List.of()), new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private int status(String method, String path, String login) throws Exception {
        return http.send(request(method, path, login).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private HttpRequest.Builder request(String method, String path, String login) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(hub.management(path)).method(method, HttpRequest.BodyPublishers.noBody());
        return login.isEmpty()
                ? request
                : request.header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }
}
