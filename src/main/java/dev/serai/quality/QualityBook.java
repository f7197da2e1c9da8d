package dev.serai.quality;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The checks there are and what they found: {@code ops.quality_check}, {@code ops.quality_result}. For one thread. */
final class QualityBook {

    private static final String DECLARE = """
            with declared as (
                select * from jsonb_to_recordset(cast(? as jsonb)) as d(
                    check_id text, dataset text, rule text, dimension text, severity text, threshold text, description text, declared_at_line text)
            ), gone as (
                delete from ops.quality_check c where not exists (select from declared d where d.check_id = c.check_id)
            )
            insert into ops.quality_check as c (check_id, dataset, rule, dimension, severity, threshold, description, declared)
            select check_id, dataset, rule, dimension, severity, threshold, description, declared_at_line from declared
            on conflict (check_id) do update set dataset = excluded.dataset, rule = excluded.rule, dimension = excluded.dimension,
                severity = excluded.severity, threshold = excluded.threshold, description = excluded.description, declared = excluded.declared
            where (c.dataset, c.rule, c.dimension, c.severity, c.threshold, c.description, c.declared) is distinct from
                  (excluded.dataset, excluded.rule, excluded.dimension, excluded.severity, excluded.threshold, excluded.description, excluded.declared)""";

    /** Results and the counts of the run in one statement. */
    private static final String RECORD = """
            with stored as (
                insert into ops.quality_result (run_id, check_id, dataset, dimension, severity, state, checked, failed, measured, share,
                    threshold, failing_keys, says, error, checked_at)
                select cast(? as uuid), check_id, dataset, dimension, severity, state, checked, failed, measured, share,
                    threshold, array(select jsonb_array_elements_text(failing_keys)), says, error, checked_at
                from jsonb_to_recordset(cast(? as jsonb)) as r(
                    check_id text, dataset text, dimension text, severity text, state text, checked bigint, failed bigint, measured numeric,
                    share numeric, threshold text, failing_keys jsonb, says text, error text, checked_at timestamptz)
                returning 1
            )
            insert into ops.load as l (run_id, pipeline, dataset, read, inserted, updated, unchanged, rejected)
            select cast(? as uuid), ?, 'ops.quality_result', count(*), count(*), 0, 0, 0 from stored
            on conflict (run_id, dataset) where raw_object is null do update
                set read = l.read + excluded.read, inserted = l.inserted + excluded.inserted, batches = l.batches + 1""";

    /** In portions, so that no statement is long; the newest result of each check stays whatever its age. */
    private static final String FORGET = """
            delete from ops.quality_result where quality_result_id in (
                select quality_result_id from ops.quality_result r
                where checked_at < now() - make_interval(days => ?)
                  and exists (select from ops.quality_result n where n.check_id = r.check_id and n.checked_at > r.checked_at)
                limit 10000)""";

    private final Connection connection;

    QualityBook(Connection connection) {
        this.connection = connection;
    }

    /** These are all checks there are. */
    void declare(Collection<Check> checks) throws SQLException {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Check check : checks) {
            rows.addObject()
                    .put("check_id", check.id())
                    .put("dataset", check.dataset().table())
                    .put("rule", check.rule().word())
                    .put("dimension", check.dimension().word())
                    .put("severity", check.severity().word())
                    .put("threshold", check.threshold().toString())
                    .put("description", check.description())
                    .put("declared_at_line", check.at());
        }
        try (PreparedStatement statement = connection.prepareStatement(DECLARE)) {
            statement.setString(1, rows.toString());
            statement.executeUpdate();
        }
    }

    /** When each check last ran. */
    Map<String, Instant> lastRuns() throws SQLException {
        Map<String, Instant> last = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                        select c.check_id, r.checked_at from ops.quality_check c
                        cross join lateral (select checked_at from ops.quality_result r
                            where r.check_id = c.check_id and r.state <> 'broken' order by r.checked_at desc limit 1) r""");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                last.put(row.getString(1), row.getTimestamp(2).toInstant());
            }
        }
        return last;
    }

    void record(UUID runId, String pipeline, List<Outcome> outcomes) throws SQLException {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        outcomes.forEach(outcome -> rows.add(row(outcome)));
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            statement.setString(1, runId.toString());
            statement.setString(2, rows.toString());
            statement.setString(3, runId.toString());
            statement.setString(4, pipeline);
            statement.executeUpdate();
        }
    }

    private static ObjectNode row(Outcome outcome) {
        Check check = outcome.check();
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("check_id", check.id())
                .put("dataset", check.dataset().table())
                .put("dimension", check.dimension().word())
                .put("severity", check.severity().word())
                .put("state", outcome.state().word())
                .put("checked", outcome.checked())
                .put("failed", outcome.failed())
                .put("measured", outcome.measured())
                .put("share", outcome.share())
                .put("threshold", check.threshold().toString())
                .put("says", outcome.says())
                .put("error", outcome.error())
                .put("checked_at", outcome.at().toString());
        ArrayNode keys = row.putArray("failing_keys");
        outcome.keys().forEach(keys::add);
        return row;
    }

    void forget(int days) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setInt(1, days);
            statement.executeUpdate();
        }
    }

    /** What the checks of a run found, the worst first: a line each, or none if the run is no run of checks. */
    static List<String> lines(Connection connection, UUID runId) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                select format('%s %s  %s', rpad(state, 7), dataset, says) from ops.quality_result where run_id = ?
                order by array_position(array['failed', 'broken', 'warned', 'passed'], state), dataset, check_id""")) {
            statement.setObject(1, runId);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    lines.add(row.getString(1));
                }
            }
        }
        return lines;
    }
}
