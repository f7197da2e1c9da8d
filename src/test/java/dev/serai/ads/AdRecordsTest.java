package dev.serai.ads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.batch.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdRecordsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    private static final String GOOD = """
            {"ad_id": "%s", "ad_group": "brand", "ad_campaign": 713, "shown_at": 1795185148.7269614}""".formatted(ID);

    private final AdRecords records = new AdRecords();

    @Test
    void a_whole_record_becomes_one_flat_row() throws IOException {
        assertThat(row("""
                {"ad_id": "%s", "ad_group": "brand", "ad_campaign": 713, "shown_at": 1795185148.5,
                 "ad_scheme": {"origin": "manual", "approved": false}}""".formatted(ID))).isEqualTo(JSON.readTree("""
                {"ad_id": "%s", "ad_group": "brand", "ad_campaign": 713, "campaign_unknown": false,
                 "shown_at": "2026-11-20T14:32:28.500Z", "scheme_origin": "manual", "scheme_approved": false, "position": 0}""".formatted(ID)));
    }

    @Test
    void an_unknown_campaign_is_a_fact_of_its_own() throws IOException {
        JsonNode row = row(GOOD.replace("713", "\"__unknown\""));

        assertThat(row.get("ad_campaign").isNull()).isTrue();
        assertThat(row.get("campaign_unknown").booleanValue()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "NULL", textBlock = """
                    ''                                                         | NULL   | NULL
                    , "ad_scheme": null                                        | NULL   | NULL
                    , "ad_scheme": {}                                          | NULL   | NULL
                    , "ad_scheme": {"origin": null, "approved": null}          | NULL   | NULL
                    , "ad_scheme": {"origin": "automatic", "approved": true}   | automatic | true
                    """)
    void a_scheme_that_is_absent_is_null(String scheme, String origin, Boolean approved) throws IOException {
        JsonNode row = row(GOOD.replace("}", scheme + "}"));

        assertThat(row.get("scheme_origin").textValue()).isEqualTo(origin);
        assertThat(
                        row.get("scheme_approved").isNull()
                                ? null
                                : row.get("scheme_approved").booleanValue())
                .isEqualTo(approved);
    }

    @ParameterizedTest
    @CsvSource({
        "1795185148.7269614, 2026-11-20T14:32:28.726961Z",
        "1795185148.7269615, 2026-11-20T14:32:28.726962Z", // a tie goes to the even one
        "1795185148.7269625, 2026-11-20T14:32:28.726962Z",
        "1795185148.72696250001, 2026-11-20T14:32:28.726963Z",
        "1795185148.9999999, 2026-11-20T14:32:29Z",
        "1795185148, 2026-11-20T14:32:28Z",
        "1.7951851487269614E9, 2026-11-20T14:32:28.726961Z",
        "946684800, 2000-01-01T00:00:00Z",
        "4102444799.999999, 2099-12-31T23:59:59.999999Z",
    })
    void an_instant_is_what_its_digits_say_to_the_microsecond(String seconds, String instant) throws IOException {
        assertThat(row(GOOD.replace("1795185148.7269614", seconds))
                        .get("shown_at")
                        .textValue())
                .isEqualTo(instant);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "ad_id": "ID"                    | "x": 1                    | AD_AD_ID_MISSING       | 'ad_id' must be a UUID
                    "ad_id": "ID"                    | "ad_id": 5                | AD_AD_ID_INVALID       | was 5
                    "ad_group": "brand"              | "ad_group": null          | AD_AD_GROUP_MISSING    | 'ad_group' must be a text such as "Oslo", was null
                    "ad_group": "brand"              | "ad_group": 7             | AD_AD_GROUP_INVALID    | was 7
                    "ad_campaign": 713               | "x": 1                    | AD_AD_CAMPAIGN_MISSING | 'ad_campaign' must be a whole number such as 4711, or "__unknown", was nothing
                    "ad_campaign": 713               | "ad_campaign": null       | AD_AD_CAMPAIGN_MISSING | was null
                    "ad_campaign": 713               | "ad_campaign": "713"      | AD_AD_CAMPAIGN_INVALID | was "713"
                    "ad_campaign": 713               | "ad_campaign": "unknown"  | AD_AD_CAMPAIGN_INVALID | was "unknown"
                    "ad_campaign": 713               | "ad_campaign": 713.0      | AD_AD_CAMPAIGN_INVALID | was 713
                    "ad_campaign": 713               | "ad_campaign": 3000000000 | AD_AD_CAMPAIGN_INVALID | was 3000000000
                    "shown_at": 1795185148.7269614   | "x": 1                    | AD_SHOWN_AT_MISSING    | 'shown_at' must be seconds since 1970 such as 1795185148.726961, was nothing
                    "shown_at": 1795185148.7269614   | "shown_at": "2026-11-20"  | AD_SHOWN_AT_INVALID    | was "2026-11-20"
                    "shown_at": 1795185148.7269614   | "shown_at": 1795185148726 | AD_SHOWN_AT_INVALID    | in the years 2000 to 2099, was 1795185148726
                    "shown_at": 1795185148.7269614   | "shown_at": 946684799.9   | AD_SHOWN_AT_INVALID    | in the years 2000 to 2099
                    "shown_at": 1795185148.7269614   | "shown_at": 4102444800    | AD_SHOWN_AT_INVALID    | in the years 2000 to 2099
                    "shown_at": 1795185148.7269614   | "shown_at": 1e999999999   | AD_SHOWN_AT_INVALID    | in the years 2000 to 2099
                    "shown_at": 1795185148.7269614   | "shown_at": -1e-999999999 | AD_SHOWN_AT_INVALID    | in the years 2000 to 2099
                    "ad_campaign": 713               | "ad_campaign": 713, "ad_scheme": "manual"           | AD_AD_SCHEME_INVALID          | 'ad_scheme' must be an object, was "manual"
                    "ad_campaign": 713               | "ad_campaign": 713, "ad_scheme": {"origin": 1}      | AD_AD_SCHEME_ORIGIN_INVALID   | 'ad_scheme.origin' must be a text
                    "ad_campaign": 713               | "ad_campaign": 713, "ad_scheme": {"approved": "no"} | AD_AD_SCHEME_APPROVED_INVALID | 'ad_scheme.approved' must be true or false, was "no"
                    """)
    void a_bad_record_is_rejected_with_field_expectation_and_what_was_seen(
            String good, String bad, String code, String message) throws IOException {
        String record = GOOD.replace(good.replace("\"ID\"", "\"" + ID + "\""), bad);
        Batch batch = read("[%s, %s]".formatted(record, GOOD));

        JsonNode rejected = JSON.readTree(batch.rejected());
        assertThat(rejected).hasSize(1);
        assertThat(rejected.get(0).get("code").textValue()).isEqualTo(code);
        assertThat(rejected.get(0).get("message").textValue())
                .startsWith("ad: ")
                .contains(message);
        assertThat(rejected.get(0).get("payload").textValue()).isEqualTo(record);
        assertThat(JSON.readTree(batch.rows())).hasSize(1);
        assertThat(batch.read()).isEqualTo(2);
    }

    @Test
    void a_group_that_nobody_knows_is_stored() throws IOException {
        assertThat(row(GOOD.replace("brand", "guerrilla")).get("ad_group").textValue())
                .isEqualTo("guerrilla");
    }

    @Test
    void the_recorded_answer_of_the_source_loads_whole() throws IOException {
        Path sample = Path.of("../shared/fixtures/ads/response-100.json");
        assumeTrue(Files.exists(sample), "the recorded answer is not here");

        Batch batch = records.read(Files.readAllBytes(sample));

        assertThat(batch.read()).isEqualTo(100);
        assertThat(batch.rejected()).isEqualTo("[]");
        assertThat(JSON.readTree(batch.rows())).hasSize(100);
    }

    private JsonNode row(String record) throws IOException {
        Batch batch = read(record);
        assertThat(batch.rejected()).isEqualTo("[]");
        return JSON.readTree(batch.rows()).get(0);
    }

    private Batch read(String answer) {
        return records.read(answer.getBytes(StandardCharsets.UTF_8));
    }
}
