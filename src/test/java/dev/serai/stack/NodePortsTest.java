package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes of the application get ports of their own, which every shell finds again. */
class NodePortsTest {

    private final Path directory;
    private final int page = Ports.free();
    private final int management = Ports.free();

    NodePortsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private NodePorts ports(int nodes) {
        return new NodePorts(
                directory,
                Settings.load(
                        Map.of(
                                "NODES", Integer.toString(nodes),
                                "PAGE_PORT", Integer.toString(page),
                                "MANAGEMENT_PORT", Integer.toString(management)),
                        List.of()));
    }

    private static List<Integer> pages(NodePorts ports) {
        return ports.all().stream()
                .map(node -> node.settings().number("page.port"))
                .toList();
    }

    @Test
    void a_single_process_has_the_ports_of_the_settings() {
        ports(1).choose();
        assertThat(ports(1).all()).hasSize(1);
        assertThat(pages(ports(1))).containsExactly(page);
        assertThat(ports(1).all().get(0).environment()).isEmpty();
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void further_ones_have_the_next_that_are_free_and_keep_them() throws IOException {
        try (ServerSocket taken = new ServerSocket(page + 1, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(taken.isBound()).isTrue();
            ports(3).choose();
        }
        assertThat(ports(3).all()).extracting(NodePorts.Node::name).containsExactly("serai", "serai-2", "serai-3");
        assertThat(pages(ports(3)))
                .doesNotHaveDuplicates()
                .doesNotContain(page + 1)
                .contains(page);
        assertThat(pages(ports(3))).isEqualTo(pages(ports(3)));
    }

    @Test
    void those_that_were_started_are_found_whatever_the_settings_are() throws IOException {
        Files.createDirectories(directory.resolve("run"));
        Files.writeString(directory.resolve("run/serai-2.pid"), "1");
        Files.writeString(directory.resolve("run/serai-3.pid"), "1");
        assertThat(NodePorts.started(directory)).containsExactly("serai-3", "serai-2", "serai");
    }
}
