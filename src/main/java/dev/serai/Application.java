package dev.serai;

import com.zaxxer.hikari.HikariDataSource;
import dev.serai.archive.Archives;
import dev.serai.console.ManagementServer;
import dev.serai.console.PageFiles;
import dev.serai.console.StoreHealth;
import dev.serai.http.BoundedAnswers;
import dev.serai.http.RetryAfter;
import dev.serai.http.ServerAddress;
import dev.serai.landing.CatchUp;
import dev.serai.landing.LandRaw;
import dev.serai.landing.LandingZone;
import dev.serai.landing.PendingBook;
import dev.serai.landing.PendingObjects;
import dev.serai.landing.Redactor;
import dev.serai.ledger.DeadLetters;
import dev.serai.ledger.Ledger;
import dev.serai.ledger.LoadParameters;
import dev.serai.ledger.Pipelines;
import dev.serai.ledger.RaiseFault;
import dev.serai.ledger.RunPolicy;
import dev.serai.ledger.RunPolicyFactory;
import dev.serai.rebuild.LandedRange;
import dev.serai.rebuild.Rebuild;
import dev.serai.rebuild.ShadowTables;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.Main;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.quartz.SchedulerException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The running hub: the routes of {@code routes/} with what they use.
 *
 * <p>{@link #start} yields when every route runs; it brings the schema up to date first and waits a while for
 * PostgreSQL. {@link #close} lets runs under way end, for 30 seconds at most. Several may run in one JVM on different
 * ports.
 */
public final class Application implements AutoCloseable {

    /** Settings without a default that the application cannot do without. */
    public static final List<String> REQUIRED =
            List.of("postgres.password", "postgres.reader.password", "s3.secret-key", "management.password");

    private static final Logger LOG = LogManager.getLogger(Application.class);

    private final Main main;
    private final HikariDataSource postgres;
    private final HikariDataSource page;
    private final S3Client s3;

    private Application(Main main, HikariDataSource postgres, HikariDataSource page, S3Client s3) {
        this.main = main;
        this.postgres = postgres;
        this.page = page;
        this.s3 = s3;
    }

    public static Application start(Settings settings) throws Exception {
        ServerAddress.requireFree(
                "the page", settings.text("page.host"), settings.number("page.port"), "PAGE_HOST or PAGE_PORT");
        ServerAddress.requireFree(
                "management",
                settings.text("management.host"),
                settings.number("management.port"),
                "MANAGEMENT_HOST or MANAGEMENT_PORT");
        Main main = new Main(Application.class);
        Application application = new Application(
                main, Postgres.pipelines(settings), Postgres.page(settings), ObjectStore.connect(settings));
        try {
            application.run(settings);
            return application;
        } catch (Exception e) {
            try {
                application.close();
            } catch (RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private void run(Settings settings) throws Exception {
        Postgres.migrate(postgres, settings);
        Clock clock = Clock.systemUTC();
        Ledger ledger = new Ledger(postgres, node(settings), clock);
        ledger.closeInterrupted();
        settings.asProperties().forEach((key, value) -> main.addOverrideProperty(key.toString(), value.toString()));
        PendingObjects pending = pendingObjects(settings, clock);
        PendingBook pendingBook = new PendingBook(postgres);
        main.bind("pendingObjects", pending);
        main.bind("pendingBook", pendingBook);
        ShadowTables shadows = new ShadowTables(postgres);
        main.bind("shadowTables", shadows);
        main.bind("landedRange", new LandedRange(s3));
        bind(settings, ledger, clock);
        main.start();

        CamelContext camel = main.getCamelContext();
        Pipelines pipelines = pipelines();
        camel.getCamelContextExtension()
                .getContextPlugin(HealthCheckRegistry.class)
                .register(new StoreHealth(postgres));
        CatchUp catchUp = new CatchUp(pending, pendingBook, ledger, camel);
        Rebuild rebuild = new Rebuild(postgres, shadows, ledger, camel);
        new ManagementServer(
                        pipelines, catchUp, new DeadLetters(postgres, ledger, camel), ledger, rebuild, zones(settings))
                .install(camel, settings);
        PageFiles.install(camel, settings);
        pipelines.register();
        LOG.info(
                "ready {} ms after the start: {} routes, pipelines {}, page http://{}:{}/",
                System.currentTimeMillis()
                        - ManagementFactory.getRuntimeMXBean().getStartTime(),
                camel.getRoutesSize(),
                pipelines.names(),
                settings.text("page.host"),
                settings.text("page.port"));
        runAtStart(settings, pipelines);
    }

    /** The beans that the routes name. */
    private void bind(Settings settings, Ledger ledger, Clock clock) {
        RunPolicy runs = new RunPolicy(ledger);
        main.bind("postgres", postgres);
        main.bind("page", page);
        main.bind("s3", s3);
        main.bind("ledger", ledger);
        main.bind("run", runs);
        main.bind("runPolicyFactory", new RunPolicyFactory(runs));
        main.bind("redactor", new Redactor());
        main.bind("landRaw", new LandRaw());
        main.bind("loadParameters", new LoadParameters());
        main.bind("raiseFault", new RaiseFault());
        Archives archives = Archives.of(settings, s3, clock);
        main.bind("archive", archives.archiveStep());
        main.bind("testRestore", archives.testRestoreStep());
        main.bind(
                "boundedAnswers",
                new BoundedAnswers(settings.number("http.max-body-bytes"), settings.number("http.total-timeout-ms")));
        main.bind("retryAfter", new RetryAfter(Duration.ofMillis(settings.number("http.retry-max-delay-ms")), clock));
    }

    private PendingObjects pendingObjects(Settings settings, Clock clock) {
        return new PendingObjects(
                zones(settings),
                s3,
                postgres,
                Duration.ofMillis(settings.number("landing.pending.min-age-ms")),
                Duration.ofMillis(settings.number("landing.pending.interval-ms")),
                clock);
    }

    private static Map<String, LandingZone> zones(Settings settings) {
        Map<String, LandingZone> zones = new TreeMap<>();
        String suffix = ".landing";
        settings.keys().stream().filter(key -> key.endsWith(suffix)).forEach(key -> {
            String pipeline = key.substring(0, key.length() - suffix.length());
            zones.put(pipeline, LandingZone.of(settings.text(key)));
        });
        return zones;
    }

    private static void runAtStart(Settings settings, Pipelines pipelines) throws SchedulerException {
        for (String pipeline : settings.text("run-at-start").split(",", -1)) {
            if (!pipeline.isBlank()) {
                pipelines.run(pipeline.strip());
            }
        }
    }

    private static String node(Settings settings) throws UnknownHostException {
        return InetAddress.getLocalHost().getHostName() + ":" + settings.text("management.port");
    }

    public Pipelines pipelines() {
        return new Pipelines(postgres, camel());
    }

    /** The running routes, for what stands beside them. */
    public CamelContext camel() {
        return main.getCamelContext();
    }

    @Override
    public void close() {
        try {
            main.stop();
        } finally {
            page.close();
            postgres.close();
            s3.close();
        }
    }
}
