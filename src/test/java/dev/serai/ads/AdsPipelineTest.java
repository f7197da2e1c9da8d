package dev.serai.ads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ads pipeline on the real servers: what arrives where, and what a source may do to it. */
@WithStack
class AdsPipelineTest {

    private static final String ROWS = "select md5(string_agg(i::text, ',' order by ad_id)) from ads.impression i";

    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack, Map.of("http.retry-max-delay-ms", "300"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void a_poll_backs_the_whole_answer_up_byte_for_byte_and_stores_every_record() throws Exception {
        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=100 updated=0 unchanged=0 rejected=0");
        hub.fail("ads", Failure.of(FailureKind.REPEAT, 1));
        String answered = hub.source("/ads");

        assertThat(hub.keys("ad-data"))
                .singleElement()
                .asString()
                .matches("backup/dt=\\d{4}-\\d\\d-\\d\\d/\\d{8}T\\d{6}\\.\\d{3}Z-[0-9a-f-]{36}\\.json");
        String key = hub.keys("ad-data").get(0);
        assertThat(new String(hub.object("ad-data", key), StandardCharsets.UTF_8))
                .isEqualTo(answered);
        assertThat(hub.rows("select distinct raw_object from ads.impression union select raw_object from ops.load"))
                .containsExactly("s3://ad-data/" + key);
        assertThat(hub.value("select count(*), count(distinct run_id) from ads.impression"))
                .isEqualTo("100|1");
        // The same facts, read by PostgreSQL itself out of what the source sent.
        assertThat(hub.value("""
                        select count(*) from ads.impression i join jsonb_array_elements(?::jsonb) a on (a->>'ad_id')::uuid = i.ad_id
                        where (ad_group, ad_campaign, campaign_unknown, scheme_origin, scheme_approved)
                              is not distinct from (a->>'ad_group', case when a->>'ad_campaign' <> '__unknown' then (a->>'ad_campaign')::int end,
                              a->>'ad_campaign' = '__unknown', a->'ad_scheme'->>'origin', (a->'ad_scheme'->>'approved')::boolean)
                          and abs(extract(epoch from shown_at) - (a->>'shown_at')::numeric) <= 0.0000005""", answered)).isEqualTo("100");
        assertThat(
                        hub.value(
                                "select count(*) filter (where extract(microseconds from shown_at) % 1000000 <> 0) > 50 from ads.impression"))
                .isEqualTo("t");
    }

    @Test
    void the_same_answer_twice_changes_nothing_and_a_record_that_changed_is_updated() throws Exception {
        hub.run("ads");
        String before = hub.value(ROWS);
        hub.fail("ads", Failure.of(FailureKind.REPEAT, 1));

        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=0 updated=0 unchanged=100 rejected=0");
        assertThat(hub.value(ROWS)).isEqualTo(before);

        hub.rows(
                "update ads.impression set ad_group = 'elsewhere' where ad_id = (select ad_id from ads.impression limit 1)");
        hub.fail("ads", Failure.of(FailureKind.REPEAT, 1));
        assertThat(hub.run("ads")).contains("read=100 inserted=0 updated=1 unchanged=99");
        assertThat(hub.value("select count(*), count(*) filter (where ad_group = 'elsewhere') from ads.impression"))
                .isEqualTo("100|0");
    }

    @Test
    void invalid_records_go_to_the_dead_letter_and_the_rest_loads() throws Exception {
        hub.fail("ads", Failure.of(FailureKind.WRONG_TYPES, 1));

        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=95 updated=0 unchanged=0 rejected=5");

        assertThat(hub.rows("select position, code, pipeline from ops.dead_letter order by position"))
                .containsExactly(
                        "0|AD_AD_ID_MISSING|ads",
                        "1|AD_AD_CAMPAIGN_INVALID|ads",
                        "2|AD_SHOWN_AT_INVALID|ads",
                        "3|AD_AD_SCHEME_INVALID|ads",
                        "4|AD_AD_GROUP_INVALID|ads");
    }

    @Test
    void a_repaired_record_loads() throws Exception {
        hub.fail("ads", Failure.of(FailureKind.WRONG_TYPES, 1));
        hub.run("ads");
        hub.rows("""
                update ops.dead_letter set repaired = jsonb_set(payload::jsonb, '{ad_campaign}', '501')::text
                where code = 'AD_AD_CAMPAIGN_INVALID'""");

        assertThat(hub.replay("ads"))
                .contains("cause=replay state=succeeded read=5 inserted=1 updated=0 unchanged=0 rejected=4")
                .contains("dead letters of ads: 4 open");
    }

    @ParameterizedTest
    @CsvSource({
        "TOO_MANY_REQUESTS, SOURCE_HTTP_429",
        "SERVER_ERROR, SOURCE_HTTP_500",
        "TIME_OUT, SOURCE_TIME_OUT",
        "CUT_CONNECTION, SOURCE_UNREACHABLE",
        "OVERSIZED, SOURCE_UNREACHABLE"
    })
    void a_source_that_keeps_failing_fails_the_run_and_the_next_run_is_fine(FailureKind kind, String code)
            throws Exception {
        hub.fail("ads", Failure.of(kind, 4));

        assertThat(hub.run("ads")).contains("state=failed read=0").contains(code);
        assertThat(hub.keys("ad-data")).isEmpty();
        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=100");
    }

    @ParameterizedTest
    @CsvSource({"HTML, ANSWER_NOT_JSON", "TRUNCATED, ANSWER_CUT_OR_BROKEN"})
    void an_answer_that_is_no_proper_one_is_backed_up_as_it_is_and_fails_the_run(FailureKind kind, String code)
            throws Exception {
        hub.fail("ads", Failure.of(kind, 1));

        assertThat(hub.run("ads")).contains("state=failed").contains(code);

        assertThat(hub.value("select code, state from ops.dead_letter")).isEqualTo(code + "|open");
        assertThat(hub.keys("ad-data")).hasSize(1);
        assertThat(hub.value("select count(*) = (select sum(inserted) from ops.load) from ads.impression"))
                .isEqualTo("t");
    }

    @Test
    void an_empty_answer_is_a_state_of_its_own() throws Exception {
        hub.fail("ads", Failure.of(FailureKind.EMPTY, 1));

        assertThat(hub.run("ads")).contains("state=empty read=0");
        assertThat(hub.value("select state from mart.pipeline where pipeline = 'ads'"))
                .isEqualTo("empty");
    }

    @Test
    void the_mart_counts_every_impression_of_the_last_48_hours() throws Exception {
        hub.run("ads");
        hub.run("ads");

        assertThat(hub.value("select sum(impressions), min(ad_group), max(ad_group) from mart.ad_impression_hour"))
                .isEqualTo("200|brand|recruiting");
        assertThat(hub.value("""
                        select round(sum(impressions * campaign_unknown_percent / 100))
                               = (select count(*) from ads.impression where campaign_unknown) from mart.ad_impression_hour""")).isEqualTo("t");
        List<String> hours = hub.rows("select distinct extract(minute from hour_at) from mart.ad_impression_hour");
        assertThat(hours).containsExactly("0");
        assertThat(hub.get("/api/ads-hourly").body()).contains("\"campaign_unknown_percent\"");
    }
}
