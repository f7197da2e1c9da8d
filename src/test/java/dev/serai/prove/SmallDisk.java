package dev.serai.prove;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file system of its own that can be full, if the machine gives the right to mount one. For one thread. Close after use. */
final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 4_096;
    private static final String FILLER = ".filler";

    private final Path at;

    /**
     * Mounts it.
     *
     * @param at a directory that is not there yet
     */
    SmallDisk(Path at, int megabytes) throws IOException {
        Files.createDirectory(at);
        if (!run("mount", "-t", "tmpfs", "-o", "size=%dm".formatted(megabytes), "tmpfs", at.toString())) {
            Files.delete(at);
            throw new IllegalStateException("a file system cannot be mounted at " + at);
        }
        this.at = at;
    }

    /** What the machine lacks for it; nothing if it can be done. */
    static Optional<String> missing() {
        try {
            Path trial = Files.createTempDirectory("serai-prove-mount-");
            try (SmallDisk disk = new SmallDisk(trial.resolve("disk"), 1)) {
                Files.setAttribute(Files.createFile(disk.path().resolve("file")), "user:attribute", new byte[1]);
                return Optional.empty();
            } catch (IllegalStateException refused) {
                return Optional.of("needs root and the right to mount a file system");
            } catch (IOException | UnsupportedOperationException noAttributes) {
                return Optional.of("a file system in memory has no extended attributes here");
            } finally {
                Files.delete(trial);
            }
        } catch (IOException e) {
            return Optional.of("a file system cannot be mounted: " + e.getMessage());
        }
    }

    Path path() {
        return at;
    }

    /** Until not a byte more goes in. */
    void fill() throws IOException {
        Path filler = at.resolve(FILLER);
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

    void free() throws IOException {
        Files.deleteIfExists(at.resolve(FILLER));
    }

    /** Takes everything in one directory into another, with owners and attributes; from and to the disk. */
    static void move(Path from, Path to) throws IOException {
        if (!run("cp", "-a", from + "/.", to.toString())) {
            throw new IllegalStateException("%s cannot be copied to %s".formatted(from, to));
        }
        run("find", from.toString(), "-mindepth", "1", "-delete");
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

    @Override
    public void close() throws IOException {
        if (!run("umount", at.toString())) {
            throw new IllegalStateException("the file system cannot be unmounted: " + at);
        }
        Files.delete(at);
    }
}
