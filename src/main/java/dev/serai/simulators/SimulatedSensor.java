package dev.serai.simulators;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A sensor that is played. Immutable.
 *
 * @param name its key in the sensor list and the {@code id} in its messages
 * @param least the least value it measures, in the unit of the list
 * @param most the greatest
 */
record SimulatedSensor(String name, int least, int most) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The sensors of a list file, in its order.
     *
     * <p>Source: a JSON object keyed by sensor name, each with a {@code range} of two whole numbers. <br>
     * Errors: {@link IllegalStateException} naming the file, what was expected and what was seen.
     */
    static List<SimulatedSensor> list(Path file) {
        List<SimulatedSensor> sensors = new ArrayList<>();
        read(file).properties().forEach(entry -> {
            JsonNode range = entry.getValue().path("range");
            if (range.size() != 2
                    || !range.get(0).canConvertToInt()
                    || !range.get(1).canConvertToInt()
                    || range.get(0).intValue() > range.get(1).intValue()) {
                throw wrong(
                        file,
                        "a range such as [0, 45] for \"%s\"".formatted(entry.getKey()),
                        "was " + range.toString());
            }
            sensors.add(new SimulatedSensor(
                    entry.getKey(), range.get(0).intValue(), range.get(1).intValue()));
        });
        if (sensors.isEmpty()) {
            throw wrong(file, "an object keyed by sensor name", "it names no sensor");
        }
        return List.copyOf(sensors);
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw wrong(file, "a JSON object keyed by sensor name", e.toString());
        }
    }

    private static IllegalStateException wrong(Path file, String expected, String seen) {
        return new IllegalStateException("SENSORS_LIST_FILE: %s must have %s; %s"
                .formatted(file, expected, seen.length() > 200 ? seen.substring(0, 200) + "…" : seen));
    }
}
