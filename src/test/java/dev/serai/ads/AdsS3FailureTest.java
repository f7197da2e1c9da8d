package dev.serai.ads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.faults.PutFault;
import dev.serai.faults.PutFault.Kind;
import dev.serai.faults.Relay;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S3 goes wrong while an answer is backed up: without a backup nothing is inserted, with one nothing stays out. */
@WithStack
class AdsS3FailureTest {

    private final AtomicReference<Kind> fault = new AtomicReference<>(Kind.NONE);
    private Relay relay;
    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        URI s3 = URI.create(stack.settings().get("s3.endpoint"));
        relay = new Relay(s3.getPort(), () -> new PutFault("/ad-data/backup/", fault::get));
        hub = new Hub(
                stack,
                Map.of(
                        "s3.endpoint", "http://127.0.0.1:" + relay.port(),
                        "s3.attempt-timeout-ms", "1000",
                        "s3.call-timeout-ms", "3000",
                        "retry.attempts", "1"));
        hub.run("ads"); // so that the bucket is there
    }

    @AfterEach
    void stop() throws Exception {
        hub.close();
        relay.close();
    }

    @ParameterizedTest
    @CsvSource({"REFUSED, S3_REFUSED", "BROKEN, S3_REFUSED", "SILENT, S3_UNREACHABLE"})
    void without_a_backup_nothing_is_inserted_and_the_run_fails(Kind kind, String code) throws Exception {
        fault.set(kind);

        assertThat(hub.run("ads")).contains("state=failed read=0").contains(code);

        fault.set(Kind.NONE);
        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("100");
        assertThat(hub.keys("ad-data")).hasSize(1);
        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=100");
        everyBackupIsLoadedOnce(2);
    }

    @Test
    void a_slow_s3_is_waited_for() throws Exception {
        fault.set(Kind.SLOW);

        assertThat(hub.run("ads")).contains("state=succeeded read=100 inserted=100");
        everyBackupIsLoadedOnce(2);
    }

    @Test
    void a_backup_that_was_kept_although_s3_answered_with_an_error_is_loaded_later() throws Exception {
        fault.set(Kind.KEPT_AND_BROKEN);
        assertThat(hub.run("ads")).contains("state=failed read=0").contains("S3_REFUSED");
        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("100");
        fault.set(Kind.NONE);

        assertThat(hub.replay("ads"))
                .contains("cause=catch-up state=succeeded read=100 inserted=100")
                .contains("landed objects of ads: 0 not loaded");
        everyBackupIsLoadedOnce(2);
    }

    private void everyBackupIsLoadedOnce(int backups) throws Exception {
        assertThat(hub.keys("ad-data")).hasSize(backups);
        assertThat(hub.value("select count(*), count(distinct raw_object), sum(inserted) from ops.load"))
                .isEqualTo("%d|%d|%d".formatted(backups, backups, 100 * backups));
        assertThat(hub.value("select count(*), count(distinct raw_object) from ads.impression"))
                .isEqualTo("%d|%d".formatted(100 * backups, backups));
    }
}
