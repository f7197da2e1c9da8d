package dev.serai.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a linter would say about the Dockerfile, as far as it matters here. */
class DockerfileTest {

    private final List<String> lines = read();

    @Test
    void every_base_image_has_a_version() {
        assertThat(starting("FROM ")).hasSize(2).allSatisfy(from -> assertThat(from)
                .matches("FROM \\S+:\\S+( AS \\w+)?")
                .doesNotContain("latest"));
    }

    @Test
    void it_runs_as_a_numbered_user_that_is_not_root() {
        assertThat(starting("USER ")).singleElement().asString().matches("USER [1-9]\\d*:[1-9]\\d*");
    }

    @Test
    void only_a_runtime_and_no_package_manager_is_used_in_the_image_that_runs() {
        List<String> last = lines.subList(lines.lastIndexOf(starting("FROM ").get(1)), lines.size());
        assertThat(last.get(0)).contains("-jre");
        assertThat(last).noneMatch(line -> line.contains("apt-get") || line.contains("curl "));
    }

    @Test
    void commands_are_lists_so_that_signals_arrive() {
        assertThat(starting("ENTRYPOINT ")).singleElement().asString().startsWith("ENTRYPOINT [");
        assertThat(starting("HEALTHCHECK ")).singleElement().asString().contains("CMD [");
    }

    @Test
    void nothing_is_fetched_past_the_package_managers_and_no_secret_is_an_argument() {
        assertThat(lines)
                .noneMatch(line -> line.startsWith("ADD ")
                        || line.startsWith("# syntax=")
                        || line.matches("(ARG|ENV) .*(PASSWORD|SECRET|TOKEN).*"));
    }

    @Test
    void the_list_of_libraries_and_the_loaded_classes_are_made_with_the_image_and_put_into_it() {
        assertThat(lines).anyMatch(line -> line.contains("cyclonedx:makeBom"));
        List<String> last = lines.subList(lines.lastIndexOf(starting("FROM ").get(1)), lines.size());
        assertThat(last)
                .anyMatch(line -> line.startsWith("COPY --from=build") && line.contains("bom.json"))
                .containsSubsequence(
                        "RUN [\"/bin/bash\", \"/app/warm-up.sh\"]",
                        starting("USER ").get(0));
        assertThat(starting("ENTRYPOINT ")).singleElement().asString().contains("/app/start.sh");
        assertThat(read(Path.of("docker/serai/start.sh"))).last().asString().contains("@/app/java.options");
    }

    @Test
    void labels_say_what_it_is() {
        String text = String.join("\n", lines);
        for (String label : List.of("title", "description", "licenses", "version", "revision", "created")) {
            assertThat(text).contains("org.opencontainers.image." + label + "=");
        }
    }

    private List<String> starting(String instruction) {
        return lines.stream().filter(line -> line.startsWith(instruction)).toList();
    }

    private static List<String> read() {
        return read(Path.of("docker/Dockerfile"));
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
