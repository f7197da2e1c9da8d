package dev.serai.stack;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The lines of {@code make env}: where a shell finds what runs, under the names that its programs know. Pure. */
final class ExportLines {

    private ExportLines() {}

    static String of(Path directory, LaunchEnvironment environment) {
        return variables(directory, environment).entrySet().stream()
                .map(entry -> "export " + entry.getKey() + "=" + quote(entry.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private static Map<String, String> variables(Path directory, LaunchEnvironment environment) {
        URI postgres = environment.settings().address("postgres.url");
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("PGHOST", postgres.getHost());
        lines.put("PGPORT", Integer.toString(postgres.getPort() < 0 ? 5432 : postgres.getPort()));
        lines.put("PGUSER", environment.value("postgres.user"));
        lines.put("PGPASSWORD", environment.value("postgres.password"));
        lines.put("PGDATABASE", postgres.getPath().substring(1));
        lines.put("SERAI_MQTT_URL", environment.value("sensors.mqtt.url"));
        lines.put("SERAI_MQTT_USER", environment.value("sensors.mqtt.user"));
        lines.put("SERAI_MQTT_PASSWORD", environment.value("sensors.mqtt.password"));
        lines.put("SERAI_S3_ENDPOINT", environment.value("s3.endpoint"));
        lines.put("AWS_ACCESS_KEY_ID", environment.value("s3.access-key"));
        lines.put("AWS_SECRET_ACCESS_KEY", environment.value("s3.secret-key"));
        lines.put("AWS_REGION", environment.value("s3.region"));
        lines.put("SERAI_MONGO_URL", environment.value("community.mongo.url"));
        lines.put("SERAI_URL", Addresses.of(environment.settings(), "page"));
        lines.put("SERAI_MANAGEMENT_URL", Addresses.of(environment.settings(), "management"));
        List<NodePorts.Node> nodes = new NodePorts(directory, environment.settings()).all();
        if (nodes.size() > 1) {
            lines.put("SERAI_URLS", addresses(nodes, "page"));
            lines.put("SERAI_MANAGEMENT_URLS", addresses(nodes, "management"));
        }
        lines.put("SERAI_ADMIN_USER", environment.value("management.user"));
        lines.put("SERAI_ADMIN_PASSWORD", environment.value("management.password"));
        return lines;
    }

    private static String addresses(List<NodePorts.Node> nodes, String group) {
        return nodes.stream().map(node -> Addresses.of(node.settings(), group)).collect(Collectors.joining(" "));
    }

    /** For any POSIX shell, whatever is in it. */
    static String quote(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
