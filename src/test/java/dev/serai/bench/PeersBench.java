package dev.serai.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.serai.mqtt.BareClient;
import dev.serai.mqtt.Broker;
import dev.serai.mqtt.Pace;
import dev.serai.mqtt.Publisher;
import dev.serai.mqtt.Readings;
import dev.serai.simulators.community.CommunityBulk;
import dev.serai.stack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures other programs at the same work as {@link SensorsBench} and {@link CommunityBench}, where they are on the PATH:
 * {@code PeersBench [MESSAGES] [USERS]}. Each has the same guarantee: a persistent session, QoS 1, acknowledged after the
 * commit, delivered again changes nothing. Their configurations are in {@code src/test/bench/}.
 */
public final class PeersBench {

    private static final int MESSAGES = 1_000_000;
    private static final int WARM_UP = 200_000;
    private static final int USERS = 40_000;
    private static final int SENSORS = 100;
    private static final int MESSAGES_PER_USER = 10;
    private static final int USERS_PER_GROUP = 100;
    private static final List<String> COLLECTIONS = List.of("users", "groups", "messages");
    private static final String DATABASE = "seraiBenchPeers";
    private static final long LEAST_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Counting must not be what is measured. */
    private static final int WAIT_PER_COUNT = 10;

    private final String path = Optional.ofNullable(System.getenv("PATH")).orElse("");

    private PeersBench() {}

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length == 0 ? MESSAGES : Integer.parseInt(arguments[0]);
        int users = arguments.length < 2 ? USERS : Integer.parseInt(arguments[1]);
        PeersBench bench = new PeersBench();
        bench.readings(messages);
        bench.community(users);
        System.exit(0);
    }

    private void readings(int messages) throws Exception {
        for (Peer peer : List.of(Peer.TELEGRAF, Peer.CONNECT, Peer.RPK, Peer.BENTO)) {
            Optional<List<String>> command = peer.command(path);
            if (command.isEmpty()) {
                line(peer.name(), peer.notRun());
                continue;
            }
            try (SensorsStage stage = new SensorsStage()) {
                String session = "peer-" + peer.name();
                Readings readings = SensorsStage.readings(SENSORS, WARM_UP + messages);
                BareClient.subscribe(stage.broker(), session, Readings.TOPIC);
                try (Publisher publisher = stage.broker().publisher()) {
                    publisher.publish(Readings.TOPIC, 1, WARM_UP + messages, readings::payload);
                }
                line(peer.name(), drain(peer, command.get(), stage, session, messages));
            }
        }
    }

    private String drain(Peer peer, List<String> command, SensorsStage stage, String session, int messages)
            throws Exception {
        PeerDatabase database = stage.database();
        Path log = stage.directory().resolve(peer.name() + ".log");
        try (Connection connection = database.connect()) {
            execute(connection, Files.readString(Peer.FILES.resolve("peer-reading.sql")));
            if (peer.equals(Peer.TELEGRAF)) {
                execute(
                        connection,
                        "create trigger once before insert on peer_reading for each row execute function peer_reading_once()");
            }
            Broker broker = stage.broker();
            Process process = start(
                    command,
                    log,
                    Map.of(
                            "BENCH_MQTT_URL", broker.url(),
                            "BENCH_MQTT_USER", broker.user(),
                            "BENCH_MQTT_PASSWORD", broker.password(),
                            "BENCH_CLIENT_ID", session,
                            "BENCH_POSTGRES_DSN", database.dsn()));
            try {
                Pace pace = new Pace(WARM_UP, messages);
                int loaded = 0;
                while (loaded < WARM_UP + messages) {
                    if (!process.isAlive()) {
                        return "not run: it ended with %d, see %s".formatted(process.exitValue(), log);
                    }
                    long begin = System.nanoTime();
                    loaded = Integer.parseInt(value(connection, "select count(*) from peer_reading"));
                    pace.reached(loaded);
                    LockSupport.parkNanos(Math.max(LEAST_POLL_NANOS, WAIT_PER_COUNT * (System.nanoTime() - begin)));
                }
                return "%,.0f messages/s, peak memory %d MB"
                        .formatted(pace.perSecond(), new ProcessUse(process.pid()).peakMegabytes());
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
    }

    private void community(int users) throws Exception {
        Optional<List<String>> command = Peer.SCRIPT.command(path);
        if (command.isEmpty()) {
            line("plain script", Peer.SCRIPT.notRun());
            return;
        }
        if (new ProcessBuilder(command.get().get(0), "-c", "import pymongo, psycopg")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                != 0) {
            line("plain script", "not run: python3 has no pymongo and psycopg");
            return;
        }
        Path log = Files.createTempFile("serai-bench-", ".log");
        Optional<String> server = Optional.ofNullable(System.getenv("COMMUNITY_MONGO_URL"));
        try (LocalStack stack = LocalStack.throwAway()) {
            String url = server.orElse(String.valueOf(stack.settings().get("community.mongo.url")));
            PeerDatabase postgres = PeerDatabase.fresh(stack);
            try (MongoClient client = MongoClients.create(url)) {
                MongoDatabase database = client.getDatabase(DATABASE);
                database.drop();
                CommunityBulk.fill(
                        database, users, users / USERS_PER_GROUP, users * MESSAGES_PER_USER, Instant.now(), 42);
                long documents = COLLECTIONS.stream()
                        .mapToLong(name -> database.getCollection(name).countDocuments())
                        .sum();
                long begin = System.nanoTime();
                int exit = start(
                                command.get(),
                                log,
                                Map.of(
                                        "BENCH_MONGO_URL", url,
                                        "BENCH_MONGO_DATABASE", DATABASE,
                                        "BENCH_POSTGRES_DSN", postgres.dsn()))
                        .waitFor();
                double seconds = (System.nanoTime() - begin) / 1e9;
                database.drop();
                line(
                        "plain script",
                        exit == 0
                                ? "%.1f s: %,.0f documents/s, %s rows"
                                        .formatted(
                                                seconds,
                                                documents / seconds,
                                                Files.readString(log).strip())
                                : "not run: it ended with %d, see %s".formatted(exit, log));
            }
        }
    }

    private static Process start(List<String> command, Path log, Map<String, String> environment) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void line(String what, String says) {
        System.out.printf("%-28s %s%n", what, says);
    }
}
