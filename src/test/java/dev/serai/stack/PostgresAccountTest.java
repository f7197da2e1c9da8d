package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL where only root may enter; for everybody else there is nothing to try. */
final class PostgresAccountTest {

    private final Path parent;

    PostgresAccountTest(@TempDir Path parent) {
        this.parent = parent;
    }

    @BeforeEach
    void onlyAsRoot() {
        assumeTrue(new UnixSystem().getUid() == 0, "PostgreSQL runs as the user himself unless he is root");
    }

    @Test
    void root_starts_it_where_only_root_may_enter() throws IOException, SQLException {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx------"));
        PostgresServer server = new PostgresServer(
                parent.resolve("data"), parent.resolve("bin"), "127.0.0.1", 0, "secret", Durability.THROW_AWAY);
        server.start();
        try (Connection connection = server.connect("postgres")) {
            assertThat(connection.isValid(1)).isTrue();
        } finally {
            server.stop();
        }
        // What another account created can be used again.
        server.start();
        server.stop();
    }

    @Test
    void it_is_not_root_who_runs_the_commands() {
        PostgresBinaries binaries = PostgresBinaries.unpack(Path.of("target"));
        PostgresAccount account = PostgresAccount.choose(parent, binaries);
        assertThat(Command.run(account.command(List.of("id", "-u"))).output()).isNotEqualTo("0");
    }
}
