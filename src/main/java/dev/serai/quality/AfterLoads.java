package dev.serai.quality;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Says which pipelines have changed rows since it was last asked, so that their datasets are checked now and not in a while.
 *
 * <p>Source: runs in the book that have ended. Thread-safe.
 */
public final class AfterLoads {

    private static final String CHANGED = """
            select distinct pipeline from ops.run
            where finished_at > ? and finished_at <= ? and inserted + updated > 0 and cause <> 'rebuild' and pipeline !~ '^quality'
              and started_at > ?::timestamptz - interval '1 day'""";

    private final DataSource postgres;
    private final Quality quality;
    private final Clock clock;
    private Instant seen;

    public AfterLoads(DataSource postgres, Quality quality, Clock clock) {
        this.postgres = postgres;
        this.quality = quality;
        this.clock = clock;
        this.seen = clock.instant();
    }

    /** Folders of pipelines that have checks and changed rows, between commas; empty if there are none. */
    public synchronized String changed() throws SQLException {
        Instant now = clock.instant();
        Set<String> folders = new TreeSet<>();
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(CHANGED)) {
            statement.setTimestamp(1, Timestamp.from(seen));
            statement.setTimestamp(2, Timestamp.from(now));
            statement.setTimestamp(3, Timestamp.from(seen));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String pipeline = row.getString(1);
                    quality.folders().stream()
                            .filter(folder -> pipeline.equals(folder) || pipeline.startsWith(folder + "-"))
                            .forEach(folders::add);
                }
            }
        }
        seen = now;
        return String.join(",", folders);
    }
}
