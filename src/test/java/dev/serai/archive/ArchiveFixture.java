package dev.serai.archive;

import com.zaxxer.hikari.HikariDataSource;
import dev.serai.Application;
import dev.serai.JavaProcess;
import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A database with a table in the shape of ads.impression, an empty bucket, and what looks into both. */
final class ArchiveFixture implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-21T03:30:00Z");
    static final Instant CUT_OFF = NOW.minus(Duration.ofDays(7));
    static final String DATASET = "probe.impression";
    static final String BUCKET = "ad-data";

    final Settings settings;
    final S3Client s3;
    final Path temporary;
    final Connection connection;
    private final Map<String, String> environment = new HashMap<>();

    ArchiveFixture(LocalStack stack, Path temporary) throws SQLException {
        this(stack, temporary, Map.of());
    }

    ArchiveFixture(LocalStack stack, Path temporary, Map<String, String> overrides) throws SQLException {
        this.temporary = temporary;
        stack.emptyBuckets();
        Map<String, String> values = new HashMap<>(stack.settings());
        values.put("postgres.url", stack.freshDatabase());
        values.put("management.password", "unused");
        values.putAll(overrides);
        values.forEach((key, value) -> environment.put(Settings.variable(key), value));
        settings = Settings.load(environment, Application.REQUIRED);
        s3 = ObjectStore.connect(settings);
        try (HikariDataSource pool = Postgres.pipelines(settings)) {
            Postgres.migrate(pool, settings);
        }
        connection = Postgres.session(settings, "test");
        execute("set timezone = 'UTC'");
        execute("""
                create schema probe;
                create table probe.impression (
                    ad_id uuid primary key,
                    ad_group text,
                    ad_campaign integer,
                    scheme_origin text,
                    scheme_approved boolean,
                    shown_at timestamptz not null,
                    ingested_at timestamptz not null default clock_timestamp(),
                    run_id uuid not null,
                    raw_object text
                );
                create index impression_by_time on probe.impression (shown_at);""");
    }

    /** Rows of every kind, one every {@code stepSeconds} from an instant on. */
    void insert(int rows, Instant from, double stepSeconds) throws SQLException {
        execute("""
                insert into probe.impression
                select gen_random_uuid(), (array['marketing', 'it''s "new"', E'a,b\\nc\\r\\nd', '', null, E'\\\\N', E'\\\\.', 'ü 😀'])[1 + i %% 8],
                       case when i %% 2 = 0 then 500 + i %% 500 end, case when i %% 5 = 0 then 'manual' end,
                       case when i %% 5 = 0 then i %% 10 = 0 end,
                       timestamptz '%s' + i * %s * interval '1 second', timestamptz '2026-11-20' + i * interval '1 microsecond',
                       '01a1fce9-efce-752a-a055-44dc114589cb', 's3://ad-data/backup/dt=2026-11-20/x.json'
                from generate_series(0, %d - 1) i""".formatted(from, Double.toString(stepSeconds), rows));
    }

    ArchivedTable table(int rowsPerObject) {
        return new ArchivedTable(
                DATASET,
                "shown_at",
                List.of("ad_id"),
                Duration.ofDays(7),
                dev.serai.landing.LandingZone.of("s3://ad-data/archive/"),
                rowsPerObject,
                ArchivedTable.EVERY_ROW);
    }

    Archive archive(ArchiveSteps steps) {
        return archives(s3).archive(steps);
    }

    Archives archives(S3Client client) {
        return new Archives(
                purpose -> Postgres.session(settings, purpose),
                new ArchiveObjects(client, Duration.ofSeconds(2)),
                temporary,
                Clock.fixed(NOW, ZoneOffset.UTC),
                1_000_000_000);
    }

    UUID run(ArchiveSteps steps, int rowsPerObject) throws SQLException {
        UUID runId = UUID.randomUUID();
        archive(steps).run(table(rowsPerObject), runId, "ads-archive");
        return runId;
    }

    UUID run() throws SQLException {
        return run(ArchiveSteps.NONE, 1_000_000);
    }

    /** The process of a run that ends itself without a word when it is at a step for the n-th time. */
    ProcessBuilder process(ArchiveSteps.Step step, int time, int rowsPerObject, String... flags) {
        List<String> all = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporary));
        all.addAll(List.of(flags));
        ProcessBuilder builder = JavaProcess.of(
                ArchiveProcess.class,
                temporary.resolve("process.log"),
                all,
                step.name(),
                Integer.toString(time),
                Integer.toString(rowsPerObject));
        builder.environment().putAll(environment);
        return builder;
    }

    String processLog() throws IOException {
        return Files.readString(temporary.resolve("process.log"));
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String value(String sql) throws SQLException {
        return rows(sql).get(0);
    }

    /** The rows of a query of PostgreSQL, columns separated by a bar. */
    List<String> rows(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return texts(row);
        }
    }

    private static List<String> texts(ResultSet row) throws SQLException {
        List<String> rows = new ArrayList<>();
        while (row.next()) {
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                values.add(String.valueOf(row.getString(i)));
            }
            rows.add(String.join("|", values));
        }
        return rows;
    }

    private static final String IDENTITY =
            "ad_id::text || '|' || coalesce('=' || ad_group, '-') || '|' || coalesce(ad_campaign, -1) || '|' || epoch_us";

    /** Every row of the table as text, in order. */
    List<String> inTable() throws SQLException {
        return rows("select " + IDENTITY.replace("epoch_us", "(extract(epoch from shown_at) * 1000000)::bigint")
                + " from probe.impression order by 1");
    }

    /** Every row of every Parquet object in the bucket as text, as any other tool would find them. */
    List<String> inObjects() throws SQLException, IOException {
        try (WorkDirectory work = WorkDirectory.open(temporary)) {
            List<String> files = new ArrayList<>();
            for (String key : keys()) {
                if (key.endsWith(".parquet")) {
                    Path file = work.file(files.size() + ".parquet");
                    Files.write(
                            file,
                            s3.getObjectAsBytes(
                                            request -> request.bucket(BUCKET).key(key))
                                    .asByteArray());
                    files.add(ParquetFiles.literal(file));
                }
            }
            if (files.isEmpty()) {
                return List.of();
            }
            try (Connection duck = ParquetFiles.open(work.path());
                    Statement statement = duck.createStatement();
                    ResultSet row = statement.executeQuery("select %s from read_parquet([%s]) order by 1"
                            .formatted(IDENTITY.replace("epoch_us", "epoch_us(shown_at)"), String.join(", ", files)))) {
                return texts(row);
            }
        }
    }

    List<String> everywhere() throws SQLException, IOException {
        return Stream.concat(inTable().stream(), inObjects().stream()).sorted().toList();
    }

    List<String> keys() {
        try {
            return s3.listObjectsV2Paginator(request -> request.bucket(BUCKET)).contents().stream()
                    .map(S3Object::key)
                    .toList();
        } catch (NoSuchBucketException e) {
            return List.of();
        }
    }

    void put(String key, byte[] bytes) {
        s3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
    }

    /** Working directories and their files that nobody has deleted. */
    List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("serai-archive"))
                    .toList();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        s3.close();
    }
}
