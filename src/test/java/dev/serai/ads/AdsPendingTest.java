package dev.serai.ads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that are backed up and not loaded: the book shows them, and a person can have them loaded at once. */
@WithStack
class AdsPendingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private @Nullable Hub running;

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void an_answer_that_could_not_be_inserted_is_shown_and_replayed(LocalStack stack) throws Exception {
        Hub hub = start(stack, Map.of());
        hub.rows("alter table ads.impression add constraint never check (false) not valid");
        assertThat(hub.run("ads")).contains("state=failed").contains("POSTGRES_23514");
        assertThat(hub.keys("ad-data")).hasSize(1);

        assertThat(hub.replay("ads")).contains("cause=catch-up state=failed", "landed objects of ads: 1 not loaded");
        assertThat(hub.value(
                        "select pipeline, raw_object = ?, last_error, last_tried_at >= first_seen_at from ops.pending",
                        "s3://ad-data/" + hub.keys("ad-data").get(0)))
                .isEqualTo(
                        "ads|t|PostgreSQL: ERROR: new row for relation \"impression\" violates check constraint \"never\"|t");
        assertThat(hub.rows("select pipeline, pending_objects from mart.pipeline where pending_objects > 0"))
                .containsExactly("ads|1");

        hub.rows("alter table ads.impression drop constraint never");
        assertThat(hub.replay("ads"))
                .contains("cause=catch-up state=succeeded read=100 inserted=100", "landed objects of ads: 0 not loaded")
                .contains("dead letters of ads: 0 open");
        assertThat(hub.value("select count(*) from ops.pending")).isEqualTo("0");
        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("100");
        assertThat(hub.replay("ads")).startsWith("landed objects of ads: 0 not loaded");
    }

    @Test
    void the_next_catch_up_shows_and_loads_it_by_itself(LocalStack stack) throws Exception {
        Hub hub = start(stack, Map.of("landing.pending.interval-ms", "200"));
        hub.rows("alter table ads.impression add constraint never check (false) not valid");
        hub.run("ads");

        await().atMost(PATIENCE).until(() -> hub.value("select count(last_error) from ops.pending")
                .equals("1"));
        hub.rows("alter table ads.impression drop constraint never");
        await().atMost(PATIENCE)
                .until(() -> hub.value("select count(*) from ads.impression").equals("100"));
        await().atMost(PATIENCE)
                .until(() -> hub.value("select count(*) from ops.pending").equals("0"));
    }

    @Test
    void an_object_that_is_so_young_that_its_run_may_be_writing_it_is_left_alone(LocalStack stack) throws Exception {
        Hub hub = start(stack, Map.of("landing.pending.min-age-ms", "3600000"));
        hub.rows("alter table ads.impression add constraint never check (false) not valid");
        hub.run("ads");

        assertThat(hub.replay("ads")).startsWith("landed objects of ads: 0 not loaded");
        assertThat(hub.value("select count(*) from ops.run where cause = 'catch-up'"))
                .isEqualTo("0");
    }

    @Test
    void an_object_that_is_gone_from_s3_waits_no_longer(LocalStack stack) throws Exception {
        Hub hub = start(stack, Map.of());
        hub.rows("insert into ops.pending (raw_object, pipeline) values ('s3://ad-data/backup/gone.json', 'ads')");

        assertThat(hub.replay("ads")).startsWith("landed objects of ads: 0 not loaded");
    }

    private Hub start(LocalStack stack, Map<String, String> overrides) throws Exception {
        Hub hub = new Hub(stack, overrides);
        running = hub;
        return hub;
    }
}
