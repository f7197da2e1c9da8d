package dev.serai.stack;

import dev.serai.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings that the launched processes get, all through their environment: what the user has set, else a secret made
 * at the first start and kept in {@code .serai/secrets.properties}.
 *
 * <p>Errors: {@link dev.serai.settings.SettingsException}. Immutable.
 */
final class LaunchEnvironment {

    /** PostgreSQL's superuser; known to the stack only. */
    static final String SUPERUSER_PASSWORD = "POSTGRES_SUPERUSER_PASSWORD";

    // A secret is ours to make only if the server that asks for it is.
    private static final Map<String, String> SECRETS = new TreeMap<>(Map.of(
            "postgres.password", "postgres.url",
            "postgres.reader.password", "postgres.url",
            "s3.secret-key", "s3.endpoint",
            "sensors.mqtt.password", "sensors.mqtt.url",
            "management.password", ""));

    private final SortedMap<String, String> given;
    private final SortedMap<String, String> secrets;
    private final Settings settings;

    private LaunchEnvironment(SortedMap<String, String> given, SortedMap<String, String> secrets, Settings settings) {
        this.given = given;
        this.secrets = secrets;
        this.settings = settings;
    }

    /**
     * Checks the settings and makes the secrets that are missing.
     *
     * @param environment that of the user, other programs' variables included
     */
    static LaunchEnvironment load(Path directory, Map<String, String> environment) {
        Settings settings = Settings.load(environment, List.of());
        PrivateFile file = new PrivateFile(directory.resolve("secrets.properties"));
        SortedMap<String, String> kept = file.read();
        SortedSet<String> missing = new TreeSet<>(SECRETS.keySet());
        missing.add("postgres.superuser.password");
        missing.removeAll(kept.keySet());
        if (!missing.isEmpty()) {
            missing.forEach(key -> kept.put(key, Secret.random()));
            file.write(kept);
        }
        SortedMap<String, String> given = new TreeMap<>();
        settings.asProperties().stringPropertyNames().stream()
                .map(Settings::variable)
                .filter(environment::containsKey)
                .forEach(name -> given.put(name, environment.getOrDefault(name, "")));
        SortedMap<String, String> secrets = new TreeMap<>();
        secrets.put(SUPERUSER_PASSWORD, kept.getOrDefault("postgres.superuser.password", ""));
        SECRETS.forEach((key, address) -> {
            boolean ours = address.isEmpty() || LocalStack.isHere(settings.address(address));
            if (ours && settings.text(key).isEmpty()) {
                secrets.put(Settings.variable(key), kept.getOrDefault(key, ""));
            }
        });
        return new LaunchEnvironment(given, secrets, settings);
    }

    /** What the user has set himself, by variable. */
    SortedMap<String, String> given() {
        return given;
    }

    /** For the application and the simulators. */
    Map<String, String> application() {
        Map<String, String> all = stack();
        all.remove(SUPERUSER_PASSWORD);
        return all;
    }

    /** For the stack: with the superuser's password. */
    Map<String, String> stack() {
        Map<String, String> all = new TreeMap<>(given);
        all.putAll(secrets);
        return all;
    }

    Settings settings() {
        return settings;
    }

    /** A setting with its secret, where {@link #settings()} knows only what the user has set. */
    String value(String key) {
        String given = settings.text(key);
        return given.isEmpty() ? secrets.getOrDefault(Settings.variable(key), "") : given;
    }
}
