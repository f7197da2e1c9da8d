package dev.serai.simulators;

import com.mongodb.client.MongoClient;
import dev.serai.http.ServerAddress;
import dev.serai.settings.Settings;
import dev.serai.simulators.community.CommunityPace;
import dev.serai.simulators.community.CommunitySource;
import dev.serai.simulators.community.CommunityStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.jspecify.annotations.Nullable;

/**
 * The simulated sources, running.
 *
 * <p>Settings: {@code simulators} (all, none, or names between commas), {@code simulators.host},
 * {@code simulators.port}; for the sensors also their list and the broker's address and login. With none, only the
 * control answers. A broker that is away is waited for, by the sensors alone. <br>
 * Errors: {@link dev.serai.settings.SettingsException} for a name that is no simulator, {@link IllegalStateException} if
 * the address cannot be listened on. <br>
 * Each instance has a Camel context and a server of its own, so several may run beside each other and beside the
 * application. Thread-safe.
 */
public final class Simulators implements AutoCloseable {

    private static final String CONTROL_ROUTES = "classpath:simulators/control/simulators-list.camel.yaml,"
            + "classpath:simulators/control/simulators-failures.camel.yaml,"
            + "classpath:simulators/control/simulators-records.camel.yaml,"
            + "classpath:simulators/shared/simulated-answer.camel.yaml,"
            + "classpath:simulators/shared/refusals.camel.yaml";

    /** As many records as the real ad API has in every answer. */
    private static final int ADS = 100;

    private final Main main;
    private final @Nullable BrokerLine line;
    private final Failures failures;
    private final int port;

    private Simulators(Main main, @Nullable BrokerLine line, Failures failures, int port) {
        this.main = main;
        this.line = line;
        this.failures = failures;
        this.port = port;
    }

    /** Starts with other data each time; returns when the server accepts connections. */
    public static Simulators start(Settings settings) {
        return start(settings, new SecureRandom().nextLong());
    }

    /** Starts with the data of a seed: the same requests in the same order get the same answers. */
    public static Simulators start(Settings settings, long seed) {
        Set<SimulatedSource> chosen = SimulatedSource.chosen(settings.text("simulators"));
        String host = settings.text("simulators.host");
        int port = settings.number("simulators.port");
        Failures failures = new Failures();
        Main main = main(host, port, chosen);
        SortedMap<String, Set<FailureKind>> kinds = new TreeMap<>();
        Map<String, RecordsPerCall> records = new TreeMap<>();
        if (chosen.contains(SimulatedSource.USERS)) {
            kinds.put(UsersApi.SOURCE, UsersApi.KINDS);
            bindUsers(main, failures, seed);
        }
        if (chosen.contains(SimulatedSource.ADS)) {
            kinds.put(AdsApi.SOURCE, AdsApi.KINDS);
            RecordsPerCall ads = new RecordsPerCall(ADS);
            records.put(AdsApi.SOURCE, ads);
            bindAds(main, failures, ads, seed);
        }
        if (chosen.contains(SimulatedSource.COMMUNITY)) {
            kinds.put(CommunityPlay.SOURCE, CommunityPlay.KINDS);
            bindCommunity(main, failures, settings, seed);
        }
        BrokerLine line = null;
        if (chosen.contains(SimulatedSource.SENSORS)) {
            kinds.put(SensorStation.SOURCE, SensorStation.KINDS);
            RecordsPerCall perSecond = new RecordsPerCall(1);
            records.put(SensorStation.SOURCE, perSecond);
            line = bindSensors(main, settings, failures, perSecond, seed);
        }
        main.bind("simulatorsControl", new SimulatorsControl(kinds, records, failures));
        ServerAddress address = new ServerAddress("the simulators", "simulators", host, port);
        address.requireFree();
        try {
            main.start();
            address.requireBound(main.getCamelContext());
        } catch (RuntimeException e) {
            main.stop();
            throw e;
        }
        return new Simulators(main, line, failures, port);
    }

