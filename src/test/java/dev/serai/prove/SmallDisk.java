package dev.serai.prove;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file system of a few megabytes that holds one table and is full. Needs root and the right to mount. For one thread. */
final class SmallDisk {

    private static final String SPACE = "small_disk";
    private static final String TABLE = "ads.impression";
    private static final int BLOCK = 4_096;

    private @Nullable Path mounted;

    private SmallDisk() {}

    static Fault fault() {
        SmallDisk disk = new SmallDisk();
        return new Fault(
                "postgres-disk-full",
                "the disk with the table of impressions is full",
                Fault.Place.POSTGRES,
                SmallDisk::missing,
                (site, random) -> disk.fill(site),
                (site, random) -> disk.free(site),
                false);
    }

    private static Optional<String> missing() {
        try {
            Path trial = Files.createTempDirectory("serai-prove-mount-");
            boolean can = mount(trial) && run("umount", trial.toString());
            Files.delete(trial);
            return can ? Optional.empty() : Optional.of("needs root and the right to mount a file system");
        } catch (IOException e) {
            return Optional.of("a file system cannot be mounted: " + e.getMessage());
        }
    }

    private static boolean mount(Path at) throws IOException {
        return run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", at.toString());
    }

    private static boolean run(String... command) throws IOException {
        try {
            return new ProcessBuilder(List.of(command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private void fill(Site site) throws Exception {
        String failed = "select count(*) from ops.run where pipeline = 'ads' and state = 'failed'";
        long before = Long.parseLong(site.hub.value(failed));
        try (Connection connection = site.administrator();
                Statement statement = connection.createStatement()) {
            Path data;
            try (ResultSet row = statement.executeQuery("show data_directory")) {
                row.next();
                data = Path.of(row.getString(1));
            }
            Path disk = Files.createDirectory(data.resolveSibling("small-disk"));
            if (!mount(disk)) {
                throw new IllegalStateException("a file system cannot be mounted at " + disk);
            }
            mounted = disk;
            Files.setOwner(disk, Files.getOwner(data));
            statement.execute("create tablespace %s location '%s'".formatted(SPACE, disk));
            statement.execute("alter table %s set tablespace %s".formatted(TABLE, SPACE));
            fill(disk.resolve("filler"));
        }
        Site.until("a load of impressions fails", () -> Long.parseLong(site.hub.value(failed)) > before);
    }

    private static void fill(Path filler) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(new byte[BLOCK]);
            }
        } catch (IOException full) {
            if (Files.size(filler) < BLOCK) {
                throw full;
            }
        }
    }

    private void free(Site site) throws Exception {
        Path disk = mounted;
        if (disk == null) {
            return;
        }
        Files.deleteIfExists(disk.resolve("filler"));
        try (Connection connection = site.administrator();
                Statement statement = connection.createStatement()) {
            statement.execute("alter table %s set tablespace pg_default".formatted(TABLE));
            statement.execute("drop tablespace " + SPACE);
        } finally {
            run("umount", disk.toString());
            Files.deleteIfExists(disk);
            mounted = null;
        }
    }
}
