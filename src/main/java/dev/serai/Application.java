package dev.serai;

import com.zaxxer.hikari.HikariDataSource;
import dev.serai.alerts.Alerts;
import dev.serai.archive.Archives;
import dev.serai.catalogue.Catalogue;
import dev.serai.catalogue.RunEvents;
import dev.serai.community.CommunityPipeline;
import dev.serai.console.Answers;
import dev.serai.console.Comparisons;
import dev.serai.console.ManagementServer;
import dev.serai.console.PageFiles;
import dev.serai.console.PipelineTable;
import dev.serai.console.Questions;
import dev.serai.console.RouteDiagrams;
import dev.serai.console.StoreHealth;
import dev.serai.dataset.DatasetFiles;
import dev.serai.http.BoundedAnswers;
import dev.serai.http.RetryAfter;
import dev.serai.http.ServerAddress;
import dev.serai.landing.CatchUp;
import dev.serai.landing.DayReplay;
import dev.serai.landing.LakeDays;
import dev.serai.landing.LandRaw;
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
import dev.serai.ledger.StreamBook;
import dev.serai.ledger.StreamRuns;
import dev.serai.ledger.StreamStates;
import dev.serai.mongo.NewDocuments;
import dev.serai.mqtt.MqttComponent;
import dev.serai.observe.Metrics;
import dev.serai.observe.ObjectStoreHealth;
import dev.serai.observe.SourceHealth;
import dev.serai.quality.AfterLoads;
import dev.serai.quality.Quality;
import dev.serai.rebuild.LandedRange;
import dev.serai.rebuild.Rebuild;
import dev.serai.rebuild.ShadowTables;
import dev.serai.records.Declarations;
import dev.serai.records.RecordSteps;
import dev.serai.reload.AppliedFiles;
import dev.serai.reload.RouteFiles;
import dev.serai.reload.RouteReload;
import dev.serai.schedule.ScheduleKeeper;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import dev.serai.tls.Trust;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
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
    private @Nullable StreamBook streams;
    private @Nullable RouteReload reload;
    private @Nullable ScheduleKeeper schedules;
    private @Nullable CommunityPipeline community;
    private @Nullable Quality quality;

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
        AppliedFiles routes =
                new AppliedFiles(RouteFiles.atStart(Path.of(settings.text("routes.directory"))), settings);
        Parts parts = assemble(settings, routes);
        parts.ledger().closeInterrupted();
        // Those of the pipelines come from their files, which may change.
        Settings.declared().forEach(key -> main.addOverrideProperty(key, settings.text(key)));
        encrypt(settings);
        RouteReload live = new RouteReload(
                main.lookupByType(Object.class), routes, postgres, settings, node(settings), Clock.systemUTC());
        reload = live;
        live.migrate();
        if (streams != null) {
            streams.start();
        }
        ScheduleKeeper keeper = new ScheduleKeeper(
                postgres, () -> pipelines().schedules(), () -> pipelines().register(), Clock.systemUTC());
        schedules = keeper;
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport configured) {
                live.load(configured.getCamelContext());
                try {
                    // Camel starts its scheduler after all that is told of the start here.
                    configured.getCamelContext().addStartupListener((camel, alreadyStarted) -> keeper.begin());
                } catch (Exception e) {
                    throw new IllegalStateException("the schedules cannot be kept", e);
                }
            }
        });
        if (community != null) {
            community.setClock(settings.text("community.clock"));
        }
        try {
            main.start();
        } catch (Exception e) {
            throw live.explained(e);
        }

        CamelContext camel = main.getCamelContext();
        Pipelines pipelines = pipelines();
        HealthCheckRegistry health = camel.getCamelContextExtension().getContextPlugin(HealthCheckRegistry.class);
        health.register(new StoreHealth(postgres));
        health.register(new ObjectStoreHealth(s3));
        health.register(new SourceHealth(postgres, node(settings)));
        Ledger ledger = parts.ledger();
        CatchUp catchUp = new CatchUp(parts.pending(), parts.pendingBook(), ledger, camel);
        Rebuild rebuild = new Rebuild(postgres, parts.shadows(), ledger, camel);
        new ManagementServer(
                        pipelines,
                        keeper,
                        catchUp,
                        new DeadLetters(postgres, ledger, camel),
                        new DayReplay(postgres, parts.lakeDays(), ledger, camel),
                        new PipelineTable(postgres),
                        ledger,
                        rebuild,
                        new Comparisons(postgres),
                        routes.zones(),
                        this::findings)
                .install(camel, settings);
        parts.metrics().install(camel, settings);
        PageFiles.install(camel, settings);
        pipelines.register(keeper.caughtUp());
        keeper.start();
        live.started(pipelines);
        LOG.info(
                "ready {} ms after the start: {} routes, pipelines {}, page http://{}:{}/",
                System.currentTimeMillis()
                        - ManagementFactory.getRuntimeMXBean().getStartTime(),
                camel.getRoutesSize(),
                pipelines.names(),
                settings.text("page.host"),
                settings.text("page.port"));
        runAtStart(settings, pipelines, keeper.caughtUp());
    }

    /** Lets both servers speak HTTPS if there is a key for it. */
    private void encrypt(Settings settings) {
        if (!settings.text("tls.key-store").isEmpty()) {
            main.addOverrideProperty("camel.ssl.enabled", "true");
            main.addOverrideProperty("camel.ssl.keyStore", "file:" + settings.text("tls.key-store"));
            main.addOverrideProperty("camel.ssl.keystorePassword", settings.text("tls.key-store-password"));
            main.addOverrideProperty("camel.server.useGlobalSslContextParameters", "true");
            main.addOverrideProperty("camel.management.useGlobalSslContextParameters", "true");
        }
    }

    /** What is needed beside the routes. */
    private record Parts(
            Ledger ledger,
            PendingObjects pending,
            PendingBook pendingBook,
            ShadowTables shadows,
            LakeDays lakeDays,
            Metrics metrics) {}

    /** Makes the beans that the routes name and binds them. Nobody is asked for anything yet. */
    private Parts assemble(Settings settings, AppliedFiles routes) throws UnknownHostException {
        Clock clock = Clock.systemUTC();
        Metrics metrics = new Metrics(postgres, node(settings));
        Ledger ledger = new Ledger(postgres, node(settings), clock, metrics.runs());
        main.bind("pipelineSettings", routes);
        main.bind(RouteReload.RESOLVER, RouteReload.resolver(routes));
        PendingObjects pending = pendingObjects(settings, routes, clock);
        PendingBook pendingBook = new PendingBook(postgres);
        main.bind("pendingObjects", pending);
        main.bind("pendingBook", pendingBook);
        ShadowTables shadows = new ShadowTables(postgres);
        main.bind("shadowTables", shadows);
        main.bind("landedRange", new LandedRange(s3));
        LakeDays lakeDays = new LakeDays(s3);
        main.bind("lakeDays", lakeDays);
        main.bind("datasets", new DatasetFiles(routes.files(), Settings.declared(), postgres));
        main.bind("catalogue", new Catalogue(routes, postgres, clock));
        main.bind("runEvents", new RunEvents(postgres, settings, routes));
        bind(settings, ledger, clock);
        return new Parts(ledger, pending, pendingBook, shadows, lakeDays, metrics);
    }

    /** The beans that routes may name, without any connection: to check routes where no store is. */
    public static Map<String, Object> beans(Settings settings, RouteFiles files) throws UnknownHostException {
        Main main = new Main(Application.class);
        Application checked =
                new Application(main, new HikariDataSource(), new HikariDataSource(), ObjectStore.connect(settings));
        checked.assemble(settings, new AppliedFiles(files, settings));
        if (checked.community != null) {
            checked.community.close(); // or its threads would keep all of this for ever
        }
        return main.lookupByType(Object.class);
    }

    /** The beans that the routes name. */
    private void bind(Settings settings, Ledger ledger, Clock clock) throws UnknownHostException {
        StreamRuns streamRuns = new StreamRuns(ledger, clock);
        StreamStates streamStates = new StreamStates(postgres, node(settings), clock, this::pipelineOf);
        streams = new StreamBook(streamRuns, streamStates);
        RunPolicy runs = new RunPolicy(ledger, streamRuns);
        main.bind("streamRuns", streamRuns);
        main.bind("streamObserver", streamStates);
        main.bind("postgres", postgres);
        main.bind("answers", new Answers(page));
        main.bind("questions", new Questions(page, this::camel));
        main.bind("routeDiagrams", new RouteDiagrams(this::camel));
        main.bind("s3", s3);
        main.bind("ledger", ledger);
        main.bind("run", runs);
        main.bind("runPolicyFactory", new RunPolicyFactory(runs));
        main.bind("redactor", new Redactor());
        MqttComponent mqtt = new MqttComponent();
        Trust.of(settings).ifPresent(trust -> mqtt.setTlsSockets(trust.context().getSocketFactory()));
        main.bind("paho-mqtt5-component", mqtt);
        main.bind("landRaw", new LandRaw(s3));
        main.bind("loadParameters", new LoadParameters());
        main.bind("declarations", new Declarations());
        main.bind("readRecords", RecordSteps.read());
        main.bind("landMessages", RecordSteps.messages());
        main.bind("raiseFault", new RaiseFault());
        Archives archives = Archives.of(settings, s3, clock);
        main.bind("archive", archives.archiveStep());
        main.bind("testRestore", archives.testRestoreStep());
        main.bind("settle", archives.settleStep());
        main.bind(
                "boundedAnswers",
                new BoundedAnswers(settings.number("http.max-body-bytes"), settings.number("http.total-timeout-ms")));
        bindCommunity(settings);
        Quality checks = new Quality(postgres, settings);
        quality = checks;
        main.bind("quality", checks);
        main.bind("afterLoads", new AfterLoads(postgres, checks, clock));
        main.bind("alerts", new Alerts(postgres));
        main.bind("retryAfter", new RetryAfter(Duration.ofMillis(settings.number("http.retry-max-delay-ms")), clock));
    }

    /** Nothing is asked of MongoDB or PostgreSQL yet. */
    private void bindCommunity(Settings settings) {
        CommunityPipeline pipeline =
                new CommunityPipeline(settings, postgres, () -> runSoon("community-sweep"), () -> camel().isStopping());
        community = pipeline;
        main.bind("mongo", pipeline.mongo());
        main.bind("newDocuments", new NewDocuments(pipeline.mongo(), Clock.systemUTC()));
        main.bind("communityInserts", pipeline.inserts());
        main.bind("communitySweep", pipeline.sweep());
        main.bind("communityChanges", pipeline.changes());
        main.bind("communityReconcile", pipeline.reconcile());
    }

    /** After the run under way, or at once. */
    private void runSoon(String pipeline) {
        try {
            pipelines().run(pipeline);
        } catch (SchedulerException e) {
            throw new IllegalStateException("%s cannot be run now: %s".formatted(pipeline, e.getMessage()), e);
        }
    }

    /** What the checks of a run found, if it was a run of checks. */
    private List<String> findings(UUID runId) throws SQLException {
        return quality == null ? List.of() : quality.lines(runId);
    }

    private PendingObjects pendingObjects(Settings settings, AppliedFiles routes, Clock clock) {
        return new PendingObjects(
                routes.zones(),
                s3,
                postgres,
                Duration.ofMillis(settings.number("landing.pending.min-age-ms")),
                Duration.ofMillis(settings.number("landing.pending.interval-ms")),
                clock);
    }

    private static void runAtStart(Settings settings, Pipelines pipelines, Set<String> caughtUp)
            throws SchedulerException {
        for (String pipeline : settings.text("run-at-start").split(",", -1)) {
            if (!pipeline.isBlank() && !caughtUp.contains(pipeline.strip())) {
                pipelines.run(pipeline.strip());
            }
        }
    }

    private static String node(Settings settings) throws UnknownHostException {
        return InetAddress.getLocalHost().getHostName() + ":" + settings.text("management.port");
    }

    private Optional<String> pipelineOf(String routeId) {
        return Optional.ofNullable(main.getCamelContext())
                .map(camel -> camel.getRoute(routeId))
                .map(Pipelines::name);
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
            RouteReload live = reload;
            if (live != null) {
                live.close();
            }
            ScheduleKeeper keeper = schedules;
            if (keeper != null) {
                keeper.close();
            }
            main.stop();
            if (streams != null) {
                streams.close();
            }
        } finally {
            if (community != null) {
                community.close();
            }
            page.close();
            postgres.close();
            s3.close();
        }
    }
}
