package dev.serai.archive;

import dev.serai.stack.LocalStack;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * Measures the archive against the least that any archive would do with the same rows, in one run on a stack of its own:
 * {@code ArchiveBench [ROWS]}. Ratios count; absolute numbers are those of the machine.
 */
public final class ArchiveBench {

    private static final int ROWS = 1_000_000;

    private ArchiveBench() {}

    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length == 0 ? ROWS : Integer.parseInt(arguments[0]);
        Path temporary = Files.createTempDirectory("serai-bench-");
        try (LocalStack stack = LocalStack.throwAway();
                ArchiveFixture fixture = new ArchiveFixture(stack, temporary)) {
            fixture.insert(rows, Instant.parse("2026-11-05T00:00:00Z"), 5.0 * 86_400 / rows);
            fixture.execute(
                    "create table probe.twin (like probe.impression including all);"
                            + " insert into probe.twin select * from probe.impression; analyze probe.twin; analyze probe.impression");
            double copy = seconds(() -> copyOut(fixture));
            double delete = seconds(() -> fixture.execute("delete from probe.twin"));
            Map<ArchiveSteps.Step, Double> parts = new EnumMap<>(ArchiveSteps.Step.class);
            long[] last = {System.nanoTime()};
            double archive = seconds(() -> fixture.run(
                    (step, certificate) -> {
                        long now = System.nanoTime();
                        parts.merge(step, (now - last[0]) / 1e9, Double::sum);
                        last[0] = now;
                    },
                    ArchivedTable.ROWS_PER_OBJECT));
            if (!fixture.value("select count(*) from probe.impression").equals("0")) {
                throw new IllegalStateException("rows are left");
            }
            System.out.printf(
                    "rows                 %,d in %s objects%n",
                    rows, fixture.value("select count(*) from ops.archive"));
            System.out.printf("bare COPY TO         %6.2f s%n", copy);
            System.out.printf("bare delete          %6.2f s%n", delete);
            System.out.printf("archive              %6.2f s, %,.0f rows a second%n", archive, rows / archive);
            System.out.printf("archive / (both)     %6.2f%n", archive / (copy + delete));
            parts.forEach((step, seconds) -> System.out.printf("  until %-13s %6.2f s%n", step, seconds));
            double query = seconds(() -> fixture.archives(fixture.s3)
                    .query()
                    .print(
                            "select ad_group, count(*) from probe_impression group by all order by all",
                            java.time.LocalDate.MIN.withYear(1),
                            java.time.LocalDate.of(9999, 1, 1),
                            new java.io.PrintStream(
                                    OutputStream.nullOutputStream(), true, java.nio.charset.StandardCharsets.UTF_8)));
            System.out.printf("query over all       %6.2f s, fetching included%n", query);
            System.out.println("peak of the process  " + ArchiveProcess.peak());
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void copyOut(ArchiveFixture fixture) throws SQLException, IOException {
        new CopyManager(fixture.connection.unwrap(BaseConnection.class))
                .copyOut("copy probe.twin to stdout", OutputStream.nullOutputStream());
    }

    private interface Work {
        void run() throws Exception;
    }

    private static double seconds(Work work) throws Exception {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }
}
