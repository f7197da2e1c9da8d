package dev.serai.reload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of {@code routes/} as they were at one moment. Immutable and thread-safe.
 *
 * <p>Paths are relative to the folder, with slashes: {@code users/load-users.sql}. What editors put there for themselves
 * ({@code .users.yaml.swp}, {@code users.yaml~}, {@code 4913}, {@code .#users.yaml}, {@code users.yaml.tmp}) does not count.
 */
public final class RouteFiles {

    /** Routes, statements and migrations, datasets and what routes read, settings. */
    private static final Pattern COUNTS = Pattern.compile(".*\\.(yaml|sql|properties|json)");

    private static final Pattern EDITORS_OWN = Pattern.compile("[.#_~].*|.*(~|#|\\.bak|\\.orig|\\.tmp)");
    private static final String ROUTE = ".camel.yaml";
    private static final int DEEPEST = 5;
    private static final int LARGEST = 4_000_000;

    private final Path directory;
    private final SortedMap<String, byte[]> contents;

    private RouteFiles(Path directory, SortedMap<String, byte[]> contents) {
        this.directory = directory;
        this.contents = Collections.unmodifiableSortedMap(contents);
    }

    /** Reads the folder. A file that goes away meanwhile is left out; a folder that is not there is an error. */
    public static RouteFiles read(Path directory) throws IOException {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> below = Files.walk(directory, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
            files = below.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String path = directory.relativize(file).toString().replace('\\', '/');
            if (counts(path)) {
                content(file).ifPresent(content -> contents.put(path, content));
            }
        }
        return new RouteFiles(directory, contents);
    }

    /** Reads the folder, and says which setting names it if it is not there. */
    public static RouteFiles atStart(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IllegalStateException(
                    "there is no folder %s; the setting routes.directory names where the routes are"
                            .formatted(directory.toAbsolutePath()));
        }
        return read(directory);
    }

    private static Optional<byte[]> content(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException("%s is larger than %d bytes, which no route file is".formatted(file, LARGEST));
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // an editor saves by renaming; the next look sees the new one
        }
    }

    private static boolean counts(String path) {
        for (String name : path.split("/", -1)) {
            if (EDITORS_OWN.matcher(name).matches()) {
                return false;
            }
        }
        return COUNTS.matcher(path).matches();
    }

    public Path directory() {
        return directory;
    }

    public SortedSet<String> paths() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(contents.keySet()));
    }

    /** Those with routes. */
    public List<String> routePaths() {
        return contents.keySet().stream().filter(RouteFiles::isRoute).toList();
    }

    static boolean isRoute(String path) {
        return path.endsWith(ROUTE);
    }

    /** What the id of the route of a file has to be. */
    static String nameOf(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return isRoute(file) ? file.substring(0, file.length() - ROUTE.length()) : file;
    }

    /** The folder a file is in: the name of its pipeline. */
    public static String folderOf(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    public boolean has(String path) {
        return contents.containsKey(path);
    }

    public byte[] bytes(String path) {
        byte[] content = contents.get(path);
        if (content == null) {
            throw new IllegalArgumentException("there is no %s in %s".formatted(path, directory));
        }
        return content.clone();
    }

    public String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /** A path as a person would open it. */
    public String shown(String path) {
        return directory.resolve(path).toString().replace('\\', '/');
    }

    /** The path of a file that is named as a person or a route names it; nothing of this folder yields an empty text. */
    String pathOf(String shown) {
        Path absolute = directory.toAbsolutePath().normalize();
        Path file = Path.of(shown).toAbsolutePath().normalize();
        return file.startsWith(absolute) ? absolute.relativize(file).toString().replace('\\', '/') : "";
    }

    /** What of another moment is different here: new, gone or of other content. */
    public Set<String> differences(RouteFiles other) {
        Set<String> paths = new TreeSet<>(contents.keySet());
        paths.addAll(other.contents.keySet());
        paths.removeIf(path -> Arrays.equals(contents.get(path), other.contents.get(path)));
        return paths;
    }

    /** SHA-256 of some of the files together, hexadecimal. Files that are not there count as such. */
    public String hash(String... paths) {
        MessageDigest digest = sha256();
        for (String path : paths) {
            digest.update(path.getBytes(StandardCharsets.UTF_8));
            byte[] content = contents.get(path);
            digest.update((byte) (content == null ? 0 : 1));
            if (content != null) {
                digest.update(sha256().digest(content));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RouteFiles files && differences(files).isEmpty();
    }

    @Override
    public int hashCode() {
        return contents.keySet().hashCode();
    }
}
