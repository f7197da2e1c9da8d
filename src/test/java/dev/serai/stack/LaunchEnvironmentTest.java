package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LaunchEnvironmentTest {

    private final Path directory;

    LaunchEnvironmentTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void makes_secrets_once_and_keeps_them_for_the_owner_only() throws IOException {
        LaunchEnvironment first = LaunchEnvironment.load(directory, Map.of());
        LaunchEnvironment second = LaunchEnvironment.load(directory, Map.of());

        assertThat(second.stack()).isEqualTo(first.stack()).containsKey(LaunchEnvironment.SUPERUSER_PASSWORD);
        assertThat(first.value("postgres.password")).hasSize(24);
        Path file = directory.resolve("secrets.properties");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void what_the_user_has_set_wins() {
        LaunchEnvironment environment = LaunchEnvironment.load(
                directory, Map.of("POSTGRES_PASSWORD", "mine", "PAGE_PORT", "8081", "HOME", "/home/ana"));

        assertThat(environment.application())
                .containsEntry("POSTGRES_PASSWORD", "mine")
                .containsEntry("PAGE_PORT", "8081")
                .doesNotContainKeys("HOME", LaunchEnvironment.SUPERUSER_PASSWORD);
    }

    @Test
    void makes_no_password_for_a_server_that_is_somebody_elses() {
        LaunchEnvironment environment =
                LaunchEnvironment.load(directory, Map.of("POSTGRES_URL", "jdbc:postgresql://192.0.2.1:5432/serai"));

        assertThat(environment.application())
                .doesNotContainKeys("POSTGRES_PASSWORD", "POSTGRES_READER_PASSWORD")
                .containsKey("S3_SECRET_KEY");
    }

    @Test
    void exports_what_any_shell_can_read() {
        LaunchEnvironment environment = LaunchEnvironment.load(directory, Map.of("POSTGRES_PASSWORD", "it's $HOME"));

        String script = ExportLines.of(directory, environment) + "printf %s \"$PGPASSWORD\"";

        assertThat(Command.run(List.of("sh", "-c", script)).output()).isEqualTo("it's $HOME");
        assertThat(ExportLines.of(directory, environment).lines())
                .hasSize(17)
                .allMatch(line -> line.matches("export [A-Z0-9_]+='.*'"))
                .contains(
                        "export PGHOST='127.0.0.1'",
                        "export PGPORT='15432'",
                        "export SERAI_URL='http://127.0.0.1:8080'");
    }
}
