package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that is killed at any step of an archive: the next run leaves every row in exactly one place. */
@Tag("long")
@WithStack
class ArchiveCrashTest {

    private static final int ROWS_PER_OBJECT = 40;

    @TempDir
    Path temporary;

    private ArchiveFixture fixture;
    private List<String> before;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        fixture = new ArchiveFixture(stack, temporary);
        // Two days and a half before the cut-off and some rows after it; several objects a day.
        fixture.insert(240, ArchiveFixture.CUT_OFF.minus(Duration.ofHours(60)), 1_000.123457);
        before = fixture.inTable();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(ArchiveSteps.Step.class)
    void a_run_after_a_kill_leaves_every_row_in_exactly_one_place(ArchiveSteps.Step step) throws Exception {
        Process killed = fixture.process(step, 2, ROWS_PER_OBJECT).start();
        assertThat(killed.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(killed.exitValue()).as(fixture.processLog()).isEqualTo(ArchiveProcess.HALTED);

        fixture.run(ArchiveSteps.NONE, ROWS_PER_OBJECT);

        requireEveryRowInOnePlace();
        assertThat(fixture.left()).isEmpty();
    }

    @Test
    void a_kill_in_the_middle_of_the_delete_deletes_nothing() throws Exception {
        fixture.execute("""
                create function probe.wait() returns trigger language plpgsql as
                    $$ begin perform pg_advisory_xact_lock(42); return old; end $$;
                create trigger wait before delete on probe.impression for each row when (old.ad_campaign = 520)
                    execute function probe.wait();
                select pg_advisory_lock(42);""");
        Process killed =
                fixture.process(ArchiveSteps.Step.DELETED, 99, ROWS_PER_OBJECT).start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> fixture.value("select count(*) from pg_locks where locktype = 'advisory' and not granted")
                        .equals("1"));
        killed.destroyForcibly().waitFor();
        fixture.execute("select pg_advisory_unlock(42)");

        fixture.run(ArchiveSteps.NONE, ROWS_PER_OBJECT);

        requireEveryRowInOnePlace();
    }

    private void requireEveryRowInOnePlace() throws Exception {
        assertThat(fixture.everywhere()).isEqualTo(before);
        assertThat(fixture.value("select count(*) from probe.impression where shown_at < '%s'"
                        .formatted(ArchiveFixture.CUT_OFF)))
                .isEqualTo("0");
        assertThat(fixture.inTable()).isNotEmpty();
        assertThat(fixture.value("""
                        select sum(row_count) = sum(deleted_rows), sum(row_count) from ops.archive where state = 'deleted'""")).isEqualTo("t|" + fixture.inObjects().size());
        assertThat(fixture.value("select count(*) from ops.archive where state in ('planned', 'verified')"))
                .isEqualTo("0");
        assertThat(fixture.value("select sum(inserted) from ops.load"))
                .isEqualTo(Integer.toString(fixture.inObjects().size()));
    }
}
