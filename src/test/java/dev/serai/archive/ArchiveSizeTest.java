package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million rows go through the archive in a heap that could not hold them. */
@Tag("long")
@WithStack
class ArchiveSizeTest {

    private static final int ROWS = 1_000_000;

    @TempDir
    Path temporary;

    @Test
    void a_million_rows_go_through_a_small_heap(LocalStack stack) throws Exception {
        try (ArchiveFixture fixture = new ArchiveFixture(stack, temporary)) {
            fixture.insert(ROWS, Instant.parse("2026-11-10T00:00:00Z"), 0.05);

            Process process = fixture.process(ArchiveSteps.Step.DELETED, 99, 400_000, "-Xmx256m")
                    .start();

            assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(fixture.processLog()).isZero();
            assertThat(fixture.value("select count(*) from probe.impression")).isEqualTo("0");
            assertThat(
                            fixture.value(
                                    "select count(*), sum(row_count), sum(deleted_rows) from ops.archive where state = 'deleted'"))
                    .isEqualTo("3|1000000|1000000");
            assertThat(fixture.left()).isEmpty();
        }
    }
}
