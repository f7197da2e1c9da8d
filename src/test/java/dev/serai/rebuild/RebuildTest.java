package dev.serai.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.console.OperatorClient;
import dev.serai.reload.AppliedFiles;
import dev.serai.settings.Settings;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.camel.spi.Registry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A range of the landing, loaded again beside the table in use: what differs, and what merge and swap make of it. */
@WithStack
class RebuildTest {

    private static final String YESTERDAY =
            LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
    private static final String TOMORROW =
            LocalDate.now(ZoneOffset.UTC).plusDays(1).toString();
    private static final String CONTENT =
            "select md5(string_agg(concat_ws('|', ad_id, ad_group, ad_campaign, scheme_origin, scheme_approved, shown_at), ',' order by ad_id)) from ads.impression";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        hub.run("ads");
        hub.fail("ads", Failure.of(FailureKind.WRONG_TYPES, 1));
        hub.run("ads");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void a_table_that_is_whole_has_no_difference() throws Exception {
        assertThat(rebuild("ads.impression", "compare"))
                .contains(
                        "pipeline=ads cause=rebuild state=succeeded read=200 inserted=195 updated=0 unchanged=0 rejected=5")
                .contains(
                        "195 rows in rebuild.ads_impression",
                        "missing 0\n",
                        "extra 0\n",
                        "different 0\n",
                        "nothing was changed");
    }

    @Test
    void comparing_shows_what_is_missing_extra_and_different_and_changes_nothing() throws Exception {
        damage();
        String before = hub.value(CONTENT);

        assertThat(rebuild("ads.impression", ""))
                .containsPattern("missing 10: [0-9a-f-]{36}(, [0-9a-f-]{36}){4}, …\n")
                .contains("archived 0\n")
                .contains("extra 1: 00000000-0000-4000-8000-000000000001\n")
                .containsPattern("different 3: [0-9a-f-]{36}(, [0-9a-f-]{36}){2}\n");

        assertThat(hub.value(CONTENT)).isEqualTo(before);
    }

    @Test
    void merge_inserts_the_missing_and_updates_the_different() throws Exception {
        String whole = hub.value(CONTENT);
        damage();

        assertThat(rebuild("ads.impression", "merge")).contains("merge: 10 inserted, 3 updated, 0 deleted");

        assertThat(rebuild("ads.impression", "compare")).contains("missing 0\n", "extra 1:", "different 0\n");
        hub.rows("delete from ads.impression where ad_id = '00000000-0000-4000-8000-000000000001'");
        assertThat(hub.value(CONTENT)).isEqualTo(whole);
        assertThat(
                        hub.value(
                                "select cause, count(*) from ads.impression join ops.run using (run_id) where cause = 'rebuild' group by 1"))
                .isEqualTo("rebuild|13");
    }

    @Test
    void swap_also_deletes_the_extra() throws Exception {
        String whole = hub.value(CONTENT);
        damage();

        assertThat(rebuild("ads.impression", "swap")).contains("swap: 10 inserted, 3 updated, 1 deleted");

        assertThat(hub.value(CONTENT)).isEqualTo(whole);
    }

    @Test
    void a_table_that_is_lost_is_made_again() throws Exception {
        String whole = hub.value(CONTENT);
        rebuild("ads.impression", "compare");
        hub.rows("drop table ads.impression cascade");

        assertThat(rebuild("ads.impression", "compare")).contains("ads.impression was not there", "missing 195:");
        assertThat(rebuild("ads.impression", "swap")).contains("swap: 195 inserted, 0 updated, 0 deleted");

        assertThat(hub.value(CONTENT)).isEqualTo(whole);
        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=100");
        assertThat(hub.value(
                        "select has_table_privilege(?, 'ads.impression', 'select')",
                        hub.settings().text("postgres.reader.user")))
                .isEqualTo("t");
    }

    @Test
    void a_table_that_is_empty_is_filled() throws Exception {
        String whole = hub.value(CONTENT);
        hub.rows("truncate ads.impression");

        assertThat(rebuild("ads.impression", "merge")).contains("merge: 195 inserted, 0 updated, 0 deleted");

        assertThat(hub.value(CONTENT)).isEqualTo(whole);
    }

