package dev.serai.archive;

import dev.serai.Application;
import dev.serai.landing.LandingZone;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.s3.S3Client;

/** One run of the archive as a process of its own: {@code ArchiveProcess STEP TIME ROWS_PER_OBJECT}. */
final class ArchiveProcess {

    /** How it ends when the step has been reached. */
    static final int HALTED = 86;

    private ArchiveProcess() {}

    public static void main(String[] arguments) throws Exception {
        ArchiveSteps.Step last = ArchiveSteps.Step.valueOf(arguments[0]);
        int time = Integer.parseInt(arguments[1]);
        AtomicInteger reached = new AtomicInteger();
        ArchiveSteps steps = (step, certificate) -> {
            if (step == last && reached.incrementAndGet() == time) {
                Runtime.getRuntime().halt(HALTED);
            }
        };
        Settings settings = Settings.load(System.getenv(), Application.REQUIRED);
        try (S3Client s3 = ObjectStore.connect(settings)) {
            new Archives(
                            purpose -> Postgres.session(settings, purpose),
                            new ArchiveObjects(s3, Duration.ofSeconds(30)),
                            Path.of(System.getProperty("java.io.tmpdir")),
                            Clock.fixed(ArchiveFixture.NOW, ZoneOffset.UTC),
                            1_000_000_000)
                    .archive(steps)
                    .run(
                            new ArchivedTable(
                                    ArchiveFixture.DATASET,
                                    "shown_at",
                                    List.of("ad_id"),
                                    Duration.ofDays(7),
                                    LandingZone.of("s3://ad-data/archive/"),
                                    Integer.parseInt(arguments[2]),
                                    ArchivedTable.EVERY_ROW),
                            UUID.randomUUID(),
                            "ads-archive");
        }
        System.out.printf(
                "heap limit %d MB, peak of the process %s%n",
                Runtime.getRuntime().maxMemory() >> 20, peak());
    }

    /** Peak resident memory, where the system says it. */
    static String peak() throws java.io.IOException {
        Path status = Path.of("/proc/self/status");
        return java.nio.file.Files.isReadable(status)
                ? java.nio.file.Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .findFirst()
                        .orElse("unknown")
                : "unknown";
    }
}
