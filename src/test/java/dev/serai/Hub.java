package dev.serai;

import dev.serai.settings.Settings;
import dev.serai.simulators.Failure;
import dev.serai.simulators.Simulators;
import dev.serai.stack.LocalStack;
import dev.serai.stack.Ports;
import dev.serai.stores.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The application and its simulators on the shared stack: a database of its own, empty buckets, free ports.
 *
 * <p>Schedules do not fire by themselves; a test runs what it needs. Retries are quick. Close after use.
 */
public final class Hub implements AutoCloseable {

    private static final String NEVER = "0 0 0 1 1 ? 2099";

    private final Map<String, String> environment = new HashMap<>();
    private final Settings settings;
    private final Simulators simulators;
    private final S3Client s3;
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable Application application;

    public Hub(LocalStack stack) throws Exception {
        this(stack, Map.of());
    }

    /**
     * Starts with other settings than the usual ones of tests.
     *
     * @param overrides settings by their dotted keys
     */
    public Hub(LocalStack stack, Map<String, String> overrides) throws Exception {
        stack.emptyBuckets();
        set(stack.settings());
        String simulatorsPort = freePort();
        set(Map.of(
                "postgres.url",
                stack.freshDatabase(),
                "page.port",
                freePort(),
                "management.port",
                freePort(),
                "management.password",
                "open sesame",
                "simulators.port",
                simulatorsPort,
                "users.api.url",
                "http://127.0.0.1:%s/api/v2/users".formatted(simulatorsPort),
                "users.schedule",
                NEVER,
                "ads.api.url",
                "http://127.0.0.1:%s/ads".formatted(simulatorsPort),
                "run-at-start",
                ""));
        set(Map.of(
                "ads.schedule",
                NEVER,
                "http.retry-delay-ms",
                "10",
                "simulators",
                "users,ads",
                "routes.watch",
                "false"));
        set(Map.of(
                "http.connect-timeout-ms", "1000",
                "http.response-timeout-ms", "2500",
                "http.total-timeout-ms", "4000",
                "retry.attempts", "2",
                "retry.delay-ms", "10",
                "landing.pending.interval-ms", "3600000",
                "landing.pending.min-age-ms", "1",
                "ads.archive.schedule", NEVER,
                "ads.test-restore.schedule", NEVER));
        set(Map.of(
                "sensors.archive.schedule",
                NEVER,
                "sensors.settle.schedule",
                NEVER,
                "sensors.test-restore.schedule",
                NEVER));
        set(Map.of(
                "quality.schedule", NEVER,
                "quality.after-load.interval-ms", "3600000",
                "quality.alerts.interval-ms", "3600000"));
        set(Map.of(
                "community.inserts.interval-ms", "3600000",
                "community.changes.interval-ms", "3600000",
                "community.sweep.schedule", NEVER,
                "community.reconcile.schedule", NEVER,
                "community.reconcile.patience-ms", "1",
                "community.sweep.documents-per-second", "1000000",
                "community.mongo.timeout-ms", "2000"));
        // The broker keeps subscriptions for longer than a test.
        String unique = "sensors-" + UUID.randomUUID();
        set(Map.of(
                "sensors.mqtt.topic",
                unique + "/#",
                "sensors.mqtt.client-id",
                unique,
                "sensors.mqtt.queue-probe",
                "0",
                "sensors.lake.interval-ms",
                "500",
                "sensors.list.schedule",
                NEVER,
                "sensors.partitions.schedule",
                NEVER));
        set(Map.of("sensors.hours.schedule", NEVER));
        set(overrides);
        settings = Settings.load(environment, Application.REQUIRED);
        s3 = ObjectStore.connect(settings);
        simulators = Simulators.start(settings, 42);
        start();
    }

    private void set(Map<String, String> values) {
        values.forEach((key, value) -> environment.put(Settings.variable(key), value));
    }

    public void start() throws Exception {
        application = Application.start(settings);
    }

    /** Stops the application and leaves the rest. */
    public void stop() {
        if (application != null) {
            application.close();
            application = null;
        }
    }

