package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TakenPortsTest {

    @Test
    void names_every_taken_port_and_the_settings_to_change() throws IOException {
        try (ServerSocket first = taken();
                ServerSocket second = taken()) {
            Settings settings = Settings.load(
                    Map.of(
                            "POSTGRES_URL", "jdbc:postgresql://127.0.0.1:" + first.getLocalPort() + "/serai",
                            "SIMULATORS_PORT", Integer.toString(second.getLocalPort()),
                            "USERS_API_URL", "http://127.0.0.1:" + second.getLocalPort() + "/api/v2/users"),
                    List.of());
            List<String> lines = TakenPorts.among(
                    List.of(
                            new TakenPorts.Listener("PostgreSQL", "127.0.0.1", first.getLocalPort()),
                            new TakenPorts.Listener("the simulators", "127.0.0.1", second.getLocalPort())),
                    settings);
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0))
                    .matches("port \\d+ is taken: PostgreSQL needs it\\. Free it, or set"
                            + " POSTGRES_URL=jdbc:postgresql://127\\.0\\.0\\.1:\\d+/serai")
                    .doesNotContain("set POSTGRES_URL=jdbc:postgresql://127.0.0.1:" + first.getLocalPort() + "/");
            assertThat(lines.get(1))
                    .matches(
                            ".*the simulators.*SIMULATORS_PORT=\\d+ and USERS_API_URL=http://127\\.0\\.0\\.1:\\d+/api/v2/users");
        }
    }

    @Test
    void says_nothing_about_free_ports() {
        int free = Ports.orFree("127.0.0.1", 0);
        assertThat(TakenPorts.among(
                        List.of(new TakenPorts.Listener("S3", "127.0.0.1", free)), Settings.load(Map.of(), List.of())))
                .isEmpty();
    }

    private static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }
}
