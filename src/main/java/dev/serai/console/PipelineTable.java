package dev.serai.console;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/**
 * Pipelines and processes as tables for a terminal: state, next times or why there are none, what was missed; what is
 * guaranteed and how long a store may be away; who holds what. Thread-safe.
 */
public final class PipelineTable {

    private static final String ROWS = """
            select format('%s %s %s', rpad(pipeline, greatest(length(pipeline), 22)), rpad(state, 12), concat_ws('; ',
                case when kind = 'stream' then 'a stream'
                     when paused_at is not null then format('since %s', to_char(paused_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
                     else format('next %s', array_to_string(array(
                        select to_char(time at time zone time_zone, 'YYYY-MM-DD HH24:MI:SS') from unnest(next_runs) as time), ', ')
                        || ' ' || time_zone) end,
                case when missed_24h > 0 then format('missed in 24 h: %s (catch-up: %s)', missed_24h, catch_up) end,
                reason))
            from mart.pipeline order by pipeline""";

    private static final String GUARANTEES = """
            select format('%s %s', rpad(pipeline, greatest(length(pipeline), 22)), concat_ws('; may be away: ', min(says),
                string_agg(format('%s %s%s', store, case when warning then 'ONLY ' end, survives), ', ' order by survives_seconds nulls last, store)))
            from mart.guarantee group by pipeline order by pipeline""";
    /** Nothing about a process that works alone: that it answers says all. */
    private static final String NODES = """
            select format('%s %s since %s, seen %s, %s, NODES=%s: %s', rpad(node, greatest(length(node), 22)), rpad(state, 12),
                to_char(started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), to_char(last_seen_at at time zone 'UTC', 'HH24:MI:SS'),
                version, nodes, case when state = 'living' then coalesce(nullif(array_to_string(holds, ', '), ''), 'nothing yet') else 'nothing' end)
            from mart.node where exists (select from mart.node where nodes > 1 and state = 'living')""";

    private final DataSource postgres;

    public PipelineTable(DataSource postgres) {
        this.postgres = postgres;
    }

    Collection<String> lines() throws SQLException {
        List<String> lines = new ArrayList<>(List.of("%-22s %-12s %s".formatted("pipeline", "state", "when and why")));
        try (Connection connection = postgres.getConnection()) {
            lines.addAll(column(connection, ROWS));
            lines.add("");
            lines.add("%-22s %s".formatted("pipeline", "what is guaranteed; how long a store may be away from now on"));
            lines.addAll(column(connection, GUARANTEES));
            List<String> nodes = column(connection, NODES);
            if (!nodes.isEmpty()) {
                lines.addAll(
                        List.of("", "%-22s %-12s %s".formatted("process", "state", "since when, and what it holds")));
                lines.addAll(nodes);
            }
        }
        return lines;
    }

    private static List<String> column(Connection connection, String query) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                lines.add(row.getString(1));
            }
        }
        return lines;
    }
}