    @Test
    void the_book_of_the_table_in_use_is_left_alone() throws Exception {
        String letters =
                hub.value("select md5(string_agg(d::text, ',' order by dead_letter_id)) from ops.dead_letter d");
        String pipeline = hub.value("select p::text from mart.pipeline p where pipeline = 'ads'");
        hub.rows(
                "delete from ops.load where raw_object = ?",
                "s3://ad-data/" + hub.keys("ad-data").get(0));

        rebuild("ads.impression", "compare");

        assertThat(hub.value("select md5(string_agg(d::text, ',' order by dead_letter_id)) from ops.dead_letter d"))
                .isEqualTo(letters);
        assertThat(hub.value("select p::text from mart.pipeline p where pipeline = 'ads'"))
                .isEqualTo(pipeline);
        assertThat(hub.value("select count(*) from ops.load where raw_object like 's3:%'"))
                .isEqualTo("1");
        assertThat(hub.replay("ads"))
                .as("an object that only a rebuild has seen is not loaded")
                .contains("cause=catch-up state=succeeded read=100 inserted=0 updated=0 unchanged=100");
    }

    @Test
    void only_what_was_landed_in_the_range_counts() throws Exception {
        assertThat(rebuild("ads.impression", "2000-01-01", YESTERDAY, "compare"))
                .contains("state=succeeded read=0", "0 rows in", "missing 0\n", "extra 0\n");

        String second = hub.value("select max(started_at) at time zone 'UTC' from ops.run where cause = 'asked'")
                        .replace(' ', 'T')
                + "Z";
        assertThat(rebuild("ads.impression", YESTERDAY, second, "compare"))
                .contains("read=100 inserted=100", "missing 0\n", "extra 0\n", "different 0\n");
    }

    @Test
    void a_row_that_was_written_later_or_repaired_is_newer_and_right() throws Exception {
        hub.rows(
                "update ads.impression set ad_group = 'new', raw_object = 's3://ad-data/backup/dt=2099-01-01/x' where ad_id = (select ad_id from ads.impression order by ad_id limit 1)");
        hub.rows(
                "update ads.impression set ad_group = 'new', raw_object = null where ad_id = (select ad_id from ads.impression order by ad_id desc limit 1)");

        assertThat(rebuild("ads.impression", "swap")).contains("swap: 0 inserted, 0 updated, 0 deleted");
        assertThat(hub.value("select count(*) from ads.impression where ad_group = 'new'"))
                .isEqualTo("2");
    }

    @Test
    void what_is_loaded_while_a_rebuild_is_under_way_is_not_extra() throws Exception {
        Registry beans = hub.application().camel().getRegistry();
        ShadowTables shadows = beans.lookupByNameAndType("shadowTables", ShadowTables.class);
        AppliedFiles files = beans.lookupByNameAndType("pipelineSettings", AppliedFiles.class);
        hub.rows("delete from ads.impression");
        RebuildRequest swap = RebuildRequest.of("ads.impression", YESTERDAY, TOMORROW, "swap", files.zones());
        shadows.prepare(swap);
        hub.run("ads");

        assertThat(shadows.finish(swap)).contains("extra 0\n", "0 deleted");
        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("100");
    }

    @Test
    void what_the_archive_has_taken_is_not_missing_and_not_put_back() throws Exception {
        hub.rows("""
                create table if not exists ops.archive (archive_id uuid, run_id uuid, dataset text, time_column text,
                    key_columns text[], day date, cut_off_at timestamptz, object text, bytes bigint, object_sha256 text, etag text,
                    row_count bigint, first_at timestamptz, last_at timestamptz, rows_sha256 text, row_schema jsonb, state text,
                    planned_at timestamptz, verified_at timestamptz, deleted_at timestamptz, deleted_rows bigint)""");
        hub.rows("""
                insert into ops.archive (archive_id, run_id, dataset, time_column, key_columns, day, cut_off_at, object, bytes,
                    object_sha256, etag, row_count, first_at, last_at, rows_sha256, row_schema, state, planned_at, verified_at,
                    deleted_at, deleted_rows)
                select gen_random_uuid(), gen_random_uuid(), 'ads.impression', 'shown_at', '{ad_id}', current_date, max(shown_at) + interval '1 s',
                    's3://ad-data/archive/x', 1, '', '', 50, min(shown_at), max(shown_at), '', '{}', 'deleted', now(), now(), now(), 50
                from (select shown_at from ads.impression order by shown_at limit 50) old""");
        hub.rows("delete from ads.impression where shown_at <= (select last_at from ops.archive)");
        hub.rows(
                "delete from ads.impression where ad_id = (select ad_id from ads.impression order by ad_id desc limit 1)");

        assertThat(rebuild("ads.impression", "merge"))
                .containsPattern("missing 1: ")
                .contains("archived 50 (not in the table, and covered by a certificate)")
                .contains("merge: 1 inserted, 0 updated, 0 deleted");
        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("145");
    }

