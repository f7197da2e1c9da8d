package dev.serai.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings of one process.
 *
 * <p>Source: {@code application.properties} on the class path and the {@code .properties} files of the pipelines in
 * {@code routes.directory}, each value replaced by the environment variable of the
 * same name in upper snake case ({@code users.api.url} by {@code USERS_API_URL}) where there is one. <br>
 * Errors: {@link SettingsException} naming every mistake at once: unknown, missing, malformed. <br>
 * Immutable and thread-safe. {@link #toString()} masks secrets.
 */
public final class Settings {

    private static final String DIRECTORY = "routes.directory";

    private final SortedMap<String, String> values;
    private final Map<String, String> environment;
    private final Collection<String> required;

    private Settings(SortedMap<String, String> values, Map<String, String> environment, Collection<String> required) {
        this.values = values;
        this.environment = Map.copyOf(environment);
        this.required = List.copyOf(required);
    }

    /**
     * Reads and checks.
     *
     * @param environment the environment variables, those of other programs included
     * @param required keys that must not be empty in this process
     */
    public static Settings load(Map<String, String> environment, Collection<String> required) {
        SortedMap<String, String> defaults = defaults();
        String directory = environment.getOrDefault(variable(DIRECTORY), defaults.getOrDefault(DIRECTORY, ""));
        return load(environment, required, PipelineSettings.read(Path.of(directory)));
    }

    private static Settings load(
            Map<String, String> environment, Collection<String> required, PipelineSettings pipelines) {
        SortedMap<String, String> values = defaults();
        // Camel's own are read by Camel from the same file and have environment variables of their own, CAMEL_….
        values.keySet().removeIf(key -> key.startsWith("camel."));
        List<String> mistakes = new ArrayList<>(pipelines.mistakes(values.keySet()));
        pipelines.values().forEach((key, value) -> values.putIfAbsent(key, value));
        mistakes.addAll(UnknownSettings.in(environment, values.keySet()));
        values.replaceAll(
                (key, value) -> environment.getOrDefault(variable(key), value).strip());
        values.forEach((key, value) -> {
            if (value.isEmpty()) {
                if (required.contains(key)) {
                    mistakes.add("%s is missing: set the environment variable %s".formatted(key, variable(key)));
                }
            } else {
                SettingRule.complaint(key, value)
                        .ifPresent(expected -> mistakes.add(
                                "%s must be %s, was \"%s\"".formatted(variable(key), expected, shown(key, value))));
            }
        });
        if (!mistakes.isEmpty()) {
            throw new SettingsException(mistakes);
        }
        return new Settings(values, environment, required);
    }

    /** The same, with what the files of the pipelines say now. */
    public Settings with(PipelineSettings pipelines) {
        return load(environment, required, pipelines);
    }

    /** What the value of a key must be, if this one is not; as {@link #load} would say it. */
    public static Optional<String> complaint(String key, String value) {
        return value.isEmpty() ? Optional.empty() : SettingRule.complaint(key, value);
    }

    /** The keys of application.properties, Camel's own left out. */
    public static Set<String> declared() {
        SortedMap<String, String> values = defaults();
        values.keySet().removeIf(key -> key.startsWith("camel."));
        return values.keySet();
    }

    /** The environment variable that sets a key: {@code s3.access-key} gives {@code S3_ACCESS_KEY}. */
    public static String variable(String key) {
        return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    public String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no setting '%s' in application.properties".formatted(key));
        }
        return value;
    }

    public int number(String key) {
        return Integer.parseInt(text(key));
    }

    public double decimal(String key) {
        return Double.parseDouble(text(key));
    }

    /** The keys, in order. */
    public Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** A {@code .url} or {@code .endpoint}; the {@code jdbc:} of a database address is taken off. */
    public URI address(String key) {
        String value = text(key);
        return URI.create(value.startsWith("jdbc:") ? value.substring("jdbc:".length()) : value);
    }

    /** All of them in clear, for Camel's placeholders. */
    public Properties asProperties() {
        Properties properties = new Properties();
        properties.putAll(values);
        return properties;
    }

    @Override
    public String toString() {
        StringBuilder lines = new StringBuilder();
        values.forEach((key, value) ->
                lines.append(key).append(" = ").append(shown(key, value)).append('\n'));
        return lines.toString();
    }

    private static String shown(String key, String value) {
        boolean secret = key.endsWith("password") || key.endsWith("secret-key");
        return secret && !value.isEmpty() ? "********" : value.replaceAll("://[^/@\\s]+@", "://********@");
    }

    private static SortedMap<String, String> defaults() {
        Properties file = new Properties();
        try (InputStream in = Settings.class.getResourceAsStream("/application.properties")) {
            if (in == null) {
                throw new IllegalStateException("application.properties is not on the class path");
            }
            file.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SortedMap<String, String> values = new TreeMap<>();
        file.stringPropertyNames().forEach(key -> values.put(key, file.getProperty(key)));
        return values;
    }
}
