package dev.serai.stack;

import dev.serai.settings.Settings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, an MQTT broker, an object store and a document store for one directory, at the addresses in the settings.
 *
 * <p>A server whose address is not on this machine is somebody else's and is not started. One directory serves one stack at
 * a time. <br>
 * Errors: {@link StackException} with every reason at once, after whatever had started has been stopped. <br>
 * The accessors are thread-safe; a single server is not.
 */
public final class LocalStack implements AutoCloseable {

    private static final List<String> CREDENTIALS = List.of(
            "postgres.user",
            "postgres.password",
            "postgres.reader.user",
            "postgres.reader.password",
            "s3.access-key",
            "s3.secret-key",
            "s3.region",
            "sensors.mqtt.user",
            "sensors.mqtt.password");

    private final Settings given;
    private final StackDirectory directory;
    private final @Nullable PostgresServer postgres;
    private final @Nullable MqttServer mqtt;
    private final @Nullable ObjectStore objects;
    private final @Nullable DocumentStore documents;
    private final AtomicInteger freshDatabases = new AtomicInteger();

    /**
     * Starts nothing yet.
     *
     * @param settings addresses, users and passwords; port 0 is any that is free
     * @param superuserPassword of PostgreSQL's superuser
     * @param binaries where the programs of PostgreSQL are unpacked
     */
    LocalStack(Settings settings, String superuserPassword, StackDirectory directory, Path binaries) {
        this.given = settings;
        this.directory = directory;
        Path path = directory.path();
        Durability durability = directory.durability();
        URI at = settings.address("postgres.url");
        postgres = isHere(at)
                ? new PostgresServer(path, binaries, at.getHost(), port(at, 5432), superuserPassword, durability)
                : null;
        at = settings.address("sensors.mqtt.url");
        Login user = login("sensors.mqtt.user", "sensors.mqtt.password");
        mqtt = isHere(at) ? new MqttServer(path, at.getHost(), port(at, 1883), user, durability) : null;
        at = settings.address("s3.endpoint");
        Login key = login("s3.access-key", "s3.secret-key");
        objects = isHere(at) ? new ObjectStore(path, at.getHost(), port(at, 80), key) : null;
        at = settings.address("community.mongo.url");
        documents = isHere(at) ? new DocumentStore(path, at.getHost(), port(at, 27017)) : null;
    }

    /**
     * Starts a stack for tests: free ports, random passwords, and a temporary directory that is deleted on close.
     *
     * <p>It survives nothing but a stop and a start of its servers.
     */
    public static LocalStack throwAway() {
        Map<String, String> environment = Map.of(
                "POSTGRES_URL",
                "jdbc:postgresql://127.0.0.1:0/serai",
                "POSTGRES_PASSWORD",
                Secret.random(),
                "POSTGRES_READER_PASSWORD",
                Secret.random(),
                "SENSORS_MQTT_URL",
                "tcp://127.0.0.1:0",
                "SENSORS_MQTT_PASSWORD",
                Secret.random(),
                "S3_ENDPOINT",
                "http://127.0.0.1:0",
                "S3_SECRET_KEY",
                Secret.random(),
                "COMMUNITY_MONGO_URL",
                "mongodb://127.0.0.1:0");
        LocalStack stack = new LocalStack(
                Settings.load(environment, List.of()), Secret.random(), StackDirectory.temporary(), Path.of("target"));
        stack.start();
        return stack;
    }

    /**
     * A stack that is not started yet and has only PostgreSQL, on a free port and in a temporary directory.
     *
     * @param binaries where the programs of PostgreSQL are unpacked
     */
    static LocalStack postgresOnly(Path binaries) {
        Map<String, String> environment = Map.of(
                "POSTGRES_URL",
                "jdbc:postgresql://127.0.0.1:0/serai",
                "POSTGRES_PASSWORD",
                Secret.random(),
                "POSTGRES_READER_PASSWORD",
                Secret.random(),
                // addresses of nobody's (RFC 5737): what is not here is not started
                "SENSORS_MQTT_URL",
                "tcp://192.0.2.1:1883",
                "SENSORS_MQTT_PASSWORD",
                Secret.random(),
                "S3_ENDPOINT",
                "http://192.0.2.1:9000",
                "S3_SECRET_KEY",
                Secret.random(),
                "COMMUNITY_MONGO_URL",
                "mongodb://192.0.2.1:27017");
        return new LocalStack(
                Settings.load(environment, List.of()), Secret.random(), StackDirectory.temporary(), binaries);
    }

