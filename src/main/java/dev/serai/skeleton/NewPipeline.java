package dev.serai.skeleton;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@code new-pipeline}: writes the files of a new pipeline, which are right and run as they are.
 *
 * <p>From one record of the source it suggests columns and types; without one it takes what the simulators answer. Overwrites
 * nothing. Errors: {@link IllegalStateException} that says what to give instead.
 */
public final class NewPipeline {

    private static final String USAGE =
            "make new-pipeline NAME=energy FROM=mqtt SOURCE=energy_flow SAMPLE=message.json KEY=Datetime RECORD=flow";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,30}");
    private static final Set<String> TAKEN = Set.of(
            "shared", "status", "quality", "ops", "mart", "rebuild", "public", "users", "ads", "sensors", "community");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Settings settings;
    private final PrintStream out;

    public NewPipeline(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Writes them.
     *
     * @param words name and source ({@code http}, {@code mqtt}, {@code mongo}); then, each empty or left out for the usual:
     *     address, topic or collection; a file with one record; the fields of its key, comma separated; a word for a record
     */
    public int write(List<String> words) throws IOException {
        String name = word(words, 0);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalStateException(
                    "NAME must be lower case letters and digits such as energy, was \"%s\"; for example: %s"
                            .formatted(name, USAGE));
        }
        Source source = Source.of(word(words, 1))
                .orElseThrow(
                        () -> new IllegalStateException("FROM must be http, mqtt or mongo, was \"%s\"; for example: %s"
                                .formatted(word(words, 1), USAGE)));
        Path folder = Path.of(settings.text("routes.directory")).resolve(name);
        if (Files.exists(folder) || TAKEN.contains(name)) {
            throw new IllegalStateException("there is a %s already; NAME must be another".formatted(folder));
        }
        String record = word(words, 5).isEmpty() ? "record" : word(words, 5);
        if (!NAME.matcher(record).matches()) {
            throw new IllegalStateException(
                    "RECORD must be lower case letters and digits such as flow, was \"%s\"".formatted(record));
        }
        Sample sample = new Sample(record(source, word(words, 3)));
        List<String> key = key(source, sample, words);
        Map<String, String> files = files(name, record, source, word(words, 2), new Tables(name, record, sample, key));
        files.put("%s.%s.dataset.yaml".formatted(name, record), new Contract(name, record, source, sample, key).text());
        // The folder appears as a whole: who watches it sees no half of a pipeline.
        Path making = Files.createDirectories(folder.resolveSibling("." + name + ".new"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = making.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.writeString(path, file.getValue());
        }
        Files.move(making, folder);
        files.keySet().forEach(file -> out.println(folder.resolve(file)));
        if (!sample.leftOut().isEmpty()) {
            out.println("Left out, being lists or of names that columns cannot have: "
                    + String.join(", ", sample.leftOut()));
        }
        out.println("make validate checks them; a Serai that runs takes them up within seconds.");
        return 0;
    }

    private static String word(List<String> words, int index) {
        return index < words.size() ? words.get(index).strip() : "";
    }

    private static JsonNode record(Source source, String file) throws IOException {
        String text;
        try {
            text = file.isEmpty() ? source.sample() : Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new IllegalStateException(
                    "SAMPLE must be a file with one record as JSON; there is no %s".formatted(file), e);
        }
        JsonNode read;
        try {
            read = JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "SAMPLE must be a file with one record as JSON; %s is none: %s".formatted(file, e.getMessage()), e);
        }
        JsonNode record = read.isArray() ? read.path(0) : read;
        if (!record.isObject() || record.isEmpty()) {
            throw new IllegalStateException(
                    "SAMPLE must be a file with one record such as {\"id\": 1, \"value\": 2.5}, %s is not"
                            .formatted(file));
        }
        return record;
    }

    /** Columns of the key: as asked for, as of the example, or the first one. */
    private static List<String> key(Source source, Sample sample, List<String> words) {
        List<String> wanted = word(words, 4).isEmpty()
                ? word(words, 3).isEmpty()
                        ? source.sampleKey()
                        : List.of(sample.columns().get(0).from())
                : Arrays.asList(word(words, 4).split("\\s*,\\s*", -1));
        return wanted.stream()
                .map(field -> sample.columns().stream()
                        .filter(column ->
                                column.from().equals(field) || column.name().equals(field))
                        .map(Sample.Column::name)
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalStateException("KEY must name fields of the record, was \"%s\"; there are %s"
                                        .formatted(
                                                field,
                                                String.join(
                                                        ", ",
                                                        sample.columns().stream()
                                                                .map(Sample.Column::from)
                                                                .toList())))))
                .toList();
    }

    private Map<String, String> files(String name, String record, Source source, String address, Tables tables)
            throws IOException {
        String place = address.isEmpty() ? source.usual(settings) : address;
        Map<String, String> words = Map.of(
                "@NAME@",
                name.toUpperCase(Locale.ROOT),
                "@name@",
                name,
                "@record@",
                record,
                "@source@",
                place,
                "@database@",
                settings.text("community.mongo.database"));
        Map<String, String> files = new TreeMap<>();
        files.put(name + ".properties", template(source.word() + ".properties", words));
        files.put(
                "%s-%s-to-postgres.camel.yaml".formatted(name, source.routeWord()),
                template(source.word() + ".camel.yaml", words));
        files.put(name + "-load.camel.yaml", template("load.camel.yaml", words));
        files.put(name + ".records.yaml", tables.declaration(source == Source.MONGO));
        files.put("migration/V001__%s.sql".formatted(record), tables.migration());
        return files;
    }

    private static String template(String file, Map<String, String> words) throws IOException {
        try (InputStream in = Objects.requireNonNull(NewPipeline.class.getResourceAsStream(file), file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> word : words.entrySet()) {
                text = text.replace(word.getKey(), word.getValue());
            }
            return text;
        }
    }
}
