package dev.serai.mqtt;

import dev.serai.stack.LocalStack;
import java.util.Map;

/** Where a broker is and who one is there. */
public record Broker(String url, String user, String password) {

    public static Broker of(LocalStack stack) {
        Map<String, String> settings = stack.settings();
        return new Broker(
                String.valueOf(settings.get("sensors.mqtt.url")),
                String.valueOf(settings.get("sensors.mqtt.user")),
                String.valueOf(settings.get("sensors.mqtt.password")));
    }

    /** The same, reached through another port of this machine. */
    public Broker at(int port) {
        return new Broker("tcp://127.0.0.1:" + port, user, password);
    }

    public Publisher publisher() throws Exception {
        return new Publisher(url, user, password);
    }
}
