package dev.serai.console;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The files of one folder of the class path, in memory, plain and packed.
 *
 * <p>Each has two paths: its name, and its name below the version of all files together, which is a hash of them. What
 * {@code index.html} names it names with the version. There is no way to anything outside of the folder, because nothing is read
 * after {@link #load}. Immutable and thread-safe.
 */
final class StaticFiles {

    private static final int VERSION_CHARACTERS = 12;
    private static final String START = "index.html";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "md", "text/plain; charset=utf-8",
            "txt", "text/plain; charset=utf-8");

    /** @param tag changes with the content */
    record File(Buffer plain, Buffer packed, String type, String tag, boolean isVersioned) {}

    private final Map<String, File> files;
    private final String version;

    private StaticFiles(Map<String, File> files, String version) {
        this.files = files;
        this.version = version;
    }

    /** @param folder on the class path, without slashes at its ends */
    static StaticFiles load(String folder) {
        SortedMap<String, byte[]> contents = read(folder);
        MessageDigest all = sha256();
        contents.forEach((name, content) -> {
            all.update(name.getBytes(StandardCharsets.UTF_8));
            all.update(content);
        });
        String version = HexFormat.of().formatHex(all.digest()).substring(0, VERSION_CHARACTERS);
        byte[] start = contents.getOrDefault(START, new byte[0]);
        contents.put(START, withVersion(start, version));
        Map<String, File> files = new TreeMap<>();
        contents.forEach((name, content) -> {
            String tag = "\"%s\"".formatted(HexFormat.of().formatHex(sha256().digest(content)));
            Buffer plain = Buffer.buffer(content);
            Buffer packed = Buffer.buffer(gzip(content));
            files.put(name, new File(plain, packed, type(name), tag, false));
            files.put(version + "/" + name, new File(plain, packed, type(name), tag, true));
        });
        return new StaticFiles(files, version);
    }

    /** @param path relative to the folder, with or without the version */
    Optional<File> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    String version() {
        return version;
    }

    /** Addresses of its own files get the version; those that begin with a slash or a hash are left alone. */
    private static byte[] withVersion(byte[] html, String version) {
        return new String(html, StandardCharsets.UTF_8)
                .replaceAll("(src|href)=\"(?=[a-z])", "$1=\"" + version + "/")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static SortedMap<String, byte[]> read(String folder) {
        URL url = StaticFiles.class.getClassLoader().getResource(folder);
        if (url == null) {
            throw new IllegalStateException(folder + " is not on the class path");
        }
        try {
            URI uri = url.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    return read(jar.getPath(folder));
                }
            }
            return read(Path.of(uri));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedMap<String, byte[]> read(Path folder) throws IOException {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> below = Files.walk(folder)) {
            for (Path file : below.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static String type(String name) {
        return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
