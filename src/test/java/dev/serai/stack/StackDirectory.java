package dev.serai.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a stack keeps its data, for one stack at a time: kept, or temporary and deleted with the stack.
 *
 * <p>Errors: {@link StackException} if it is in use, {@link UncheckedIOException}. Not thread-safe.
 */
final class StackDirectory {

    private static final String PREFIX = "serai-stack-";
    private static final Pattern TEMPORARY = Pattern.compile(PREFIX + "(\\d+)-.*");

    private final Path path;
    private final Durability durability;
    private @Nullable FileChannel locked;

    private StackDirectory(Path path, Durability durability) {
        this.path = path.toAbsolutePath().normalize();
        this.durability = durability;
    }

    static StackDirectory kept(Path path) {
        return new StackDirectory(FileTree.createPassable(path), Durability.DURABLE);
    }

    /** Also clears away what test runs that were killed have left. */
    static StackDirectory temporary() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        sweep(parent);
        try {
            Path path = Files.createTempDirectory(
                    parent, PREFIX + ProcessHandle.current().pid() + "-");
            return new StackDirectory(FileTree.createPassable(path), Durability.THROW_AWAY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    Durability durability() {
        return durability;
    }

    /** The lock goes with the process, however that ends. */
    void lock() {
        try {
            FileChannel channel = FileChannel.open(
                    path.resolve("stack.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new StackException("a stack already runs in %s, process %s"
                        .formatted(path, Files.readString(path.resolve("stack.lock"))));
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(
                    Long.toString(ProcessHandle.current().pid())));
            locked = channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void release() {
        try {
            if (locked != null) {
                locked.close();
                locked = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (durability == Durability.THROW_AWAY) {
            FileTree.delete(path);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    /** One process at a time; another one does not wait for it: what is left takes no room for long. */
    private static void sweep(Path parent) {
        Path lock = parent.resolve(PREFIX + "sweep-" + System.getProperty("user.name") + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                Stream<Path> entries = Files.list(parent)) {
            if (tryLock(channel)) {
                for (Path directory : entries.filter(StackDirectory::isLeft).toList()) {
                    PostmasterFile.clearAll(directory);
                    FileTree.delete(directory);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLeft(Path path) {
        Matcher name = TEMPORARY.matcher(path.getFileName().toString());
        return name.matches()
                && Files.isWritable(path)
                && ProcessHandle.of(Long.parseLong(name.group(1)))
                        .filter(ProcessLife::isAlive)
                        .isEmpty();
    }
}
