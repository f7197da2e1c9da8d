package dev.serai.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the product's routes that a test may edit as a person would. */
public final class RoutesCopy {

    private static final Path ORIGINAL = Path.of("routes");

    private final Path directory;

    private RoutesCopy(Path directory) {
        this.directory = directory;
    }

    public static RoutesCopy in(Path directory) throws IOException {
        RoutesCopy copy = new RoutesCopy(directory);
        copy.restore();
        return copy;
    }

    /** Makes it a copy again, as a checkout of a version does. */
    void restore() throws IOException {
        for (Path file : files(ORIGINAL)) {
            write(ORIGINAL.relativize(file).toString(), Files.readString(file));
        }
        for (Path file : files(directory)) {
            if (!Files.exists(ORIGINAL.resolve(directory.relativize(file)))) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> below = Files.walk(folder)) {
            return below.filter(Files::isRegularFile).toList();
        }
    }

    public Path directory() {
        return directory;
    }

    Path path(String file) {
        return directory.resolve(file);
    }

    String text(String file) throws IOException {
        return Files.readString(path(file));
    }

    public void write(String file, String text) throws IOException {
        Files.createDirectories(path(file).getParent());
        Files.writeString(path(file), text);
    }

    /** Replaces a text that has to be there. */
    public void edit(String file, String before, String after) throws IOException {
        String text = text(file);
        if (!text.contains(before)) {
            throw new IllegalArgumentException("%s does not say \"%s\"".formatted(file, before));
        }
        write(file, text.replace(before, after));
    }

    public void delete(String file) throws IOException {
        Files.delete(path(file));
    }

    void rename(String file, String name) throws IOException {
        Files.move(path(file), path(name));
    }

    /** Each route with the version that is in the files, in order. */
    List<String> versions() throws IOException, YamlNode.Mistake {
        RouteFiles now = RouteFiles.read(directory);
        List<RouteFile> files = new ArrayList<>();
        for (String path : now.routePaths()) {
            files.add(new RouteFile(path, now.shown(path), now.text(path), YamlNode.parse(now.text(path))));
        }
        List<String> versions = new ArrayList<>();
        for (RouteFile file : files) {
            String version = RouteVersions.of(file, now, files);
            file.routes().forEach(route -> versions.add(route.get("id").text() + " " + version));
        }
        Collections.sort(versions);
        return versions;
    }

    /** The line of a file that says something. */
    int lineOf(String file, String text) throws IOException {
        List<String> lines = text(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("%s does not say \"%s\"".formatted(file, text));
    }
}
