package dev.serai.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.dataset.Column;
import dev.serai.dataset.Dataset;
import dev.serai.dataset.Datasets;
import dev.serai.reload.AppliedFiles;
import dev.serai.reload.RouteFiles;
import dev.serai.settings.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * All datasets with their columns, checks, numbers and lineage, as one JSON document.
 *
 * <p>Shape: {@code {"asOf": instant, "rows": [{"dataset", "title", "kind", "oneRowIs", "columns": […], "checks": […],
 * "lineage": {"upstream": [{"from", "to"}], "downstream": […]}, …}]}}; numbers of rows are PostgreSQL's estimates. <br>
 * Source: dataset files and routes that are in force, PostgreSQL's catalogue, the ledger. Errors: {@link SQLException} while
 * PostgreSQL is away. Thread-safe.
 */
public final class Catalogue {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}]+\\.schedule)}}");

    private static final String ESTIMATES = """
            select n.nspname || '.' || c.relname as name, sum(p.reltuples) filter (where p.reltuples >= 0)::bigint as rows
            from pg_class p
            left join pg_inherits i on i.inhrelid = p.oid
            join pg_class c on c.oid = coalesce(i.inhparent, p.oid)
            join pg_namespace n on n.oid = c.relnamespace
            where p.relkind = 'r' and c.relkind in ('r', 'p')
            group by 1""";

    /** A load is booked after its run has begun; an hour more, should the clocks of processes and PostgreSQL differ. */
    private static final String LOADS = """
            select l.dataset collate "C" as dataset, max(l.loaded_at) as last_load_at, sum(l.inserted + l.updated) as written, sum(l.rejected) as rejected
            from ops.run r join ops.load l using (run_id)
            where r.started_at > now() - interval '24 hours' and r.cause <> 'rebuild' and l.loaded_at > now() - interval '25 hours'
            group by 1""";

    private static final List<String> TABLE = List.of(
            "dataset",
            "kind",
            "pipeline",
            "oneRowIs",
            "rows",
            "lastLoadAt",
            "freshnessSeconds",
            "written24h",
            "rejected24h",
            "owner",
            "source",
            "file");
    private static final long SHARED_NS = Duration.ofSeconds(1).toNanos();

    private final AppliedFiles applied;
    private final DataSource postgres;
    private final Clock clock;
    private @Nullable ObjectNode last;
    private long lastAt;

    public Catalogue(AppliedFiles applied, DataSource postgres, Clock clock) {
        this.applied = applied;
        this.postgres = postgres;
        this.clock = clock;
    }

    /** The document as text. */
    public String json() throws SQLException {
        return shared().toString();
    }

    /** A line for each dataset, below a head line; what is not known is empty. */
    public String csv() throws SQLException {
        StringBuilder lines = new StringBuilder(String.join(",", TABLE)).append("\r\n");
        for (JsonNode row : shared().get("rows")) {
            lines.append(TABLE.stream()
                            .map(column -> row.get(column).isNull()
                                    ? ""
                                    : '"' + row.get(column).asText().replace("\"", "\"\"") + '"')
                            .collect(Collectors.joining(",")))
                    .append("\r\n");
        }
        return lines.toString();
    }

    /** One document for all who ask within a second; who asks while it is made waits for it. */
    private synchronized ObjectNode shared() throws SQLException {
        if (last == null || System.nanoTime() - lastAt > SHARED_NS) {
            last = read();
            lastAt = System.nanoTime();
        }
        return last;
    }

    /** The document. */
    ObjectNode read() throws SQLException {
        RouteFiles files = applied.files();
        Settings settings = applied.settings();
        ObjectNode catalogue = JsonNodeFactory.instance.objectNode();
        catalogue.put("asOf", clock.instant().toString());
        ArrayNode rows = catalogue.putArray("rows");
        try (Connection connection = postgres.getConnection()) {
            Lineage lineage = Lineage.of(files, connection);
            Map<String, Long> estimates = estimates(connection);
            Map<String, Loads> loads = loads(connection);
            for (Dataset dataset : Datasets.read(files).all()) {
                ObjectNode row = describe(dataset, settings);
                row.put("rows", estimates.get(dataset.table()));
                Loads booked = loads.get(dataset.table());
                row.put("lastLoadAt", booked == null ? null : booked.lastAt().toString());
                row.put("written24h", booked == null ? null : booked.written());
                row.put("rejected24h", booked == null ? null : booked.rejected());
                ObjectNode ways = row.putObject("lineage");
                links(ways.putArray("upstream"), lineage.upstream(dataset.table()));
                links(ways.putArray("downstream"), lineage.downstream(dataset.table()));
                rows.add(row);
            }
        }
        return catalogue;
    }

    private static ObjectNode describe(Dataset dataset, Settings settings) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("dataset", dataset.table())
                .put("title", dataset.title())
                .put("kind", dataset.view() ? "view" : "table")
                .put("pipeline", dataset.pipeline())
                .put("file", dataset.file())
                .put("version", dataset.version())
                .put("status", dataset.status())
                .put("description", dataset.description())
                .put("oneRowIs", dataset.oneRowIs())
                .put("purpose", dataset.purpose())
                .put("usage", dataset.usage())
                .put("limitations", dataset.limitations())
                .put("owner", dataset.owner())
                .put("source", dataset.source())
                .put("schedule", resolved(dataset.schedule(), settings))
                .put(
                        "freshnessSeconds",
                        dataset.freshness() == null ? null : dataset.freshness().toSeconds());
        ArrayNode columns = row.putArray("columns");
        for (Column column : dataset.columns()) {
            ObjectNode each = columns.addObject();
            each.put("name", column.name())
                    .put("type", column.physicalType())
                    .put("logicalType", column.logicalType())
                    .put("description", column.description())
                    .put("unit", column.unit())
                    .put("required", column.required())
                    .put("unique", column.unique())
                    .put("primaryKey", column.primaryKey())
                    .put("classification", column.classification());
            column.allowedValues().forEach(each.putArray("allowedValues")::add);
            each.set("options", JSON.valueToTree(column.options()));
        }
        ArrayNode checks = row.putArray("checks");
        dataset.checks()
                .forEach(check ->
                        checks.add(JSON.<ObjectNode>valueToTree(check.entries()).put("line", check.line())));
        return row;
    }

    /** Addresses stay as the routes say them: with the values of settings they might hold keys and passwords. */
    private static void links(ArrayNode array, List<Link> links) {
        links.forEach(link -> array.addObject()
                .put("from", link.from().toString())
                .put("to", link.to().toString()));
    }

    /** With the values of schedules in place of their names. */
    private static String resolved(String text, Settings settings) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        return placeholder.replaceAll(found -> Matcher.quoteReplacement(
                settings.keys().contains(found.group(1)) ? settings.text(found.group(1)) : found.group()));
    }

    private static Map<String, Long> estimates(Connection connection) throws SQLException {
        Map<String, Long> estimates = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ESTIMATES)) {
            while (row.next()) {
                long rows = row.getLong("rows");
                if (!row.wasNull()) {
                    estimates.put(row.getString("name"), rows);
                }
            }
        }
        return estimates;
    }

    private record Loads(Instant lastAt, long written, long rejected) {}

    private static Map<String, Loads> loads(Connection connection) throws SQLException {
        Map<String, Loads> loads = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LOADS)) {
            while (row.next()) {
                loads.put(
                        row.getString("dataset"),
                        new Loads(
                                row.getTimestamp("last_load_at").toInstant(),
                                row.getLong("written"),
                                row.getLong("rejected")));
            }
        }
        return loads;
    }
}
