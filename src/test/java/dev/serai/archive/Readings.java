package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/** Readings of a hub, in the table and in the archive, and whether the 1-minute means are what both come to. */
public final class Readings {

    private final Hub hub;
    private final Settings settings;

    public Readings(Hub hub) {
        this.hub = hub;
        this.settings = hub.settings();
    }

    /** Every reading that was ever taken, wherever it is, as it is kept: sensor, instant, value, in order. */
    public List<String> kept() throws SQLException {
        try (Connection connection = everywhere();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select sensor_id, extract(epoch from measured_at), value from everywhere order by 1, 2")) {
            List<String> readings = new ArrayList<>();
            while (row.next()) {
                readings.add(row.getString(1) + "|" + row.getString(2) + "|" + row.getString(3));
            }
            return readings;
        }
    }

    /** The 1-minute means are exactly what a computation over the table and the archive comes to. */
    public void requireRollupIsRight() throws SQLException {
        try (Connection connection = everywhere();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        with computed as (
                            select sensor_id, date_trunc('minute', measured_at, 'UTC') as minute_at, count(*) as readings,
                                   sum(value) as sum, min(value) as min, max(value) as max,
                                   (array_agg(value order by measured_at desc))[1] as last, max(measured_at) as last_at,
                                   count(*) filter (where received_at > date_trunc('minute', measured_at, 'UTC') + interval '2 minutes') as late
                            from everywhere group by 1, 2
                        )
                        select 'wrong', r.* from sensors.reading_1min r where not exists (select from computed c where row(c.*) = row(r.*))
                        union all
                        select 'right', c.* from computed c where not exists (select from sensors.reading_1min r where row(c.*) = row(r.*))
                        order by 2, 3, 1""")) {
            List<String> differences = new ArrayList<>();
            while (row.next() && differences.size() < 10) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    values.add(row.getString(i));
                }
                differences.add(String.join("|", values));
            }
            assertThat(differences).as("1-minute means that differ").isEmpty();
        }
    }

    /** A connection with a table {@code everywhere}: settled readings of the table and of the archive, each once. */
    private Connection everywhere() throws SQLException {
        Connection connection = ArchiveSession.plain(purpose -> Postgres.session(settings, purpose), "test");
        try (S3Client s3 = ObjectStore.connect(settings);
                WorkDirectory work = WorkDirectory.open(Path.of(System.getProperty("java.io.tmpdir")));
                Statement statement = connection.createStatement()) {
            ReadBack readBack = new ReadBack(new ArchiveObjects(s3, java.time.Duration.ofSeconds(30)));
            statement.execute(
                    "create temporary table everywhere as select * from sensors.reading where not unsettled; alter table everywhere add unique (sensor_id, measured_at)");
            for (Certificate certificate : new Certificates(connection)
                    .kept("sensors.reading", LocalDate.of(1900, 1, 1), LocalDate.of(2900, 1, 1))) {
                assertThat(readBack.verify(certificate, connection, work)).isPresent();
                statement.execute(
                        "insert into everywhere select * from pg_temp.archive_read_back on conflict do nothing");
            }
            return connection;
        } catch (SQLException | RuntimeException | AssertionError e) {
            connection.close();
            throw e;
        }
    }

    Archives archives(S3Client s3) {
        return Archives.of(settings, s3, Clock.systemUTC());
    }

    /** What a load does with readings that come now: SQL that yields sensor_id, measured_at, value. */
    void load(String select) throws SQLException {
        try (Connection connection = hub.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock_shared(sensors.load_lock())");
            statement.execute("""
                    with stored as (
                        insert into sensors.reading (sensor_id, measured_at, value, received_at, run_id, unknown_sensor, unsettled)
                        select distinct on (1, 2) sensor_id, measured_at, value, now(), gen_random_uuid(), false,
                               exists (select from sensors.archived_day d where d.day = (measured_at at time zone 'UTC')::date)
                        from (%s) incoming order by 1, 2
                        on conflict do nothing
                        returning *
                    )
                    insert into sensors.reading_1min as m
                    select sensor_id, date_trunc('minute', measured_at, 'UTC'), count(*), sum(value), min(value), max(value),
                           (array_agg(value order by measured_at desc))[1], max(measured_at),
                           count(*) filter (where received_at > date_trunc('minute', measured_at, 'UTC') + interval '2 minutes')
                    from stored where not unsettled
                    group by 1, 2 order by 1, 2
                    on conflict (sensor_id, minute_at) do update set
                        readings = m.readings + excluded.readings, sum = m.sum + excluded.sum,
                        min = least(m.min, excluded.min), max = greatest(m.max, excluded.max),
                        last = case when excluded.last_at > m.last_at then excluded.last else m.last end,
                        last_at = greatest(m.last_at, excluded.last_at), late = m.late + excluded.late""".formatted(select));
            connection.commit();
        }
    }
}
