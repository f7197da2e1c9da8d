package dev.serai;

import com.zaxxer.hikari.HikariDataSource;
import dev.serai.console.Comparisons;
import dev.serai.console.ManagementServer;
import dev.serai.console.PageFiles;
import dev.serai.console.PipelineTable;
import dev.serai.console.StoreHealth;
import dev.serai.http.ServerAddress;
import dev.serai.landing.CatchUp;
import dev.serai.landing.DayReplay;
import dev.serai.ledger.DeadLetters;
import dev.serai.ledger.Ledger;
import dev.serai.ledger.Pipelines;
import dev.serai.observe.ObjectStoreHealth;
import dev.serai.observe.SourceHealth;
import dev.serai.observe.Traces;
import dev.serai.rebuild.Rebuild;
import dev.serai.reload.AppliedFiles;
import dev.serai.reload.RouteFiles;
import dev.serai.reload.RouteReload;
import dev.serai.schedule.RequestedRuns;
import dev.serai.schedule.ScheduleKeeper;
import dev.serai.schedule.ServedRoutes;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private final RequestedRuns requests = new RequestedRuns();
    private @Nullable HubBeans beans;
    private @Nullable RouteReload reload;
    private @Nullable ScheduleKeeper schedules;
    private @Nullable Traces traces;

    private Application(Main main, HikariDataSource postgres, HikariDataSource page, S3Client s3) {
        this.main = main;
        this.postgres = postgres;
        this.page = page;
        this.s3 = s3;
    }

    public static Application start(Settings settings) throws Exception {
        addresses(settings).forEach(ServerAddress::requireFree);
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

    private static List<ServerAddress> addresses(Settings settings) {
        return List.of(
                ServerAddress.of("the page", "page", settings), ServerAddress.of("management", "management", settings));
    }

    private void run(Settings settings) throws Exception {
        Postgres.migrate(postgres, settings);
        AppliedFiles routes =
                new AppliedFiles(RouteFiles.atStart(Path.of(settings.text("routes.directory"))), settings);
        HubBeans parts = new HubBeans(main, postgres, page, s3, settings, routes, requests);
        beans = parts;
        parts.ledger().closeInterrupted();
        parts.nodes().begin();
        // Those of the pipelines come from their files, which may change.
        Settings.declared().forEach(key -> main.addOverrideProperty(key, settings.text(key)));
        encrypt(settings);
        RouteReload live = new RouteReload(
                main.lookupByType(Object.class), routes, postgres, settings, requests, parts.node(), Clock.systemUTC());
        reload = live;
        live.migrate();
        parts.streams().start();
        ScheduleKeeper keeper = new ScheduleKeeper(
                postgres,
                () -> pipelines().schedules(),
                () -> pipelines().timers(),
                () -> pipelines().register(),
                requests,
                parts.nodes().leases(),
                Clock.systemUTC());
        schedules = keeper;
        Optional<Traces> tracing = Traces.of(settings, parts.node());
        traces = tracing.orElse(null);
        tracing.ifPresent(on -> on.bind(main));
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport configured) {
                tracing.ifPresent(on -> on.install(configured.getCamelContext()));
                live.load(configured.getCamelContext());
                try {
                    // Camel starts its scheduler after all that is told of the start here.
                    configured.getCamelContext().addStartupListener((camel, alreadyStarted) -> keeper.begin());
                } catch (Exception e) {
                    throw new IllegalStateException("the schedules cannot be kept", e);
                }
            }
        });
        parts.community().setClock(settings.text("community.clock"));
        try {
            main.start();
        } catch (Exception e) {
            throw live.explained(e);
        }

        CamelContext camel = main.getCamelContext();
        addresses(settings).forEach(address -> address.requireBound(camel));
        Pipelines pipelines = pipelines();
        HealthCheckRegistry health = camel.getCamelContextExtension().getContextPlugin(HealthCheckRegistry.class);
        health.register(new StoreHealth(postgres));
        health.register(new ObjectStoreHealth(s3));
        health.register(new SourceHealth(postgres, parts.node()));
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
                        parts.quality()::lines)
                .install(camel, settings);
        parts.metrics().install(camel, settings);
        PageFiles.install(camel, settings);
        pipelines.register(keeper.caughtUp());
        parts.guarantees().refresh();
        parts.nodes().serve(new ServedRoutes(camel, Clock.systemUTC()));
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
        if (parts.nodes().isFirst() || settings.number("nodes") == 1) {
            runAtStart(settings, pipelines, keeper.caughtUp());
        }
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

    private static void runAtStart(Settings settings, Pipelines pipelines, Set<String> caughtUp)
            throws SchedulerException, SQLException {
        for (String pipeline : settings.text("run-at-start").split(",", -1)) {
            if (!pipeline.isBlank() && !caughtUp.contains(pipeline.strip())) {
                pipelines.run(pipeline.strip());
            }
        }
    }

    public Pipelines pipelines() {
        HubBeans parts = beans;
        if (parts == null) {
            throw new IllegalStateException("not started yet");
        }
        return parts.pipelines();
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
            if (keeper != null) {
                keeper.endScheduler();
            }
            if (beans != null) {
                beans.streams().close();
                beans.nodes().close();
            }
        } finally {
            if (beans != null) {
                beans.close();
            }
            if (traces != null) {
                traces.close();
            }
            page.close();
            postgres.close();
            s3.close();
        }
    }
}
