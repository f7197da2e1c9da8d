package dev.serai.stack;

import dev.serai.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds the ports that others have taken, and says which settings to change instead.
 *
 * <p>Stateless; another program may still be faster than the server that comes after.
 */
final class TakenPorts {

    private static final int LAST = 65_535;

    private TakenPorts() {}

    /** A server that is about to start. */
    record Listener(String name, String host, int port) {}

    /** One line for each taken port. */
    static List<String> among(List<Listener> listeners, Settings settings) {
        List<String> lines = new ArrayList<>();
        for (Listener listener : listeners) {
            if (!Ports.isFree(listener.host(), listener.port())) {
                lines.add("port %d is taken: %s needs it. Free it, or set %s"
                        .formatted(listener.port(), listener.name(), instead(listener, settings)));
            }
        }
        return lines;
    }

    private static String instead(Listener listener, Settings settings) {
        String now = Integer.toString(listener.port());
        String next = Integer.toString(nextFree(listener));
        Map<String, String> all = new TreeMap<>();
        settings.asProperties().forEach((key, value) -> all.put(key.toString(), value.toString()));
        // Addresses of the sources name the port of the simulators as well.
        return all.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(".port")
                        ? entry.getValue().equals(now)
                        : entry.getValue().matches(".*://[^/]*:" + now + "(/.*)?"))
                .map(entry -> Settings.variable(entry.getKey()) + "="
                        + entry.getValue().replaceFirst("(^|:)" + now, "$1" + next))
                .collect(Collectors.joining(" and "));
    }

    private static int nextFree(Listener listener) {
        for (int port = listener.port() + 1; port <= LAST; port++) {
            if (Ports.isFree(listener.host(), port)) {
                return port;
            }
        }
        return listener.port();
    }
}