    public int port() {
        return port;
    }

    /** What {@code /simulators/{source}/failures} arms, for callers in the same process. */
    public Failures failures() {
        return failures;
    }

    /** Stops; connections that are open are closed, answers that are held back are not given. */
    @Override
    public void close() {
        if (line != null) {
            line.close();
        }
        main.stop();
    }

    private static Main main(String host, int port, Set<SimulatedSource> chosen) {
        Main main = new Main();
        // the application's own properties are not for this context
        main.setDefaultPropertyPlaceholderLocation("false");
        main.addOverrideProperty("camel.main.name", "serai-simulators");
        main.addOverrideProperty("camel.main.routesIncludePattern", routeFiles(chosen));
        main.addOverrideProperty("camel.main.jmxEnabled", "false");
        main.addOverrideProperty("camel.main.shutdownTimeout", "2");
        main.addOverrideProperty("camel.main.autoConfigurationLogSummary", "false");
        // else the oversized answer is held in memory before it is sent
        main.addOverrideProperty("camel.main.streamCachingEnabled", "false");
        main.addOverrideProperty("camel.server.enabled", "true");
        main.addOverrideProperty("camel.server.host", host);
        main.addOverrideProperty("camel.server.port", Integer.toString(port));
        return main;
    }

    private static String routeFiles(Set<SimulatedSource> chosen) {
        StringJoiner files = new StringJoiner(",").add(CONTROL_ROUTES);
        chosen.forEach(source -> source.routeFiles().forEach(files::add));
        return files.toString();
    }

    private static void bindUsers(Main main, Failures failures, long seed) {
        UsersApi api = new UsersApi(failures, new SplittableRandom(seed));
        UnreliableLine line = new UnreliableLine(UsersApi.SOURCE, failures, size -> api.body(size, FailureKind.NONE));
        main.bind("usersApi", api);
        bindLine(main, "usersLine", line);
    }

    private static void bindAds(Main main, Failures failures, RecordsPerCall records, long seed) {
        AdsApi api = new AdsApi(failures, records, new SplittableRandom(seed), Clock.systemUTC());
        main.bind("adsApi", api);
        bindLine(main, "adsLine", new UnreliableLine(AdsApi.SOURCE, failures, size -> api.body(FailureKind.NONE)));
    }

    private static void bindCommunity(Main main, Failures failures, Settings settings, long seed) {
        MongoClient store = CommunityStore.connect(settings);
        CommunitySource source = new CommunitySource(
                store.getDatabase(settings.text("community.mongo.database")),
                CommunityPace.of(settings),
                new SplittableRandom(seed),
                Clock.systemUTC());
        main.bind("communityPlay", new CommunityPlay(source, failures));
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStop(BaseMainSupport stopped) {
                store.close();
            }
        });
    }

    private static BrokerLine bindSensors(
            Main main, Settings settings, Failures failures, RecordsPerCall perSecond, long seed) {
        main.bind(
                "sensorStation",
                new SensorStation(
                        SimulatedSensor.list(Path.of(settings.text("sensors.list.file"))),
                        failures,
                        perSecond,
                        new SplittableRandom(seed),
                        Clock.systemUTC(),
                        System::nanoTime));
        BrokerLine line = new BrokerLine(
                settings.text("sensors.mqtt.url"),
                settings.text("sensors.mqtt.user"),
                settings.text("sensors.mqtt.password"),
                settings.number("simulators.sensors.qos"));
        main.bind("sensorBroker", line);
        return line;
    }

    private static void bindLine(Main main, String name, UnreliableLine line) {
        VertxPlatformHttpEngine engine = new VertxPlatformHttpEngine();
        engine.setHandlers(List.of(line));
        main.bind(name, engine);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport starting) {
                engine.setCamelContext(starting.getCamelContext());
            }
        });
    }
}
