package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The archive of impressions as the hub runs it: by its routes, booked as pipelines of their own. */
@WithStack
class ArchiveRouteTest {

    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack, Map.of("ads.archive.after-days", "3"));
        hub.rows("""
                insert into ads.impression (ad_id, ad_group, campaign_unknown, shown_at, run_id)
                select gen_random_uuid(), 'brand', true, now() - interval '3 days' + i * interval '1 minute', gen_random_uuid()
                from generate_series(-10, 9) i where i <> 0""");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void archive_and_test_restore_are_pipelines_beside_the_main_one() throws Exception {
        assertThat(hub.run("ads-archive"))
                .contains("pipeline=ads-archive cause=asked state=succeeded read=10 inserted=10 updated=0 unchanged=0");
        assertThat(hub.run("ads-archive")).contains("state=succeeded read=0");
        assertThat(hub.run("ads-test-restore")).contains("pipeline=ads-test-restore cause=asked state=succeeded read=");

        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("9");
        assertThat(hub.keys("ad-data")).anyMatch(key -> key.matches("archive/dt=\\d{4}-\\d\\d-\\d\\d/.+\\.parquet"));
        assertThat(
                        hub.rows(
                                "select pipeline, route from ops.pipeline where pipeline in ('ads-archive', 'ads-test-restore', 'users') order by 1"))
                .containsExactly(
                        "ads-archive|ads-archive", "ads-test-restore|ads-test-restore", "users|users-api-to-postgres");
    }

    @Test
    void a_run_that_cannot_archive_says_why_in_the_book() throws Exception {
        hub.rows("alter table ads.impression alter column raw_object type bytea using null");

        assertThat(hub.run("ads-archive"))
                .contains("state=failed read=0")
                .contains("ARCHIVE_DECLARATION: ads.impression cannot be archived: column raw_object is of type bytea");
    }
}
