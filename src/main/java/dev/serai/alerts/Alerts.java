package dev.serai.alerts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.batch.Excerpt;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes alerts, and keeps in mind which of it has been told.
 *
 * <p>Source: {@code ops.alert_cause}, what is wrong now. A cause that is there has one open alert in {@code ops.alert}; one
 * that is gone has none. Whatever is not told yet is offered to one process at a time, and again after a minute if that one
 * could not tell it: so each opening and each closing is told once at least. <br>
 * Errors: {@link SQLException} while PostgreSQL is away. Thread-safe.
 */
public final class Alerts {

    private static final String REFRESH = """
            with cause as materialized (
                select * from ops.alert_cause
            ), closed as (
                update ops.alert a set closed_at = clock_timestamp()
                where closed_at is null and not exists (select from cause c where c.cause = a.cause)
            )
            insert into ops.alert as a (cause, kind, subject, says)
            select cause, kind, subject, says from cause
            on conflict (cause) where closed_at is null do update set last_seen_at = clock_timestamp(), says = excluded.says""";

    private static final String UNTOLD = """
            update ops.alert set telling_at = clock_timestamp()
            where alert_id in (
                select alert_id from ops.alert
                where (opened_told_at is null or closed_at is not null and closed_told_at is null)
                  and (telling_at is null or telling_at < now() - interval '1 minute')
                order by alert_id limit 20 for update skip locked)
            returning alert_id, opened_told_at is null as opens, kind, subject, says, opened_at, closed_at""";

    private final DataSource postgres;

    public Alerts(DataSource postgres) {
        this.postgres = postgres;
    }

    /**
     * An opening or a closing that is to be told.
     *
     * @param event opened or closed
     * @param json all of it, for a webhook: {@code {"event", "alert_id", "kind", "subject", "says", "opened_at", "closed_at", "text"}}
     */
    public record News(long alertId, String event, String kind, String subject, String says, String json) {}

    /** Compares what is wrong now with the alerts that are open. */
    public void refresh() throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(REFRESH)) {
            statement.executeUpdate();
        }
    }

    /** What nobody has been told yet, oldest first; for a minute it is offered to nobody else. */
    public List<News> untold() throws SQLException {
        List<News> news = new ArrayList<>();
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(UNTOLD);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                news.add(news(row));
            }
        }
        return news;
    }

    private static News news(ResultSet row) throws SQLException {
        boolean opens = row.getBoolean("opens");
        String event = opens ? "opened" : "closed";
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("event", event)
                .put("alert_id", row.getLong("alert_id"))
                .put("kind", row.getString("kind"))
                .put("subject", row.getString("subject"))
                .put("says", row.getString("says"))
                .put("opened_at", text(row.getTimestamp("opened_at")))
                .put("closed_at", opens ? null : text(row.getTimestamp("closed_at")))
                .put("text", "%s: %s".formatted(event, row.getString("says")));
        return new News(
                row.getLong("alert_id"),
                event,
                row.getString("kind"),
                row.getString("subject"),
                row.getString("says"),
                json.toString());
    }

    private static @Nullable String text(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant().toString();
    }

    /** The route has taken it; what else there is to say of the alert may be told at once. */
    public void told(News news) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        update ops.alert set telling_at = null, telling_error = null,
                            opened_told_at = case when ? then clock_timestamp() else opened_told_at end,
                            closed_told_at = case when ? then closed_told_at else clock_timestamp() end
                        where alert_id = ?""")) {
            boolean opened = news.event().equals("opened");
            statement.setBoolean(1, opened);
            statement.setBoolean(2, opened);
            statement.setLong(3, news.alertId());
            statement.executeUpdate();
        }
    }

    /** The route has not taken it; it is offered again after a minute. */
    public void notTold(News news, Exception why) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("update ops.alert set telling_error = ? where alert_id = ?")) {
            statement.setString(1, Excerpt.of(why.getClass().getSimpleName() + ": " + why.getMessage()));
            statement.setLong(2, news.alertId());
            statement.executeUpdate();
        }
    }
}
