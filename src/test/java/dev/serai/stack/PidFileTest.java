package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
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
    void a_process_that_has_ended_is_not_found_although_its_parent_never_asks() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "other systems do not say so in files");
        // The shell is replaced by one that never waits for the child it inherits.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 60 & echo $!; exec sleep 60").start();
        try (BufferedReader out = parent.inputReader()) {
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            file.write(child);
            child.destroyForcibly();
            assertThat(ProcessLife.endsWithin(child, Duration.ofSeconds(5))).isTrue();
            assertThat(file.read()).isEmpty();
        } finally {
            parent.destroyForcibly();
        }
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
