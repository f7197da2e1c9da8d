package dev.serai.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

@WithStack
final class LocalStackTest {

    @Test
    void the_owner_connects(LocalStack stack) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                stack.freshDatabase(),
                stack.settings().get("postgres.user"),
                stack.settings().get("postgres.password"))) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }
}
