package dev.serai.mqtt;

import dev.serai.stack.LocalStack;
import java.util.Map;

/** Where a broker is and who one is there. */
record Broker(String url, String user, String password) {

    static Broker of(LocalStack stack) {
        Map<String, String> settings = stack.settings();
        return new Broker(
                String.valueOf(settings.get("sensors.mqtt.url")),
                String.valueOf(settings.get("sensors.mqtt.user")),
                String.valueOf(settings.get("sensors.mqtt.password")));
    }

    /** The same, reached through another port of this machine. */
    Broker at(int port) {
        return new Broker("tcp://127.0.0.1:" + port, user, password);
    }

    Publisher publisher() throws Exception {
        return new Publisher(url, user, password);
    }
}
