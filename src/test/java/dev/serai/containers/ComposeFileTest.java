package dev.serai.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Every container keeps to the same rules. */
class ComposeFileTest {

    private static final Path FILE = Path.of("compose.yaml");
    private static final Set<String> ONCE = Set.of("setup", "postgres-roles");
    /** Changes the owners of the volumes, and ends. */
    private static final String ROOT = "setup";

    static Set<String> services() throws IOException {
        return all().keySet();
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_container_can_do_no_more_than_it_needs(String name) throws IOException {
        Map<String, Object> service = service(name);
        assertThat(service)
                .containsEntry("read_only", true)
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"))
                .doesNotContainKeys("privileged", "pid", "ipc");
        assertThat(service.get("user")).asString().matches(name.equals(ROOT) ? "0:0" : "[1-9]\\d*:\\d+");
        if (name.equals(ROOT)) {
            assertThat(service).containsEntry("network_mode", "none");
        } else {
            assertThat(service).doesNotContainKey("cap_add");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_container_that_stays_is_watched_bounded_and_started_again(String name) throws IOException {
        Map<String, Object> service = service(name);
        if (ONCE.contains(name)) {
            assertThat(service).containsEntry("restart", "no");
            return;
        }
        assertThat(service).containsEntry("restart", "unless-stopped").containsKey("mem_limit");
        if (service.containsKey("build")) {
            assertThat(Files.readString(Path.of("docker/Dockerfile"))).contains("HEALTHCHECK");
        } else {
            assertThat(service).containsKey("healthcheck");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void a_port_is_open_to_this_machine_only(String name) throws IOException {
        if (service(name).get("ports") instanceof List<?> ports) {
            assertThat(ports).allSatisfy(port -> assertThat(port).asString().startsWith("127.0.0.1:"));
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void an_image_has_a_version(String name) throws IOException {
        assertThat(service(name).get("image")).asString().matches(".+:.+").doesNotContain("latest");
    }

    @Test
    void docker_compose_understands_the_file() throws Exception {
        assumeTrue(succeeds("docker", "compose", "version"), "docker compose is not installed here");
        assertThat(succeeds("docker", "compose", "--profile", "bi", "--profile", "scale", "config", "--quiet"))
                .isTrue();
    }

    @Test
    void kustomize_understands_the_files_for_kubernetes() throws Exception {
        assumeTrue(succeeds("kubectl", "version", "--client"), "kubectl is not installed here");
        Path copy = Files.createTempDirectory("kubernetes");
        try (var files = Files.newDirectoryStream(Path.of("docker/kubernetes"))) {
            for (Path file : files) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Files.copy(copy.resolve("secrets.env.example"), copy.resolve("secrets.env"));
        assertThat(succeeds("kubectl", "kustomize", copy.toString())).isTrue();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> all() throws IOException {
        try (Reader file = Files.newBufferedReader(FILE)) {
            Map<String, Object> compose = new Yaml().load(file);
            return (Map<String, Map<String, Object>>) compose.getOrDefault("services", Map.of());
        }
    }

    private static Map<String, Object> service(String name) throws IOException {
        return all().getOrDefault(name, Map.of());
    }
}