    @Test
    void every_pipeline_that_lands_can_be_rebuilt() throws Exception {
        hub.run("users");
        hub.rows("delete from users.profile where uid = (select uid from users.profile limit 1)");

        assertThat(rebuild("users.profile", "merge")).contains("merge: 1 inserted, 0 updated, 0 deleted");
    }

    @Test
    void a_rebuild_that_fails_changes_nothing() throws Exception {
        hub.rows("truncate ads.impression");
        hub.rows("alter table ads.impression add constraint never check (ad_group <> 'brand') not valid");

        assertThat(rebuild("ads.impression", "merge"))
                .contains("cause=rebuild state=failed")
                .contains("POSTGRES_23514");
        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ads.impression   | 2026-11-20 | 2026-11-21 | replace | MODE must be compare, merge or swap, was "replace"
                    ads.impression   | yesterday  | 2026-11-21 | merge   | FROM must be a day such as 2026-11-21 or an instant such as 2026-11-21T06:00:00Z, was "yesterday"
                    ads.impression   | 2026-11-20 | ''         | merge   | TO must be a day
                    ads.impression   | 2026-11-22 | 2026-11-20 | merge   | FROM must be before TO
                    impression       | 2026-11-20 | 2026-11-21 | merge   | DATASET must be a table of a pipeline that lands (ads, community, sensors-list, users), such as ads.impression, was "impression"
                    sensors.reading  | 2026-11-20 | 2026-11-21 | merge   | DATASET must be
                    ads.x;drop       | 2026-11-20 | 2026-11-21 | merge   | DATASET must be
                    ads.nothing      | 2026-11-20 | 2026-11-21 | merge   | there is no table ads.nothing
                    """)
    void a_request_that_makes_no_sense_says_what_was_expected(
            String dataset, String from, String to, String mode, String message) throws Exception {
        assertThat(client().rebuild(List.of(dataset, from, to, mode))).isOne();

        assertThat(printed.toString(StandardCharsets.UTF_8)).contains(message);
        assertThat(hub.value("select count(*) from ops.run where cause = 'rebuild'"))
                .isEqualTo("0");
    }

    @Test
    void without_a_dataset_the_command_line_shows_an_example() throws Exception {
        assertThat(client().rebuild(List.of("", "", "", ""))).isEqualTo(2);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("make rebuild DATASET=ads.impression FROM=");
    }

    /** Ten rows gone, three changed, one that no answer had. */
    private void damage() throws Exception {
        hub.rows(
                "delete from ads.impression where ad_id in (select ad_id from ads.impression order by ad_id limit 10)");
        hub.rows(
                "update ads.impression set ad_group = 'elsewhere' where ad_id in (select ad_id from ads.impression order by ad_id limit 3)");
        hub.rows("""
                insert into ads.impression (ad_id, ad_group, ad_campaign, campaign_unknown, shown_at, run_id, raw_object)
                select '00000000-0000-4000-8000-000000000001', ad_group, ad_campaign, campaign_unknown, shown_at, run_id, raw_object
                from ads.impression order by ad_id desc limit 1""");
    }

    private String rebuild(String dataset, String mode) throws Exception {
        return rebuild(dataset, YESTERDAY, TOMORROW, mode);
    }

    private String rebuild(String dataset, String from, String to, String mode) throws Exception {
        printed.reset();
        client().rebuild(List.of(dataset, from, to, mode));
        return printed.toString(StandardCharsets.UTF_8);
    }

    private OperatorClient client() {
        Map<String, String> environment =
                Map.of("MANAGEMENT_PORT", hub.settings().text("management.port"), "MANAGEMENT_PASSWORD", "open sesame");
        return new OperatorClient(
                Settings.load(environment, List.of()), new PrintStream(printed, true, StandardCharsets.UTF_8));
    }
}