    /** What the application needs to find it: dotted keys of application.properties and their values, in clear. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("postgres.url", actual("postgres.url", postgres));
        settings.put("sensors.mqtt.url", actual("sensors.mqtt.url", mqtt));
        settings.put("s3.endpoint", actual("s3.endpoint", objects));
        settings.put("community.mongo.url", actual("community.mongo.url", documents));
        CREDENTIALS.forEach(key -> settings.put(key, given.text(key)));
        return settings;
    }

    public PostgresServer postgres() {
        return here(postgres);
    }

    public MqttServer mqtt() {
        return here(mqtt);
    }

    public ObjectStore objects() {
        return here(objects);
    }

    public DocumentStore documents() {
        return here(documents);
    }

    /** Creates an empty database that the application's user owns, and yields its JDBC address. */
    public String freshDatabase() {
        String name = "test_" + freshDatabases.incrementAndGet();
        provide(postgres(), name);
        return postgres().url(name);
    }

    /** Deletes every bucket with its objects. */
    public void emptyBuckets() {
        objects().deleteBuckets();
    }

    /** Starts all at the same time and returns when they serve. */
    void start() {
        // SLF4J complains when several threads are its first users.
        LoggerFactory.getILoggerFactory();
        directory.lock();
        try {
            requirePorts();
        } catch (StackException e) {
            directory.release();
            throw e;
        }
        List<Throwable> reasons = forEach(this::start);
        if (!reasons.isEmpty()) {
            close();
            throw failure(reasons);
        }
    }

    /** Stops all at the same time. Harmless if it does not run. */
    @Override
    public void close() {
        List<Throwable> reasons = forEach(Server::stop);
        directory.release();
        if (!reasons.isEmpty()) {
            throw failure(reasons);
        }
    }

    List<Server> servers() {
        return Stream.of(
                        Stream.<Server>ofNullable(postgres),
                        Stream.<Server>ofNullable(mqtt),
                        Stream.<Server>ofNullable(objects),
                        Stream.<Server>ofNullable(documents))
                .flatMap(server -> server)
                .toList();
    }

    /** Whether an address is one of this machine's own, which nobody else reaches. */
    static boolean isHere(URI address) {
        try {
            return InetAddress.getByName(address.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** All taken ports at once, not one a start. */
    private void requirePorts() {
        PostmasterFile.clearAll(directory.path());
        List<TakenPorts.Listener> listeners = servers().stream()
                .map(server -> new TakenPorts.Listener(server.name(), server.host(), server.port()))
                .toList();
        List<String> taken = TakenPorts.among(listeners, given);
        if (!taken.isEmpty()) {
            throw new StackException(String.join(System.lineSeparator(), taken));
        }
    }

    private void start(Server server) {
        server.start();
        if (server instanceof PostgresServer started) {
            provide(started, given.address("postgres.url").getPath().substring(1));
        }
    }

    private void provide(PostgresServer server, String database) {
        Login owner = login("postgres.user", "postgres.password");
        Login reader = login("postgres.reader.user", "postgres.reader.password");
        new PostgresDatabases(server, owner, reader).provide(database);
    }

    private static StackException failure(List<Throwable> reasons) {
        StackException failure = new StackException(reasons.stream()
                .map(reason -> String.valueOf(reason instanceof StackException ? reason.getMessage() : reason))
                .collect(Collectors.joining(System.lineSeparator())));
        reasons.forEach(failure::addSuppressed);
        return failure;
    }

    private List<Throwable> forEach(Consumer<Server> action) {
        List<Throwable> reasons = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<CompletableFuture<Void>> all = servers().stream()
                .map(server -> CompletableFuture.runAsync(() -> action.accept(server), threads))
                .toList();
        for (CompletableFuture<Void> one : all) {
            try {
                one.join();
            } catch (CompletionException e) {
                reasons.add(e.getCause() == null ? e : e.getCause());
            }
        }
        threads.shutdown();
        return reasons;
    }

    private static int port(URI address, int usual) {
        return address.getPort() < 0 ? usual : address.getPort();
    }

    private Login login(String user, String password) {
        return new Login(given.text(user), given.text(password));
    }

    private String actual(String key, @Nullable Server server) {
        String address = given.text(key);
        return server == null || given.address(key).getPort() != 0
                ? address
                : address.replace(":0", ":" + server.port());
    }

    private static <T> T here(@Nullable T server) {
        if (server == null) {
            throw new IllegalStateException("its address is not on this machine, so this server is somebody else's");
        }
        return server;
    }
}
