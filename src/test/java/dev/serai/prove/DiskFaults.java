package dev.serai.prove;

import static dev.serai.prove.Fault.Place.APPLICATION;
import static dev.serai.prove.Fault.Place.POSTGRES;
import static dev.serai.prove.Fault.Place.S3;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Disks without room. Each is a file system in memory that takes the place of a directory for a while. */
final class DiskFaults {

    private static final String ADS = "ads-api-to-postgres";
    private static final String ARCHIVE = "ads-archive";
    private static final int MEGABYTES = 16;
    /** For what S3 keeps already, and for the programs that the application unpacks. */
    private static final int LARGER_MEGABYTES = 256;

    private DiskFaults() {}

    static List<Fault> all() {
        return List.of(
                fault(POSTGRES, "postgres-disk-full", "the disk with the table of impressions is full", new OfTable()),
                fault(S3, "s3-disk-full", "the disk of S3 is full", new OfObjects()),
                fault(
                        APPLICATION,
                        "application-disk-full",
                        "the disk of the application is full while rows are archived",
                        new OfApplication()));
    }

    private static Fault fault(Fault.Place place, String name, String says, Full full) {
        return new Fault(
                name,
                says,
                place,
                SmallDisk::missing,
                (site, random) -> full.fill(site),
                (site, random) -> full.free(site),
                false);
    }

    /** For one thread. */
    private abstract static class Full {

        @Nullable
        SmallDisk disk;

        /** Yields when it has done harm. */
        abstract void fill(Site site) throws Exception;

        final void free(Site site) throws Exception {
            SmallDisk full = disk;
            disk = null;
            if (full != null) {
                full.free();
                leave(site, full);
            }
        }

        /** Ends the use of a disk that has room again. */
        abstract void leave(Site site, SmallDisk full) throws Exception;

        static void awaitFailure(Site site, String route, long before) throws Exception {
            Site.until("a run of %s fails".formatted(route), () -> failed(site, route) > before);
        }

        static long failed(Site site, String route) throws Exception {
            return Long.parseLong(
                    site.hub.value("select count(*) from ops.run where route = ? and state = 'failed'", route));
        }
    }

    private static final class OfTable extends Full {

        private static final String SPACE = "small_disk";
        private static final String TABLE = "ads.impression";

        @Override
        void fill(Site site) throws Exception {
            long before = failed(site, ADS);
            try (Connection connection = site.administrator();
                    Statement statement = connection.createStatement()) {
                Path data;
                try (ResultSet row = statement.executeQuery("show data_directory")) {
                    row.next();
                    data = Path.of(row.getString(1));
                }
                SmallDisk small = new SmallDisk(data.resolveSibling("small-disk"), MEGABYTES);
                disk = small;
                Files.setOwner(small.path(), Files.getOwner(data));
                statement.execute("create tablespace %s location '%s'".formatted(SPACE, small.path()));
                statement.execute("alter table %s set tablespace %s".formatted(TABLE, SPACE));
                small.fill();
            }
            awaitFailure(site, ADS, before);
        }

        @Override
        void leave(Site site, SmallDisk full) throws Exception {
            try (Connection connection = site.administrator();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter table %s set tablespace pg_default".formatted(TABLE));
                statement.execute("drop tablespace " + SPACE);
            } finally {
                full.close();
            }
        }
    }

    private static final class OfObjects extends Full {

        @Override
        void fill(Site site) throws Exception {
            long before = failed(site, ADS);
            Path objects = site.stack.objects().directory();
            Path aside = objects.resolveSibling("s3-aside");
            site.stack.objects().stop();
            Files.move(objects, aside);
            SmallDisk small = new SmallDisk(objects, LARGER_MEGABYTES);
            disk = small;
            SmallDisk.move(aside, objects);
            Files.delete(aside);
            small.fill();
            site.stack.objects().start();
            awaitFailure(site, ADS, before);
        }

        @Override
        void leave(Site site, SmallDisk full) throws Exception {
            Path objects = full.path();
            site.stack.objects().stop();
            Path aside = Files.createDirectory(objects.resolveSibling("s3-aside"));
            SmallDisk.move(objects, aside);
            full.close();
            Files.move(aside, objects);
            site.stack.objects().start();
        }
    }

    private static final class OfApplication extends Full {

        @Override
        void fill(Site site) throws Exception {
            long before = failed(site, ARCHIVE);
            SmallDisk small = new SmallDisk(site.directory.resolve("small-disk"), LARGER_MEGABYTES);
            disk = small;
            site.processes.stop();
            site.processes.start(Map.of(), Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + small.path()));
            small.fill();
            // Impressions that are old enough come in with the next answers.
            Site.until("an archive fails", () -> {
                site.hub.operate("run", ARCHIVE);
                return failed(site, ARCHIVE) > before;
            });
        }

        @Override
        void leave(Site site, SmallDisk full) throws Exception {
            String result = site.hub.run(ARCHIVE);
            site.processes.stop();
            full.close();
            site.startApplication();
            if (!result.contains("state=succeeded")) {
                throw new IllegalStateException("with room again the archive was not finished: " + result);
            }
        }
    }
}
