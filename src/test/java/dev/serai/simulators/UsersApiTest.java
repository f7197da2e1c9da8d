package dev.serai.simulators;

import static dev.serai.simulators.RunningSimulators.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersApiTest {

    private static final String USERS = "/api/v2/users";
    private static final int MEGABYTE = 1024 * 1024;

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
        running.simulators().failures().disarm("users");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?size=1", "?size=0", "?size=-3", "?size=many", "?size=", "?size=2.5", "?other=7"})
    void one_user_or_an_odd_size_is_an_object(String query) {
        HttpResponse<String> answer = running.get(USERS + query);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(json(answer.body()).isObject()).isTrue();
        assertThat(json(answer.body()).has("uid")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "5, 5", "007, 7", "100, 100", "101, 100", "99999999999999999999, 100"})
    void more_users_are_an_array_of_a_hundred_at_most(String size, int expected) {
        JsonNode users = json(running.get(USERS + "?size=" + size).body());
        assertThat(users.isArray()).isTrue();
        assertThat(users).hasSize(expected);
    }

    @Test
    void only_get_is_allowed_and_nothing_of_the_request_comes_back() {
        assertThat(running.put(USERS).statusCode()).isEqualTo(405);
        HttpResponse<String> answer = running.get(USERS + "?size=2");
        assertThat(answer.headers().map().keySet())
                .allMatch(name -> name.equalsIgnoreCase("Content-Type") || name.equalsIgnoreCase("Content-Length"));
    }

    @Test
    void two_calls_differ() {
        assertThat(running.users(5)).doesNotContainAnyElementsOf(running.users(5));
    }

    @Test
    void a_seed_repeats_over_two_instances_side_by_side() {
        try (RunningSimulators one = new RunningSimulators(1);
                RunningSimulators same = new RunningSimulators(1)) {
            assertThat(one.get(USERS + "?size=9").body())
                    .isEqualTo(same.get(USERS + "?size=9").body());
        }
    }

    @Test
    void too_many_requests_says_when_to_come_back() {
        running.put("/simulators/users/failures?kind=too-many-requests&times=2&retryAfterSeconds=7");
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = running.get(USERS);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
        }
        assertThat(running.get(USERS).statusCode()).isEqualTo(200);
    }

    @Test
    void server_error_is_a_500() {
        running.arm(FailureKind.SERVER_ERROR);
        assertThat(running.get(USERS).statusCode()).isEqualTo(500);
    }

    @Test
    void html_is_a_page_with_status_200() {
        running.arm(FailureKind.HTML);
        HttpResponse<String> answer = running.get(USERS + "?size=5");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(answer.body()).startsWith("<!doctype html>");
    }

    @Test
    void time_out_is_silence() {
        running.arm(FailureKind.TIME_OUT);
        assertThatThrownBy(() -> running.client()
                        .send(
                                running.request(USERS)
                                        .timeout(Duration.ofMillis(300))
                                        .build(),
                                BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void a_short_time_out_is_a_late_answer() {
        running.put("/simulators/users/failures?kind=time-out&times=1&delayMs=200");
        long start = System.nanoTime();
        assertThat(running.get(USERS).statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void many_silent_requests_hold_up_no_other() {
        int silent = 60;
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        running.simulators().failures().arm("users", Failure.of(FailureKind.TIME_OUT, silent));
        for (int i = 0; i < silent; i++) {
            waiting.add(running.client()
                    .sendAsync(
                            running.request(USERS)
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            BodyHandlers.ofString()));
        }
        await().until(() -> running.simulators().failures().armed("users").kind() == FailureKind.NONE);
        assertThat(running.get(USERS).statusCode()).isEqualTo(200);
        waiting.forEach(answer -> answer.cancel(true));
    }

    @Test
    void drip_comes_byte_by_byte_and_is_complete() throws IOException, InterruptedException {
        running.put("/simulators/users/failures?kind=drip&times=1&delayMs=1");
        long start = System.nanoTime();
        HttpResponse<InputStream> answer = running.stream(USERS);
        try (InputStream in = answer.body()) {
            byte[] body = in.readAllBytes();
            assertThat(new ObjectMapper().readTree(body).has("uid")).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(body.length / 2));
        }
    }

    @Test
    void cut_connection_breaks_the_promise_of_its_length() throws IOException, InterruptedException {
        running.arm(FailureKind.CUT_CONNECTION);
        HttpResponse<InputStream> answer = running.stream(USERS + "?size=5");
        assertThat(answer.statusCode()).isEqualTo(200);
        try (InputStream in = answer.body()) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void truncated_is_half_a_body_of_honest_length() {
        running.arm(FailureKind.TRUNCATED);
        HttpResponse<String> answer = running.get(USERS + "?size=5");
        assertThat(answer.headers().firstValueAsLong("Content-Length"))
                .hasValue(answer.body().length());
        assertThatThrownBy(() -> new ObjectMapper().readTree(answer.body()))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void without_uid_is_one_record_of_the_rewritten_service() {
        running.arm(FailureKind.WITHOUT_UID);
        JsonNode users = running.users(5);
        assertThat(users).filteredOn(user -> !user.has("uid")).singleElement().satisfies(user -> {
            assertThat(user.has("username")).isFalse();
            assertThat(user.at("/address/street").isTextual()).isTrue();
            assertThat(user.at("/address/zip").isTextual()).isTrue();
            assertThat(user.at("/address/zip_code").isMissingNode()).isTrue();
        });
    }

    @Test
    void duplicate_id_is_one_id_for_two_users() {
        running.arm(FailureKind.DUPLICATE_ID);
        JsonNode users = running.users(5);
        assertThat(users.get(4).path("id")).isEqualTo(users.get(0).path("id"));
        assertThat(users.get(4).path("uid")).isNotEqualTo(users.get(0).path("uid"));
    }

    @Test
    void duplicate_id_of_one_user_is_that_of_the_answer_before() {
        JsonNode before = running.users(1);
        running.arm(FailureKind.DUPLICATE_ID);
        JsonNode after = running.users(1);
        assertThat(after.path("id")).isEqualTo(before.path("id"));
        assertThat(after.path("uid")).isNotEqualTo(before.path("uid"));
    }

    @Test
    void repeat_is_the_answer_before_byte_for_byte() {
        String before = running.get(USERS + "?size=5").body();
        running.arm(FailureKind.REPEAT);
        assertThat(running.get(USERS + "?size=5").body()).isEqualTo(before);
        assertThat(running.get(USERS + "?size=5").body()).isNotEqualTo(before);
    }

    @Test
    void empty_is_an_empty_array_whatever_the_size() {
        running.arm(FailureKind.EMPTY);
        assertThat(running.get(USERS).body()).isEqualTo("[]");
    }

    @Test
    void wrong_types_are_in_a_record_each() {
        running.arm(FailureKind.WRONG_TYPES);
        JsonNode users = running.users(5);
        assertThat(users.at("/0/date_of_birth").isNumber()).isTrue();
        assertThat(users.at("/1/address/coordinates").isTextual()).isTrue();
        assertThat(users.at("/2/subscription").isNull()).isTrue();
        assertThat(StreamSupport.stream(users.spliterator(), false)
                        .filter(user -> user.path("date_of_birth").isTextual()
                                && user.at("/address/coordinates").isObject()
                                && user.path("subscription").isObject()))
                .hasSize(2);
    }

    @Test
    void oversized_is_a_stream_of_more_than_11_megabytes() throws IOException, InterruptedException {
        running.arm(FailureKind.OVERSIZED);
        HttpResponse<InputStream> answer = running.stream(USERS + "?size=5");
        assertThat(answer.headers().firstValue("Content-Length")).isEmpty();
        try (InputStream in = answer.body()) {
            byte[] body = in.readAllBytes();
            assertThat(body).hasSizeGreaterThan(11 * MEGABYTE).hasSizeLessThan(14 * MEGABYTE);
            assertThat(new ObjectMapper().readTree(body)).hasSizeGreaterThan(5_000);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "TIME_OUT", "DRIP"})
    void after_a_failure_the_next_answer_is_good(FailureKind kind) throws IOException, InterruptedException {
        running.arm(kind);
        try (InputStream in = running.stream(USERS + "?size=3").body()) {
            assertThat(in.read()).isPositive();
        }
        assertThat(running.users(3)).hasSize(3).allMatch(user -> user.path("uid")
                .isTextual());
    }
}
