package dev.serai.archive;

import dev.serai.Application;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What the route sensors-archive does, or with SETTLE what sensors-settle does, as a process of its own that ends itself
 * without a word when it is at a point for the n-th time: {@code ReadingsArchiveProcess POINT TIME}.
 *
 * <p>Points are the steps of the archive, CLOSED before them and MOVED after them.
 */
final class ReadingsArchiveProcess {

    private ReadingsArchiveProcess() {}

    public static void main(String[] arguments) throws Exception {
        String point = arguments[0];
        int time = Integer.parseInt(arguments[1]);
        AtomicInteger reached = new AtomicInteger();
        Settings settings = Settings.load(System.getenv(), Application.REQUIRED);
        try (S3Client s3 = ObjectStore.connect(settings);
                Connection connection = Postgres.session(settings, "test")) {
            Archives archives = Archives.of(settings, s3, Clock.systemUTC());
            if (point.equals("SETTLE")) {
                archives.settlement().run(table(settings), settlement(), UUID.randomUUID());
                return;
            }
            execute(
                    connection,
                    "select sensors.close_days(%s, gen_random_uuid())"
                            .formatted(settings.text("sensors.retention.days")));
            haltAt("CLOSED", point);
            archives.archive((step, certificate) -> {
                        if (step.name().equals(point) && reached.incrementAndGet() == time) {
                            Runtime.getRuntime().halt(ArchiveProcess.HALTED);
                        }
                    })
                    .run(table(settings), UUID.randomUUID(), "sensors-archive");
            haltAt("MOVED", point);
            execute(connection, "select sensors.drop_archived_partitions()");
        }
    }

    /** As routes/sensors/sensors-archive declares it, with small objects. */
    private static ArchivedTable table(Settings settings) {
        ArchivedTable declared = new ArchivedTable(
                "sensors.reading",
                "measured_at",
                "sensor_id, measured_at",
                settings.number("sensors.retention.days"),
                settings.text("sensors.archive.zone"),
                "not unsettled and (measured_at at time zone 'UTC')::date in (select day from sensors.archived_day)");
        return new ArchivedTable(
                declared.dataset(),
                declared.timeColumn(),
                declared.keyColumns(),
                declared.age(),
                declared.zone(),
                1_750,
                declared.condition());
    }

    static String settlement() throws java.io.IOException {
        return Files.readString(Path.of("routes/sensors/settle-readings.sql"));
    }

    private static void haltAt(String here, String point) {
        if (here.equals(point)) {
            Runtime.getRuntime().halt(ArchiveProcess.HALTED);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