    public Application application() {
        if (application == null) {
            throw new IllegalStateException("the application is stopped");
        }
        return application;
    }

    /** What a process of its own needs to be this hub: environment variables. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /**
     * The same hub in a process of its own, which one may kill. What it says is in {@code target/hub-process.log}.
     *
     * @param changes settings that are other ones there, by their dotted keys
     */
    public Process launch(Map<String, String> changes) throws IOException {
        return launch(changes, Map.of());
    }

    /** @param variables of its environment that are no settings */
    public Process launch(Map<String, String> changes, Map<String, String> variables) throws IOException {
        ProcessBuilder builder = JavaProcess.of(
                Serai.class, Path.of("target", "hub-process.log"), List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
        builder.environment().putAll(environment);
        changes.forEach((key, value) -> builder.environment().put(Settings.variable(key), value));
        builder.environment().putAll(variables);
        return builder.start();
    }

    public Settings settings() {
        return settings;
    }

    public Simulators simulators() {
        return simulators;
    }

    /** Lets the next answers of the users API fail. */
    public void fail(Failure failure) {
        fail("users", failure);
    }

    /** Lets the next answers of a simulated source fail. */
    public void fail(String source, Failure failure) {
        simulators.failures().arm(source, failure);
    }

    /** Runs a pipeline and yields its result line. */
    public String run(String pipeline) throws Exception {
        return operate("run", pipeline).body();
    }

    public String replay(String pipeline) throws Exception {
        return operate("replay", pipeline).body();
    }

    /** Starts a run and does not wait for its end; yields its id. */
    public UUID start(String pipeline) throws Exception {
        return application().pipelines().run(pipeline);
    }

    /** Whether no run of the schedule is under way. */
    public boolean idle() {
        return Stream.of("users-api-to-postgres", "ads-api-to-postgres")
                .allMatch(route -> application().camel().getInflightRepository().size(route) == 0);
    }

    public HttpResponse<String> health() throws Exception {
        return managed("/observe/health");
    }

    /** What the management port answers the operator. */
    public HttpResponse<String> managed(String path) throws Exception {
        return http.send(authorized(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What the simulated source answers to a call of the test itself. */
    public String source(String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:%d%s".formatted(simulators.port(), path));
        return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    public HttpResponse<String> operate(String operation, String pipeline) throws Exception {
        return http.send(
                authorized("/operate/%s/%s".formatted(operation, pipeline))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .header("Serai-Operator", "test")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder authorized(String path) {
        String login = Base64.getEncoder().encodeToString("admin:open sesame".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(management(path)).header("Authorization", "Basic " + login);
    }

    public HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(page(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    public URI page(String path) {
        return URI.create("http://127.0.0.1:%s%s".formatted(settings.text("page.port"), path));
    }

    public URI management(String path) {
        return URI.create("http://127.0.0.1:%s%s".formatted(settings.text("management.port"), path));
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                settings.text("postgres.url"), settings.text("postgres.user"), settings.text("postgres.password"));
    }

    /** The rows of a query, each value as text, columns separated by a bar. */
    public List<String> rows(String sql, @Nullable Object... parameters) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            if (!statement.execute()) {
                return List.of();
            }
            List<String> rows = new ArrayList<>();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        values.add(String.valueOf(row.getString(i)));
                    }
                    rows.add(String.join("|", values));
                }
            }
            return rows;
        }
    }

    public String value(String sql, @Nullable Object... parameters) throws SQLException {
        return rows(sql, parameters).get(0);
    }

    /** Keys of a bucket, in order; none if there is no such bucket. */
    public List<String> keys(String bucket) {
        try {
            return s3.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
                    .map(S3Object::key)
                    .toList();
        } catch (NoSuchBucketException e) {
            return List.of();
        }
    }

    public byte[] object(String bucket, String key) {
        ResponseBytes<?> bytes =
                s3.getObjectAsBytes(request -> request.bucket(bucket).key(key));
        return bytes.asByteArray();
    }

    public static String freePort() {
        return Integer.toString(Ports.free());
    }

    @Override
    public void close() {
        stop();
        simulators.close();
        s3.close();
    }
}
