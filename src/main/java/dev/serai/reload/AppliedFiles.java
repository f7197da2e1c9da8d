package dev.serai.reload;

import dev.serai.landing.LandingZone;
import dev.serai.settings.Settings;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.camel.spi.PropertiesSource;
import org.jspecify.annotations.Nullable;

/**
 * The files that are in force, with the settings they declare. Thread-safe.
 *
 * <p>As a source of placeholders it yields the pipelines' own settings as they are now, so that they follow their files.
 */
public final class AppliedFiles implements PropertiesSource {

    private final Settings started;
    private final Set<String> declared = Settings.declared();
    private final Map<String, LandingZone> zones = new ConcurrentSkipListMap<>();

    private volatile RouteFiles files;
    private volatile Settings settings;

    /** @param settings of this process, read together with the files */
    public AppliedFiles(RouteFiles files, Settings settings) {
        this.started = settings;
        this.files = files;
        this.settings = settings.with(SettingsCheck.settings(files));
        zones.putAll(zones(this.settings));
    }

    public RouteFiles files() {
        return files;
    }

    public Settings settings() {
        return settings;
    }

    /** Where each pipeline lands; follows the files. */
    public Map<String, LandingZone> zones() {
        return zones;
    }

    void set(RouteFiles next) {
        Settings now = started.with(SettingsCheck.settings(next));
        Map<String, LandingZone> landing = zones(now);
        settings = now;
        files = next;
        zones.keySet().retainAll(landing.keySet());
        zones.putAll(landing);
    }

    private static Map<String, LandingZone> zones(Settings settings) {
        Map<String, LandingZone> zones = new ConcurrentSkipListMap<>();
        String suffix = ".landing";
        settings.keys().stream().filter(key -> key.endsWith(suffix)).forEach(key -> {
            String pipeline = key.substring(0, key.length() - suffix.length());
            zones.put(pipeline, LandingZone.of(settings.text(key)));
        });
        return zones;
    }

    @Override
    public String getName() {
        return "pipelines";
    }

    @Override
    public @Nullable String getProperty(String name) {
        Settings now = settings;
        return !declared.contains(name) && now.keys().contains(name) ? now.text(name) : null;
    }
}
