package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PidFileTest {

    private final Path path;
    private final PidFile file;

    PidFileTest(@TempDir Path directory) {
        path = directory.resolve("stack.pid");
        file = new PidFile(path);
    }

    @Test
    void finds_the_process_again() {
        file.write(ProcessHandle.current());
        assertThat(file.read()).contains(ProcessHandle.current());
    }

    @Test
    void takes_no_other_process_of_the_same_number_for_it() throws IOException {
        Instant before = Instant.now().minus(Duration.ofDays(1));
        Files.writeString(path, ProcessHandle.current().pid() + " " + before);
        assertThat(file.read()).isEmpty();
    }

    @Test
    void finds_nothing_where_nothing_was_written_or_only_half() throws IOException {
        assertThat(file.read()).isEmpty();
        Files.writeString(path, "123");
        assertThat(file.read()).isEmpty();
    }

    @Test
    void does_not_stop_a_process_that_only_has_the_number() throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(path, other.pid() + " " + Instant.EPOCH);
            Component.stop(file);
            assertThat(other.isAlive()).isTrue();
            assertThat(path).doesNotExist();
        } finally {
            other.destroyForcibly();
        }
    }
}
