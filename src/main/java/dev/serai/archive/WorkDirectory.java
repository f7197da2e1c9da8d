package dev.serai.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * A directory for the files of one run, readable by this user only and deleted on close.
 *
 * <p>A killed process leaves its directory; the next one to open one deletes it. Whether a process still works in a
 * directory is known from a file lock, which ends with the process.
 */
final class WorkDirectory implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(WorkDirectory.class);
    private static final String PREFIX = "serai-archive-";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private WorkDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @param parent where the directories of all runs are */
    static WorkDirectory open(Path parent) {
        try {
            sweep(parent);
            Path path = Files.createTempDirectory(parent, PREFIX);
            FileChannel channel =
                    FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel.lock();
            return new WorkDirectory(path, channel);
        } catch (IOException e) {
            throw new FilesException(parent, e);
        }
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        try (lock) {
            delete(path);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", path, e.toString());
        }
    }

    private static void sweep(Path parent) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path directory : left) {
                Path file = directory.resolve(LOCK);
                // Without a lock file it is just being made by somebody.
                if (Files.isRegularFile(file) && Files.isWritable(file)) {
                    sweepUnlessInUse(directory, file);
                }
            }
        }
    }

    private static void sweepUnlessInUse(Path directory, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock free = channel.tryLock()) {
            if (free != null) {
                delete(directory);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is in use in this process", directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> below = Files.walk(directory)) {
            paths = below.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : paths) {
            Files.deleteIfExists(each);
        }
    }
}
