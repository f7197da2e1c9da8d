package dev.serai.catalogue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.reload.AppliedFiles;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Sends the runs in the book as events of OpenLineage 2: START, and COMPLETE, FAIL or ABORT.
 *
 * <p>Each is sent once it is committed and marked when the endpoint has taken it, so an outage loses none of the last 24
 * hours; a process that dies between the two sends it again, which the endpoint knows by run and type. One process sends at a
 * time. Errors: {@link SQLException} while PostgreSQL is away; an endpoint that is away is a warning. Thread-safe.
 */
public final class RunEvents {

    private static final Logger LOG = LogManager.getLogger(RunEvents.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST = 200;

    private static final String DUE = """
            with recent as (
                select * from ops.run where started_at > now() - interval '24 hours'
            ), event as (
                select *, 'START' as type, started_at as at from recent
                union all
                select *, case state when 'failed' then 'FAIL' when 'interrupted' then 'ABORT' else 'COMPLETE' end, finished_at
                from recent where finished_at is not null
            )
            select e.*, (select array_agg(l.dataset order by l.dataset) from ops.load l where l.run_id = e.run_id) as datasets,
                   (select array_agg(l.inserted + l.updated order by l.dataset) from ops.load l where l.run_id = e.run_id) as written
            from event e
            where not exists (select from ops.run_event s where s.run_id = e.run_id and s.type = e.type)
            order by e.at, e.type = 'START' desc, e.run_id
            limit %d""".formatted(MOST);

    private final DataSource postgres;
    private final Settings settings;
    private final AppliedFiles applied;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private volatile boolean away;

    public RunEvents(DataSource postgres, Settings settings, AppliedFiles applied) {
        this.postgres = postgres;
        this.settings = settings;
        this.applied = applied;
    }

    private record Due(UUID runId, String type, ObjectNode event) {}

    /** Sends what is due, in the order of time, until the endpoint refuses one; yields how many it has taken. */
    public int send() throws SQLException, InterruptedException {
        String url = settings.text("openlineage.url");
        if (url.isEmpty()) {
            return 0;
        }
        try (Connection connection = postgres.getConnection();
                Statement lock = connection.createStatement()) {
            if (!first(lock, "select pg_try_advisory_lock(hashtext('serai run events'))")) {
                return 0; // another process is at it
            }
            try {
                lock.execute("delete from ops.run_event where sent_at < now() - interval '2 days'");
                return send(connection, URI.create(url));
            } finally {
                first(lock, "select pg_advisory_unlock(hashtext('serai run events'))");
            }
        }
    }

    private static boolean first(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private int send(Connection connection, URI endpoint) throws SQLException, InterruptedException {
        int sent = 0;
        for (Due due : due(connection)) {
            if (!isTaken(endpoint, due.event())) {
                return sent;
            }
            try (PreparedStatement mark = connection.prepareStatement(
                    "insert into ops.run_event (run_id, type) values (?, ?) on conflict do nothing")) {
                mark.setObject(1, due.runId());
                mark.setString(2, due.type());
                mark.executeUpdate();
            }
            sent++;
        }
        return sent;
    }

    private boolean isTaken(URI endpoint, ObjectNode event) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(event.toString()));
        String key = settings.text("openlineage.secret-key");
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        String trouble;
        try {
            int status = http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            trouble = status / 100 == 2 ? "" : "it answered " + status;
        } catch (IOException e) {
            trouble = e.toString();
        }
        if (trouble.isEmpty()) {
            away = false;
            return true;
        }
        if (!away) {
            LOG.warn("the endpoint of OpenLineage takes no events, they wait: {}", trouble);
        }
        away = true;
        return false;
    }

    private List<Due> due(Connection connection) throws SQLException {
        Lineage lineage = new Lineage(RouteLinks.of(applied.files()));
        List<Due> due = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DUE)) {
            while (row.next()) {
                due.add(new Due(row.getObject("run_id", UUID.class), row.getString("type"), event(row, lineage)));
            }
        }
        return due;
    }

    private ObjectNode event(ResultSet row, Lineage lineage) throws SQLException {
        String namespace = settings.text("openlineage.namespace");
        String route = row.getString("route");
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("eventType", row.getString("type"))
                .put("eventTime", row.getTimestamp("at").toInstant().toString())
                .put("producer", OpenLineage.PRODUCER)
                .put("schemaURL", OpenLineage.SCHEMA);
        ObjectNode run = event.putObject("run").put("runId", row.getString("run_id"));
        ObjectNode facets = run.putObject("facets");
        if (row.getString("error_message") != null) {
            OpenLineage.facet(facets, "errorMessage", "1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet")
                    .put("message", row.getString("error_message"))
                    .put("programmingLanguage", "java");
        }
        ObjectNode job = event.putObject("job").put("namespace", namespace).put("name", route);
        OpenLineage.facet(job.putObject("facets"), "jobType", "2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet")
                .put("processingType", row.getString("cause").equals("stream") ? "STREAMING" : "BATCH")
                .put("integration", "SERAI")
                .put("jobType", "PIPELINE");
        OpenLineage.inputs(event, lineage.sources(route), namespace);
        OpenLineage.outputs(event, lineage.written(route), row, database());
        return event;
    }

    /** As OpenLineage names it: {@code postgres://host:port} and the database. */
    private OpenLineage.Database database() {
        URI address = settings.address("postgres.url");
        int port = address.getPort() < 0 ? 5432 : address.getPort();
        return new OpenLineage.Database(
                "postgres://%s:%d".formatted(address.getHost(), port),
                String.valueOf(address.getPath()).replaceFirst("^/", ""));
    }
}
