package dev.serai.observe;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Health of the sources, as the book has it: a broker that is not connected, an API or database whose last run failed.
 *
 * <p>The message of the check names each such pipeline with its reason; the check itself stays up. Thread-safe.
 */
public final class SourceHealth extends AbstractHealthCheck {

    private static final String TROUBLE = """
            select p.pipeline, coalesce(case when not t.connected or t.failing_since_at is not null then t.reason end, l.error_message)
            from ops.pipeline p
            left join ops.stream t on t.pipeline = p.pipeline and t.node = ?
            left join lateral (
                select * from ops.run r where r.pipeline = p.pipeline and r.state <> 'running' and r.cause <> 'rebuild'
                order by r.started_at desc limit 1
            ) l on true
            where t.pipeline is null and l.state = 'failed' or not t.connected or t.failing_since_at is not null
            order by p.pipeline""";

    private final DataSource postgres;
    private final String node;

    /** @param node this process, as in {@code ops.run} */
    public SourceHealth(DataSource postgres, String node) {
        super("serai", "sources");
        this.postgres = postgres;
        this.node = node;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        // A source that is away is no reason to take the hub out of service: it keeps what the others bring.
        result.up();
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(TROUBLE)) {
            statement.setString(1, node);
            List<String> troubles = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    troubles.add(row.getString(1) + ": " + row.getString(2));
                }
            }
            if (!troubles.isEmpty()) {
                result.message(String.join("; ", troubles));
            }
        } catch (SQLException e) {
            result.message("not known, PostgreSQL cannot be reached: " + e.getMessage());
        }
    }

    @Override
    public boolean isLiveness() {
        return false;
    }
}
