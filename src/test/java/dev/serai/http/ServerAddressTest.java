package dev.serai.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.stack.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** That somebody listens at an address does not mean that it is this process. */
class ServerAddressTest {

    @Test
    void an_address_that_is_taken_is_named_with_the_settings_that_move_it() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> address(other.getLocalPort()).requireFree())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(
                            "the page cannot listen on 127.0.0.1:%d".formatted(other.getLocalPort()),
                            "set PAGE_HOST or PAGE_PORT");
        }
    }

    @Test
    void a_server_that_came_second_is_found_although_camel_goes_on() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                DefaultCamelContext camel = serving(other.getLocalPort())) {
            assertThatThrownBy(() -> address(other.getLocalPort()).requireBound(camel))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the page does not listen on 127.0.0.1:%d, because somebody else came first"
                            .formatted(other.getLocalPort()));
        }
    }

    @Test
    void a_server_that_listens_is_right_and_no_other_address_is() throws Exception {
        int port = Ports.free();
        try (DefaultCamelContext camel = serving(port)) {
            assertThatCode(() -> address(port).requireBound(camel)).doesNotThrowAnyException();
            assertThatThrownBy(() -> address(port + 1).requireBound(camel)).isInstanceOf(IllegalStateException.class);
        }
    }

    private static ServerAddress address(int port) {
        return new ServerAddress("the page", "page", "127.0.0.1", port);
    }

    private static DefaultCamelContext serving(int port) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        ManagementHttpServer server = new ManagementHttpServer();
        server.getConfiguration().setBindHost("127.0.0.1");
        server.getConfiguration().setBindPort(port);
        camel.addService(server);
        camel.start();
        return camel;
    }
}
