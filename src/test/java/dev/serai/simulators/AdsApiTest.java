package dev.serai.simulators;

import static dev.serai.simulators.RunningSimulators.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdsApiTest {

    private static final Instant NOW = Instant.parse("2026-11-21T06:12:00.726961400Z");
    private static final Path SAMPLE = Path.of("../shared/fixtures/ads/response-100.json");

    private static RunningSimulators running;

    private final List<ObjectNode> ads = new AdFactory(new SplittableRandom(7)).ads(2_000, NOW);

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
        running.delete("/simulators/ads/failures");
        running.put("/simulators/ads/records?count=100");
    }

    @Test
    void a_call_gives_a_hundred_records_and_the_next_one_others() {
        JsonNode first = json(running.get("/ads").body());
        JsonNode second = json(running.get("/ads").body());

        assertThat(first).hasSize(100);
        assertThat(second).extracting(ad -> ad.path("ad_id")).doesNotContainAnyElementsOf(first.findValues("ad_id"));
    }

    @Test
    void a_seed_and_an_instant_repeat() {
        assertThat(new AdFactory(new SplittableRandom(7)).ads(2_000, NOW)).isEqualTo(ads);
        assertThat(new AdFactory(new SplittableRandom(8)).ads(2_000, NOW)).doesNotContainAnyElementsOf(ads);
    }

    @Test
    void the_traps_of_the_real_source_are_there() {
        assertThat(ads).extracting(ad -> ad.path("ad_id").textValue()).doesNotHaveDuplicates();
        assertThat(share(ad -> ad.path("ad_campaign").asText().equals("__unknown")))
                .isBetween(0.45, 0.55);
        assertThat(ads)
                .filteredOn(ad -> ad.path("ad_campaign").isInt())
                .allMatch(ad -> ad.path("ad_campaign").intValue() >= 500
                        && ad.path("ad_campaign").intValue() <= 999);
        assertThat(share(ad -> !ad.has("ad_scheme"))).isBetween(0.77, 0.83);
        assertThat(ads)
                .extracting(ad -> NOW.getEpochSecond() - ad.path("shown_at").doubleValue())
                .allMatch(age -> age > -1 && age < 27.8 * 3_600);
        assertThat(share(ad -> NOW.getEpochSecond() - ad.path("shown_at").doubleValue() > 24 * 3_600))
                .isBetween(0.11, 0.17);
        assertThat(ads)
                .extracting(ad -> ad.path("shown_at").toString())
                .allMatch(text -> text.matches("1[0-9]{9}\\.[0-9]{6,7}"));
    }

    @Test
    void every_field_has_the_name_and_type_of_the_recorded_ones() throws IOException {
        assumeTrue(Files.exists(SAMPLE), "the recorded answer is not here: " + SAMPLE);
        JsonNode recorded = new ObjectMapper().readTree(SAMPLE.toFile());

        assertThat(shapes(recorded)).isEqualTo(shapes(new ObjectMapper().valueToTree(ads)));
    }

    @Test
    void the_number_of_records_can_be_changed_while_it_runs() {
        assertThat(running.put("/simulators/ads/records?count=3").body())
                .isEqualTo("{\"source\":\"ads\",\"records\":3}");
        assertThat(json(running.get("/ads").body())).hasSize(3);
        assertThat(running.get("/simulators/ads/records").body()).contains("\"records\":3");
    }

    @ParameterizedTest
    @CsvSource({"ads?count=0, 400", "ads?count=many, 400", "ads, 400", "users?count=5, 404"})
    void a_number_of_records_that_makes_no_sense_is_refused(String query, int status) {
        String path = "/simulators/" + query.replaceFirst("(\\w+)", "$1/records");
        HttpResponse<String> answer = running.put(path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer.body()).path("error").textValue()).contains("must be");
        assertThat(json(running.get("/ads").body())).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"without-uid", "duplicate-id", "none", "explode"})
    void a_failure_that_makes_no_sense_here_is_refused(String kind) {
        HttpResponse<String> answer = running.put("/simulators/ads/failures?kind=" + kind);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer.body()).path("error").textValue())
                .contains("one of too-many-requests, server-error")
                .doesNotContain("without-uid,");
    }

    @ParameterizedTest
    @CsvSource({"too-many-requests, 429", "server-error, 500", "html, 200"})
    void failures_it_shares_with_other_sources_are_its_own(String kind, int status) {
        running.put("/simulators/ads/failures?kind=" + kind);

        assertThat(running.get("/api/v2/users").statusCode()).isEqualTo(200);
        HttpResponse<String> answer = running.get("/ads");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("ad_id");
        assertThat(json(running.get("/ads").body())).hasSize(100);
    }

    @Test
    void repeat_empty_truncated_and_oversized_are_as_for_users() throws IOException, InterruptedException {
        String before = running.get("/ads").body();
        running.put("/simulators/ads/failures?kind=repeat");
        assertThat(running.get("/ads").body()).isEqualTo(before);
        running.put("/simulators/ads/failures?kind=empty");
        assertThat(running.get("/ads").body()).isEqualTo("[]");
        running.put("/simulators/ads/failures?kind=truncated");
        assertThat(running.get("/ads").body()).startsWith("[{").doesNotEndWith("]");
        running.put("/simulators/ads/failures?kind=oversized");
        try (InputStream in = running.stream("/ads").body()) {
            assertThat(in.readAllBytes()).hasSizeGreaterThan(11 * 1024 * 1024);
        }
    }

    @Test
    void wrong_types_are_in_a_record_each() {
        running.put("/simulators/ads/failures?kind=wrong-types");
        JsonNode answer = json(running.get("/ads").body());

        assertThat(answer.get(0).has("ad_id")).isFalse();
        assertThat(answer.get(1).path("ad_campaign").textValue()).isEqualTo("none");
        assertThat(answer.get(2).path("shown_at").isTextual()).isTrue();
        assertThat(answer.get(3).path("ad_scheme").isTextual()).isTrue();
        assertThat(answer.get(4).path("ad_group").isNumber()).isTrue();
    }

    private double share(java.util.function.Predicate<ObjectNode> fits) {
        return (double) ads.stream().filter(fits).count() / ads.size();
    }

    /** Every field with every type that it has somewhere. */
    private static List<String> shapes(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .flatMap(ad -> ad.properties().stream())
                .flatMap(field -> field.getValue().isObject()
                        ? field.getValue().properties().stream()
                                .map(inner -> field.getKey() + "." + inner.getKey() + " "
                                        + inner.getValue().getNodeType())
                        : java.util.stream.Stream.of(
                                field.getKey() + " " + field.getValue().getNodeType()))
                .distinct()
                .sorted()
                .toList();
    }
}
