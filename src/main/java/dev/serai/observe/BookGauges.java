package dev.serai.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What waits, what is late and how old the newest rows are, as the book says.
 *
 * <p>Asked for at a scrape and at most every few seconds; every question goes along an index to a few rows, so that its cost
 * does not grow with the book. While PostgreSQL is away there are no values, and {@code serai_book_up} is 0. Thread-safe.
 */
public final class BookGauges {

    private static final Logger LOG = LogManager.getLogger(BookGauges.class);
    private static final long KEPT_NS = Duration.ofSeconds(2).toNanos();
    private static final int TIMEOUT_SECONDS = 5;

    private static final String QUESTIONS = """
            with recursive dataset(name) as (
                (select min(dataset) from ops.load where inserted + updated > 0)
                union all
                select (select min(l.dataset) from ops.load l where l.inserted + l.updated > 0 and l.dataset > d.name)
                from dataset d where d.name is not null
            )
            select 'serai.dead.letters.open', 'pipeline', pipeline, (select count(*) from (
                select 1 from ops.dead_letter d where d.pipeline = p.pipeline and d.state = 'open' limit 10000) as counted)
            from ops.pipeline p
            union all
            select 'serai.pending.objects', 'pipeline', pipeline, (select count(*) from (
                select 1 from ops.pending x where x.pipeline = p.pipeline limit 10000) as counted)
            from ops.pipeline p
            union all
            select 'serai.schedule.lag.seconds', 'pipeline', pipeline, greatest(0, extract(epoch from now() - next_run_at))
            from ops.pipeline left join ops.pause pause using (pipeline) where kind = 'schedule' and next_run_at is not null and pause.pipeline is null
            union all
            select 'serai.pipeline.paused', 'pipeline', p.pipeline, (pause.pipeline is not null)::integer
            from ops.pipeline p left join ops.pause pause using (pipeline) where kind = 'schedule'
            union all
            select 'serai.stream.connected', 'pipeline', pipeline, bool_and(connected and updated_at > now() - interval '1 minute')::integer
            from ops.stream where node = ? group by pipeline
            union all
            select 'serai.stream.lag.seconds', 'pipeline', pipeline, extract(epoch from now() - max(last_message_at))
            from ops.stream where last_message_at is not null group by pipeline
            union all
            select 'serai.dataset.age.seconds', 'dataset', d.name, extract(epoch from now() - (
                select l.loaded_at from ops.load l where l.dataset = d.name and l.inserted + l.updated > 0 order by l.load_id desc limit 1))
            from dataset d where d.name is not null and d.name not like 'rebuild.%'""";

    private static final Map<String, String> HELP = new LinkedHashMap<>();

    static {
        HELP.put("serai.dead.letters.open", "Records that wait in the dead letter, 10000 at most");
        HELP.put("serai.pending.objects", "Landed objects that wait to be loaded, 10000 at most");
        HELP.put("serai.schedule.lag.seconds", "For how long a run has been overdue");
        HELP.put("serai.pipeline.paused", "Whether the pipeline is paused");
        HELP.put("serai.stream.connected", "Whether this process is connected to the source of the stream");
        HELP.put("serai.stream.lag.seconds", "How long ago the last message of the stream came");
        HELP.put(
                "serai.dataset.age.seconds",
                "Age of the newest row of a table; of a stream to the minute, counted from its first batch");
    }

    private final DataSource postgres;
    private final String node;
    private final Map<String, MultiGauge> gauges = new LinkedHashMap<>();
    private boolean up;
    private long askedAt = System.nanoTime() - KEPT_NS;

    /** @param node this process, as in {@code ops.run} */
    public BookGauges(DataSource postgres, String node, MeterRegistry registry) {
        this.postgres = postgres;
        this.node = node;
        HELP.forEach((name, help) ->
                gauges.put(name, MultiGauge.builder(name).description(help).register(registry)));
        Gauge.builder("serai.book.up", this, BookGauges::isUp)
                .description("Whether PostgreSQL answers")
                .register(registry);
    }

    private synchronized int isUp() {
        return up ? 1 : 0;
    }

    /** Asks the book, unless it has just been asked. */
    public synchronized void refresh() {
        if (System.nanoTime() - askedAt < KEPT_NS) {
            return;
        }
        Map<String, List<Row<?>>> rows = new LinkedHashMap<>();
        gauges.keySet().forEach(name -> rows.put(name, new ArrayList<>()));
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(QUESTIONS)) {
            statement.setQueryTimeout(TIMEOUT_SECONDS);
            statement.setString(1, node);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.getOrDefault(row.getString(1), new ArrayList<>())
                            .add(Row.of(Tags.of(row.getString(2), row.getString(3)), row.getDouble(4)));
                }
            }
            up = true;
        } catch (SQLException e) {
            LOG.debug("the book cannot be asked for metrics: {}", e.getMessage());
            rows.values().forEach(List::clear);
            up = false;
        }
        askedAt = System.nanoTime();
        gauges.forEach((name, gauge) -> gauge.register(rows.getOrDefault(name, List.of()), true));
    }
}
