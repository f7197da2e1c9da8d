package dev.serai.ads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.faults.CommitPoint;
import dev.serai.faults.Conversation;
import dev.serai.faults.KilledHub;
import dev.serai.faults.PutPoint;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The process is killed in the middle of a run, by SIGKILL, at a point that the traffic with a store shows. Afterwards
 * every record that was backed up is in the table once.
 */
@Tag("long")
@WithStack
class AdsCrashTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BACKUPS = "/ad-data/backup/";
    private static final String LOAD = "insert into ads.impression";

    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack, Map.of("landing.pending.interval-ms", "200", "landing.pending.min-age-ms", "2000"));
        hub.run("ads"); // so that bucket and tables are there
        hub.stop();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void killed_before_the_put_nothing_was_backed_up_and_nothing_inserted() throws Exception {
        runUntilKilled(KilledHub.Store.S3, kill -> PutPoint.before(BACKUPS, kill));

        assertThat(backups()).isEqualTo(1);
        assertThat(rows()).isEqualTo(100);
        everythingIsLoadedOnceAfterTheNextRun(2);
    }

    @Test
    void killed_after_the_put_the_backup_is_loaded_by_the_next_process() throws Exception {
        runUntilKilled(KilledHub.Store.S3, kill -> PutPoint.after(BACKUPS, kill));

        assertThat(backups()).isEqualTo(2);
        assertThat(rows()).isEqualTo(100);
        everythingIsLoadedOnceAfterTheNextRun(3);
    }

    @Test
    void killed_before_the_commit_the_insert_is_undone_and_done_by_the_next_process() throws Exception {
        runUntilKilled(KilledHub.Store.POSTGRES, kill -> CommitPoint.before(LOAD, kill));

        assertThat(backups()).isEqualTo(2);
        assertThat(rows()).isEqualTo(100);
        everythingIsLoadedOnceAfterTheNextRun(3);
    }

    @Test
    void killed_after_the_commit_nothing_is_inserted_again() throws Exception {
        runUntilKilled(KilledHub.Store.POSTGRES, kill -> CommitPoint.after(LOAD, kill));

        assertThat(backups()).isEqualTo(2);
        assertThat(rows()).isEqualTo(200);
        everythingIsLoadedOnceAfterTheNextRun(3);
    }

    /** A process of its own that runs the pipeline at its start. */
    private void runUntilKilled(KilledHub.Store store, Function<Runnable, Conversation> point) throws Exception {
        KilledHub.run(hub, Map.of("run-at-start", "ads", "landing.pending.min-age-ms", "3600000"), store, point);
    }

    private void everythingIsLoadedOnceAfterTheNextRun(int backups) throws Exception {
        hub.start();
        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=100");
        await().atMost(PATIENCE).until(() -> rows() == 100L * backups);

        assertThat(backups()).isEqualTo(backups);
        assertThat(hub.rows("select ad_id::text from ads.impression order by 1"))
                .containsExactlyElementsOf(backedUpIds());
        assertThat(
                        hub.value(
                                "select count(*), count(distinct raw_object), sum(inserted), sum(updated + unchanged) from ops.load"))
                .isEqualTo("%d|%d|%d|0".formatted(backups, backups, 100 * backups));
        assertThat(hub.value("select count(*) from ops.run where state = 'interrupted'"))
                .isEqualTo("1");
        await().atMost(PATIENCE).until(() -> hub.value("select count(*) from ops.run where state = 'running'")
                .equals("0"));
        assertThat(hub.value("select count(*) from ops.run where read <> inserted + updated + unchanged + rejected"))
                .isEqualTo("0");
        assertThat(hub.value("select sum(inserted) from ops.run")).isEqualTo(Integer.toString(100 * backups));
    }

    private List<String> backedUpIds() throws IOException {
        List<String> ids = new ArrayList<>();
        for (String key : hub.keys("ad-data")) {
            ids.addAll(new ObjectMapper().readTree(hub.object("ad-data", key)).findValuesAsText("ad_id"));
        }
        return ids.stream().sorted().toList();
    }

    private int backups() {
        return hub.keys("ad-data").size();
    }

    private long rows() throws Exception {
        return Long.parseLong(hub.value("select count(*) from ads.impression"));
    }
}
