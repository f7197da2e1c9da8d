package dev.serai.settings;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The settings that pipelines declare beside their routes: {@code routes/users/users.properties}. Immutable and thread-safe.
 *
 * <p>So that a new pipeline needs no change outside of its folder. A key begins with the name of the folder, so that one
 * finds the file.
 */
public final class PipelineSettings {

    private static final String SUFFIX = ".properties";

    /** By folder. */
    private final SortedMap<String, SortedMap<String, String>> folders;

    private PipelineSettings(SortedMap<String, SortedMap<String, String>> folders) {
        this.folders = folders;
    }

    /** Reads a folder of pipelines; one that is not there has none. */
    public static PipelineSettings read(Path directory) {
        Map<String, String> texts = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> pipelines = Files.list(directory)) {
                for (Path pipeline : pipelines.filter(Files::isDirectory).toList()) {
                    Path file = pipeline.resolve(pipeline.getFileName() + SUFFIX);
                    if (Files.isRegularFile(file)) {
                        texts.put(pipeline.getFileName().toString(), Files.readString(file));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return of(texts);
    }

    /**
     * Reads texts.
     *
     * @param texts the content of the file of each folder
     */
    public static PipelineSettings of(Map<String, String> texts) {
        SortedMap<String, SortedMap<String, String>> folders = new TreeMap<>();
        texts.forEach((folder, text) -> {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(text));
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException("%s/%s%s: %s".formatted(folder, folder, SUFFIX, e.getMessage()), e);
            }
            SortedMap<String, String> values = new TreeMap<>();
            properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
            folders.put(folder, values);
        });
        return new PipelineSettings(folders);
    }

    /** The file of a folder, relative to the folder of the pipelines. */
    public static String fileOf(String folder) {
        return "%s/%s%s".formatted(folder, folder, SUFFIX);
    }

    Map<String, String> values() {
        Map<String, String> all = new TreeMap<>();
        folders.values().forEach(all::putAll);
        return all;
    }

    List<String> mistakes(Collection<String> declared) {
        List<String> mistakes = new ArrayList<>();
        folders.forEach((folder, values) -> values.keySet().forEach(key -> {
            if (!key.startsWith(folder + ".")) {
                mistakes.add("%s in %s must begin with \"%s.\"".formatted(key, fileOf(folder), folder));
            } else if (declared.contains(key)) {
                mistakes.add("%s is in %s and in application.properties; one of them must go"
                        .formatted(key, fileOf(folder)));
            }
        }));
        return mistakes;
    }
}
