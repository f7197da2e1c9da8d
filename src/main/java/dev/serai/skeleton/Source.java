package dev.serai.skeleton;

import dev.serai.settings.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a new pipeline's records come from, with an example that the simulators answer. */
enum Source {
    HTTP("api", """
            {"uid": "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b", "first_name": "Ada", "last_name": "Lovelace",
             "date_of_birth": "1984-02-29", "address": {"city": "Oslo", "country": "Norway"}}"""),
    MQTT("mqtt", """
            {"id": "Sensor 1", "dt": "2026-11-21T06:00:00.25", "value": 2}"""),
    MONGO("mongo", """
            {"_id": {"$oid": "65f0c0ffee0000000000000a"}, "startDate": {"$date": "2026-11-21T06:00:00Z"}, "healthCoach": "Ada"}""");

    private final String routeWord;
    private final String sample;

    Source(String routeWord, String sample) {
        this.routeWord = routeWord;
        this.sample = sample;
    }

    static Optional<Source> of(String word) {
        return Arrays.stream(values())
                .filter(source -> source.name().equalsIgnoreCase(word))
                .findFirst();
    }

    /** As in {@code FROM=mqtt}. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** As in {@code energy-mqtt-to-postgres}. */
    String routeWord() {
        return routeWord;
    }

    String sample() {
        return sample;
    }

    /** What tells the records of the example from one another. */
    List<String> sampleKey() {
        return switch (this) {
            case HTTP -> List.of("uid");
            case MQTT -> List.of("id", "dt");
            case MONGO -> List.of("_id");
        };
    }

    /** The address, topic or collection of the example. */
    String usual(Settings settings) {
        return switch (this) {
            case HTTP -> settings.text("users.api.url");
            case MQTT -> settings.text("sensors.mqtt.topic");
            case MONGO -> "groups";
        };
    }
}
