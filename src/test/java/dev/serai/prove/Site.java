package dev.serai.prove;

import dev.serai.Hub;
import dev.serai.faults.PutFault;
import dev.serai.sensors.BrokerProcess;
import dev.serai.sensors.Journal;
import dev.serai.stack.LocalStack;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A plant to be broken: the application in processes of its own, lines to its stores, and sources that keep journals.
 *
 * <p>The sources write to their servers directly; only the application's lines can be broken. For one thread. Close after use.
 */
final class Site implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String EVERY_TWO_SECONDS = "0/2 * * * * ?";
    private static final String EVERY_THREE_SECONDS = "0/3 * * * * ?";

    final LocalStack stack;
    /** For files of a fault. */
    final Path directory;

    /** In MongoDB, of this site alone. */
    final String database = "prove-" + UUID.randomUUID();

    final BrokerProcess broker;
    final Hub hub;
    final Line toPostgres;
    final Line toS3;
    final Line toMongo;
    final Line toBroker;
    final ReadingShape readings = new ReadingShape();
    final AdSource ads;
    final GroupWriter groups;
    final Journal journal;
    final Processes processes;
    private volatile PutFault.@Nullable Kind putFault;
    private @Nullable Connection holder;

    /**
     * Starts all but the application.
     *
     * @param perSecond messages of the sensors, in hundreds
     * @param nodes processes of the application
     */
    Site(LocalStack stack, Path directory, Random random, int perSecond, int nodes) throws Exception {
        this.stack = stack;
        this.directory = directory;
        broker = new BrokerProcess(directory);
        ads = new AdSource(new Random(random.nextLong()));
        hub = new Hub(stack, settings(broker, ads, database));
        hub.stop();
        // The throw-away server would answer before its commits are the operating system's.
        hub.rows(
                "do $$ begin execute format('alter database %I set synchronous_commit = on', current_database()); end $$");
        toPostgres = new Line(stack.postgres().port(), nodes);
        toS3 = new Line(stack.objects().port(), nodes);
        toMongo = new Line(stack.documents().port(), nodes);
        toBroker = new Line(broker.port(), nodes);
        groups = new GroupWriter(stack.documents().port(), database, new Random(random.nextLong()));
        String topic = hub.settings().text("sensors.mqtt.topic").replace("/#", "");
        journal = new Journal(
                broker.url(), BrokerProcess.LOGIN.user(), BrokerProcess.LOGIN.password(), topic, perSecond, readings);
        List<Map<String, String>> lines = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            lines.add(lines(node));
        }
        processes = new Processes(hub, lines);
        journal.pause();
    }

    private static Map<String, String> settings(BrokerProcess broker, AdSource ads, String database) {
        Map<String, String> all = new HashMap<>(Map.of(
                "sensors.mqtt.url",
                broker.url(),
                "sensors.mqtt.user",
                BrokerProcess.LOGIN.user(),
                "sensors.mqtt.password",
                BrokerProcess.LOGIN.password(),
                "ads.api.url",
                ads.url(),
                "simulators",
                "none",
                "community.mongo.database",
                database));
        return all;
    }

    /** A person waits for the next try; the settings of the product are for nights. */
    private static Map<String, String> impatience() {
        return Map.of(
                "landing.pending.interval-ms", "500",
                "landing.pending.min-age-ms", "2000",
                "community.mongo.timeout-ms", "1000",
                "community.chunk-size", "20",
                "postgres.connect-timeout-ms", "1000",
                "s3.attempt-timeout-ms", "1500",
                "s3.call-timeout-ms", "4000",
                "http.response-timeout-ms", "1000",
                "http.total-timeout-ms", "2000");
    }

    /** What a process has that the hub of the test does not: schedules, and lines that break. */
    private Map<String, String> lines(int node) {
        Map<String, String> changes = new HashMap<>(impatience());
        changes.putAll(Map.of(
                "ads.schedule", EVERY_TWO_SECONDS,
                "community.inserts.interval-ms", "500",
                "community.sweep.schedule", EVERY_THREE_SECONDS));
        changes.put("sensors.mqtt.url", "tcp://127.0.0.1:" + toBroker.port(node));
        changes.put(
                "postgres.url",
                "jdbc:postgresql://127.0.0.1:%d%s"
                        .formatted(
                                toPostgres.port(node),
                                hub.settings().address("postgres.url").getPath()));
        changes.put("s3.endpoint", "http://127.0.0.1:" + toS3.port(node));
        changes.put("community.mongo.url", "mongodb://127.0.0.1:" + toMongo.port(node));
        return changes;
    }

    void startApplication() throws Exception {
        processes.start(Map.of(), Map.of());
    }

    /** Asks for a run and does not wait for its end, which may be that of the process. */
    CompletableFuture<Void> ask(String operation, String subject) {
        return CompletableFuture.runAsync(() -> {
            try {
                hub.operate(operation, subject);
            } catch (IOException gone) {
                return;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    void resume() {
        journal.resume();
        groups.resume();
    }

    /** Sends nothing more, and yields when the sources know that everything has arrived. */
    void pause() {
        groups.pause();
        journal.pause();
    }

    /** Until so many readings more are stored. */
    void awaitReadings(long more) throws Exception {
        long enough = readings() + more;
        until("readings come in", () -> readings() >= enough);
    }

    /** Until what was sent last is loaded; not every message is a reading, but one of three is. */
    void awaitLastReading() throws Exception {
        int enough = journal.sent() - 3;
        until(
                "the last reading is stored",
                () -> Double.parseDouble(hub.value("select coalesce(max(value), 0) from sensors.reading")) >= enough);
    }

    long readings() throws SQLException {
        return Long.parseLong(
                hub.value("select coalesce(sum(read), 0) from ops.load where dataset = 'sensors.reading'"));
    }

    /** Pipelines that are not well, with the reason, as the page shows them. */
    List<String> pageSays() {
        try {
            return hub.rows(
                    "select pipeline, state, reason from mart.pipeline where state not in ('healthy', 'waiting', 'empty')");
        } catch (SQLException away) {
            return List.of("the page cannot read PostgreSQL");
        }
    }

    /** Fails every put into S3 in one way; null for none. */
    void failPuts(PutFault.@Nullable Kind kind) throws IOException {
        putFault = kind;
        toS3.through(() -> new PutFault("/", () -> {
            PutFault.Kind now = putFault;
            return now == null ? PutFault.Kind.NONE : now;
        }));
    }

    /** A session of the superuser in the database of the application; the caller closes it. */
    Connection administrator() throws SQLException {
        return stack.postgres()
                .connect(hub.settings().address("postgres.url").getPath().substring(1));
    }

    /** Executes a statement in a transaction that stays open until {@link #letGo}. */
    void hold(String sql) throws SQLException {
        Connection connection = hub.connect();
        holder = connection;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    void letGo() throws SQLException {
        Connection held = holder;
        if (held != null) {
            held.close();
        }
        holder = null;
    }

    static void hold(Duration length) {
        LockSupport.parkNanos(length.toNanos());
    }

    static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, PATIENCE, condition);
    }

    static void until(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited in vain until " + what);
            }
            hold(LOOK);
        }
    }

    @Override
    public void close() throws Exception {
        processes.close();
        journal.close();
        groups.close();
        for (Line line : new Line[] {toPostgres, toS3, toMongo, toBroker}) {
            line.close();
        }
        hub.close();
        ads.close();
        broker.close();
    }
}
