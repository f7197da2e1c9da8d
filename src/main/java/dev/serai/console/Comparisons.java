package dev.serai.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Says in words what a comparison of tables with their source has found, from {@code ops.reconciliation}.
 *
 * <p>Errors: {@link SQLException}. Thread-safe.
 */
public final class Comparisons {

    private static final String OF_RUN = """
            select dataset, source_rows, table_rows, missing, extra, different, examples
            from ops.reconciliation where run_id = ? order by dataset""";

    private final ObjectMapper json = new ObjectMapper();
    private final DataSource postgres;

    public Comparisons(DataSource postgres) {
        this.postgres = postgres;
    }

    /** A line for each table, and one for each example of what is not equal. */
    public List<String> ofRun(UUID runId) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(OF_RUN)) {
            statement.setObject(1, runId);
            try (ResultSet row = statement.executeQuery()) {
                List<String> lines = new ArrayList<>();
                while (row.next()) {
                    boolean equal = row.getLong("missing") + row.getLong("extra") + row.getLong("different") == 0;
                    lines.add("%s: %d rows in the source, %d in the table, %s"
                            .formatted(
                                    row.getString("dataset"),
                                    row.getLong("source_rows"),
                                    row.getLong("table_rows"),
                                    equal
                                            ? "equal"
                                            : "%d missing, %d extra, %d different"
                                                    .formatted(
                                                            row.getLong("missing"),
                                                            row.getLong("extra"),
                                                            row.getLong("different"))));
                    examples(row.getString("examples")).forEach(example -> lines.add("  " + words(example)));
                }
                return lines;
            }
        }
    }

    private JsonNode examples(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the database gave JSON that is none: " + text, e);
        }
    }

    private static String words(JsonNode example) {
        String key = example.path("key").asText();
        String source = example.path("source").asText();
        String table = example.path("table").asText();
        return switch (example.path("kind").asText()) {
            case "missing" -> "%s is missing in the table; the source has %s".formatted(key, source);
            case "extra" -> "%s is in the table and not in the source".formatted(key);
            default -> "%s is different: the source has %s, the table has %s".formatted(key, source, table);
        };
    }
}
