package dev.serai.guarantee;

import com.mongodb.client.MongoClient;
import dev.serai.dataset.Dataset;
import dev.serai.dataset.Datasets;
import dev.serai.reload.AppliedFiles;
import dev.serai.reload.RouteFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What is guaranteed for each pipeline and how long an outage of each store it survives, in {@code ops.guarantee} and
 * {@code ops.outage}.
 *
 * <p>Source: the route files that are in force, the statements they name, the keys in dataset files, PostgreSQL's unique
 * indexes, the log of changes of MongoDB, the disk. <br>
 * Errors: {@link SQLException} while PostgreSQL is away. Thread-safe.
 */
public final class Guarantees {

    /** Several processes may look at the same time: one after the other. */
    private static final String BEGIN = """
            select pg_advisory_xact_lock(hashtext('serai guarantees'));
            delete from ops.guarantee;
            delete from ops.outage""";

    private static final String GUARANTEE =
            "insert into ops.guarantee (pipeline, dataset, kind, key) values (?, ?, ?, ?)";

    private static final String OUTAGE =
            "insert into ops.outage (pipeline, store, kept_by, survives_seconds, because) values (?, ?, ?, ?, ?)";

    private final AppliedFiles applied;
    private final DataSource postgres;
    private final Measurements measurements;
    private @Nullable Described described;

    public Guarantees(AppliedFiles applied, DataSource postgres, MongoClient mongo) {
        this.applied = applied;
        this.postgres = postgres;
        this.measurements = new Measurements(mongo, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** What files say; read again only when they are others. */
    private record Described(RouteFiles files, RouteNeeds needs, Datasets datasets) {}

    private Described described() {
        RouteFiles files = applied.files();
        Described known = described;
        if (known == null || !known.files().equals(files)) {
            known = new Described(files, new RouteNeeds(files), Datasets.read(files));
            described = known;
        }
        return known;
    }

    /** Computes all of it anew. */
    public synchronized void refresh() throws SQLException {
        Described now = described();
        try (Connection connection = postgres.getConnection()) {
            Outage disk = measurements.disk();
            Outage changes = measurements.changes(connection);
            connection.setAutoCommit(false);
            try {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(BEGIN);
                }
                for (Map.Entry<String, String> pipeline : pipelines(connection).entrySet()) {
                    Needs needed = now.needs().of(pipeline.getValue());
                    guarantee(connection, pipeline.getKey(), needed, now.datasets());
                    outages(connection, pipeline.getKey(), Outages.of(needed, changes, disk));
                }
                connection.commit();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private static Map<String, String> pipelines(Connection connection) throws SQLException {
        Map<String, String> routes = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pipeline, route from ops.pipeline")) {
            while (row.next()) {
                routes.put(row.getString(1), row.getString(2));
            }
        }
        return routes;
    }

    private static void guarantee(Connection connection, String pipeline, Needs needs, Datasets datasets)
            throws SQLException {
        for (Needs.Load load : needs.loads()) {
            List<String> described = datasets.of(load.table()).map(Dataset::key).orElse(List.of());
            List<String> key = UniqueKeys.of(connection, load.table(), described);
            write(connection, pipeline, load.table(), load.replaces() ? "newest" : "first", key);
        }
        if (needs.loads().isEmpty()) {
            boolean keeps = needs.broker() && needs.objects();
            write(connection, pipeline, keeps ? "S3" : "", keeps ? "every" : "upkeep", List.of());
        }
    }

    private static void write(Connection connection, String pipeline, String dataset, String kind, List<String> key)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(GUARANTEE)) {
            statement.setString(1, pipeline);
            statement.setString(2, dataset);
            statement.setString(3, kind);
            statement.setArray(4, connection.createArrayOf("text", key.toArray()));
            statement.executeUpdate();
        }
    }

    private static void outages(Connection connection, String pipeline, List<Outage> outages) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OUTAGE)) {
            for (Outage outage : outages) {
                statement.setString(1, pipeline);
                statement.setString(2, outage.store());
                statement.setString(3, outage.keptBy());
                statement.setObject(4, outage.survivesSeconds());
                statement.setString(5, outage.because());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
