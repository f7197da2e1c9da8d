package dev.serai.console;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Health of PostgreSQL, with the reason when it is away. Thread-safe. */
public final class StoreHealth extends AbstractHealthCheck {

    private static final int VALIDATION_SECONDS = 2;

    private final DataSource postgres;

    public StoreHealth(DataSource postgres) {
        super("serai", "postgres");
        this.postgres = postgres;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        try (Connection connection = postgres.getConnection()) {
            if (connection.isValid(VALIDATION_SECONDS)) {
                result.up();
            } else {
                result.message("PostgreSQL did not answer within %d s".formatted(VALIDATION_SECONDS))
                        .down();
            }
        } catch (SQLException e) {
            result.message("PostgreSQL cannot be reached: " + e.getMessage()).down();
        }
    }

    @Override
    public boolean isLiveness() {
        return false;
    }
}
