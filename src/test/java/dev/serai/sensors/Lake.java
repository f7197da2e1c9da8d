package dev.serai.sensors;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What is in the raw lake of a hub. */
final class Lake {

    private static final String RAW = "raw/";

    private Lake() {}

    /** Its lines, in the order of keys. */
    static List<JsonNode> of(Hub hub) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String key : keys(hub)) {
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(hub.object("sensor-data", key)))) {
                for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                    if (!line.isEmpty()) {
                        lines.add(json.readTree(line));
                    }
                }
            }
        }
        return lines;
    }

    /** Until there are so many. The local S3 server lists an object that is still being uploaded, and does not have it yet. */
    static void awaitLines(Hub hub, int lines, Duration patience) {
        await().atMost(patience).ignoreException(NoSuchKeyException.class).until(() -> of(hub).size() == lines);
    }

    static List<String> keys(Hub hub) {
        return hub.keys("sensor-data").stream()
                .filter(key -> key.startsWith(RAW))
                .toList();
    }
}
