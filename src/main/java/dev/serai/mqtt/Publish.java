package dev.serai.mqtt;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * {@code publish}: sends each line of a file as a message to the broker, to try a pipeline.
 *
 * <p>With QoS 1: what it counts, the broker has. Errors: {@link IllegalStateException} that says what to do.
 */
public final class Publish {

    private static final int AT_LEAST_ONCE = 1;
    private static final long PATIENCE_MS = 10_000;

    private final Settings settings;
    private final PrintStream out;

    public Publish(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Sends them.
     *
     * @param words topic and file
     */
    public int lines(List<String> words) throws IOException {
        if (words.size() != 2
                || words.get(0).isBlank()
                || words.get(0).matches(".*[+#].*")
                || words.get(1).isBlank()) {
            throw new IllegalStateException(
                    "give one topic and a file with a message a line, was %s; for example: make publish TOPIC=sensors/1 FILE=message.json"
                            .formatted(words));
        }
        List<String> messages = messages(words.get(1));
        String url = settings.text("sensors.mqtt.url");
        try {
            MqttClient client = new MqttClient(url, "serai-publish-" + UUID.randomUUID(), new MemoryPersistence());
            try {
                send(client, words.get(0), messages);
            } finally {
                client.close();
            }
        } catch (MqttException e) {
            throw new IllegalStateException(
                    "the broker at %s does not take messages: %s".formatted(url, e.getMessage()), e);
        }
        out.printf("%d %s sent to %s%n", messages.size(), messages.size() == 1 ? "message" : "messages", words.get(0));
        return 0;
    }

    private static List<String> messages(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> !line.isBlank()).toList();
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("there is no file " + e.getFile(), e);
        }
    }

    private void send(MqttClient client, String topic, List<String> messages) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(settings.text("sensors.mqtt.user"));
        options.setPassword(settings.text("sensors.mqtt.password").getBytes(StandardCharsets.UTF_8));
        client.setTimeToWait(PATIENCE_MS);
        client.connect(options);
        for (String message : messages) {
            client.publish(topic, message.getBytes(StandardCharsets.UTF_8), AT_LEAST_ONCE, false);
        }
        client.disconnect();
    }
}
