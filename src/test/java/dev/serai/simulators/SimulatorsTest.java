package dev.serai.simulators;

import static dev.serai.simulators.RunningSimulators.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.settings.Settings;
import dev.serai.settings.SettingsException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorsTest {

    private static final String FAILURES = "/simulators/users/failures";

    private static RunningSimulators running;

    @BeforeAll
    static void start() {
        running = new RunningSimulators(42);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @AfterEach
    void disarm() {
        running.delete(FAILURES);
    }

    @Test
    void the_list_says_which_run() {
        HttpResponse<String> answer = running.get("/simulators");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"simulators\":[\"ads\",\"users\"]}");
    }

    @Test
    void what_is_armed_is_shown_used_up_and_forgotten() {
        String armed = "{\"source\":\"users\",\"kind\":\"server-error\",\"times\":2}";
        String nothing = "{\"source\":\"users\",\"kind\":\"none\",\"times\":0}";
        assertThat(running.get(FAILURES).body()).isEqualTo(nothing);
        assertThat(running.put(FAILURES + "?kind=server-error&times=2").body()).isEqualTo(armed);
        assertThat(running.get(FAILURES).body()).isEqualTo(armed);
        assertThat(running.get("/api/v2/users").statusCode()).isEqualTo(500);
        assertThat(running.get(FAILURES).body()).contains("\"times\":1");
        assertThat(running.delete(FAILURES).body()).isEqualTo(nothing);
        assertThat(running.get("/api/v2/users").statusCode()).isEqualTo(200);
    }

    @Test
    void waits_are_shown_with_their_defaults() {
        assertThat(running.put(FAILURES + "?kind=too-many-requests").body())
                .isEqualTo("{\"source\":\"users\",\"kind\":\"too-many-requests\",\"times\":1,\"retryAfterSeconds\":1}");
        assertThat(running.put(FAILURES + "?kind=time-out&delayMs=5").body()).contains("\"delayMs\":5");
        assertThat(running.put(FAILURES + "?kind=time-out").body()).contains("\"delayMs\":120000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ?times=1                                     | kind              | for example server-error, was absent
                    ?kind=explode                                | kind              | was "explode"
                    ?kind=none                                   | kind              | was "none"
                    ?kind=html&times=0                           | times             | from 1 to 1000000, for example 3, was "0"
                    ?kind=html&times=often                       | times             | was "often"
                    ?kind=too-many-requests&retryAfterSeconds=-1 | retryAfterSeconds | from 0 to 3600, for example 2, was "-1"
                    ?kind=html&retryAfterSeconds=2               | retryAfterSeconds | absent unless kind is too-many-requests
                    ?kind=drip&delayMs=9999999                   | delayMs           | from 1 to 600000, for example 250
                    ?kind=html&delayMs=3                         | delayMs           | absent unless kind is time-out or drip or gap or out-of-order
                    """)
    void a_mistake_is_refused_with_its_reason(String query, String parameter, String reason) {
        HttpResponse<String> answer = running.put(FAILURES + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(json(answer.body()).path("parameter").textValue()).isEqualTo(parameter);
        assertThat(json(answer.body()).path("error").textValue())
                .startsWith("failure: '" + parameter + "' must be ")
                .contains(reason);
        assertThat(running.get(FAILURES).body()).contains("\"none\"");
    }

    @Test
    void a_source_that_is_not_played_is_not_found() {
        HttpResponse<String> answer = running.put("/simulators/weather/failures?kind=html");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer.body()).path("error").textValue())
                .isEqualTo("failure: 'source' must be one of ads, users, was \"weather\"");
    }

    @Test
    void with_none_only_the_control_answers() {
        try (RunningSimulators none = new RunningSimulators(1, "none")) {
            assertThat(none.get("/simulators").body()).isEqualTo("{\"simulators\":[]}");
            assertThat(none.get("/api/v2/users").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void an_unknown_name_is_an_error_that_says_which_exist() {
        Settings settings = Settings.load(Map.of("SIMULATORS", "users, weather"), List.of());
        assertThatThrownBy(() -> Simulators.start(settings))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(
                        "SIMULATORS must be all, none or a list of: users, ads, community, sensors; was \"weather\"");
    }

    @Test
    void a_port_in_use_is_an_error_that_names_it() {
        int port = running.simulators().port();
        Settings settings =
                Settings.load(Map.of("SIMULATORS", "users", "SIMULATORS_PORT", Integer.toString(port)), List.of());
        assertThatThrownBy(() -> Simulators.start(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + port)
                .hasMessageContaining("SIMULATORS_PORT");
    }

    @Test
    void close_frees_the_port_although_requests_are_held_back() {
        RunningSimulators first = new RunningSimulators(1);
        first.simulators().failures().arm("users", Failure.of(FailureKind.TIME_OUT, 1));
        first.client().sendAsync(first.request("/api/v2/users").build(), BodyHandlers.ofString());
        await().until(() -> first.simulators().failures().armed("users").kind() == FailureKind.NONE);
        first.close();
        Settings settings = Settings.load(
                Map.of(
                        "SIMULATORS",
                        "users",
                        "SIMULATORS_PORT",
                        Integer.toString(first.simulators().port())),
                List.of());
        try (Simulators second = Simulators.start(settings)) {
            assertThat(second.port()).isEqualTo(first.simulators().port());
        }
    }
}
