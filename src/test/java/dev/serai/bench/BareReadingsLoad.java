package dev.serai.bench;

import dev.serai.mqtt.Readings;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * The least that anybody has to do who puts readings into {@code sensors.reading}: rows in batches, a commit each, neither
 * checked nor counted nor summed up. Only what the database takes is timed, not the making of the rows. For one thread.
 */
final class BareReadingsLoad {

    static final int BATCH = 5_000;

    private static final String COLUMNS = "sensor_id, measured_at, value, received_at, run_id, unknown_sensor";

    private final Connection connection;
    private final Readings readings;
    private final UUID run = UUID.randomUUID();

    BareReadingsLoad(Connection connection, Readings readings) {
        this.connection = connection;
        this.readings = readings;
    }

    /** Empties the table each time; rows a second by the ways there are. */
    Map<String, Double> perSecond(int messages) throws SQLException, IOException {
        Map<String, Double> perSecond = new TreeMap<>();
        perSecond.put("unnest", messages / seconds(messages, this::unnest));
        perSecond.put("copy", messages / seconds(messages, this::copy));
        return perSecond;
    }

    /** Puts the messages from one to before another into the table and yields how long that took, nanoseconds. */
    private interface Way {
        long put(int from, int to) throws SQLException, IOException;
    }

    private double seconds(int messages, Way way) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("truncate sensors.reading");
        }
        long nanos = 0;
        for (int from = 0; from < messages; from += BATCH) {
            nanos += way.put(from, Math.min(messages, from + BATCH));
        }
        return nanos / 1e9;
    }

    private long unnest(int from, int to) throws SQLException {
        int count = to - from;
        String[] sensors = new String[count];
        long[] measured = new long[count];
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            sensors[i] = readings.sensor(from + i);
            measured[i] = readings.measuredAt(from + i).getEpochSecond();
            values[i] = Integer.toString(readings.value(from + i));
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into sensors.reading (" + COLUMNS + ") "
                + "select s, timestamptz '1970-01-01 00:00:00Z' + m * interval '1 second', v::numeric, now(), ?, false "
                + "from unnest(?, ?, ?) as r(s, m, v) on conflict do nothing")) {
            long begin = System.nanoTime();
            insert.setObject(1, run);
            insert.setArray(2, connection.createArrayOf("text", sensors));
            insert.setObject(3, measured);
            insert.setArray(4, connection.createArrayOf("text", values));
            insert.executeUpdate();
            return System.nanoTime() - begin;
        }
    }

    private long copy(int from, int to) throws SQLException, IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = from; i < to; i++) {
            rows.append("%s\t%s\t%d\t%s\t%s\tf%n"
                    .formatted(readings.sensor(i), readings.measuredAt(i), readings.value(i), readings.from(), run));
        }
        StringReader text = new StringReader(rows.toString());
        CopyManager copy = new CopyManager(connection.unwrap(BaseConnection.class));
        long begin = System.nanoTime();
        copy.copyIn("copy sensors.reading (" + COLUMNS + ") from stdin", text);
        return System.nanoTime() - begin;
    }
}
