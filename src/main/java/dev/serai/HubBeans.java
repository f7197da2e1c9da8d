package dev.serai;

import com.zaxxer.hikari.HikariDataSource;
import dev.serai.alerts.Alerts;
import dev.serai.archive.Archives;
import dev.serai.catalogue.Catalogue;
import dev.serai.catalogue.RunEvents;
import dev.serai.community.CommunityPipeline;
import dev.serai.console.Answers;
import dev.serai.console.Questions;
import dev.serai.console.RouteDiagrams;
import dev.serai.dataset.DatasetFiles;
import dev.serai.guarantee.Guarantees;
import dev.serai.http.BoundedAnswers;
import dev.serai.http.RetryAfter;
import dev.serai.landing.LakeDays;
import dev.serai.landing.LandRaw;
import dev.serai.landing.PendingBook;
import dev.serai.landing.PendingObjects;
import dev.serai.landing.Redactor;
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
import dev.serai.nodes.Nodes;
import dev.serai.nodes.TimerPolicy;
import dev.serai.observe.Metrics;
import dev.serai.quality.AfterLoads;
import dev.serai.quality.Quality;
import dev.serai.rebuild.LandedRange;
import dev.serai.rebuild.ShadowTables;
import dev.serai.records.Declarations;
import dev.serai.records.RecordSteps;
import dev.serai.reload.AppliedFiles;
import dev.serai.reload.RouteFiles;
import dev.serai.reload.RouteReload;
import dev.serai.schedule.RequestedRuns;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import dev.serai.tls.Trust;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.quartz.SchedulerException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The beans that the routes name, made from the settings and bound in the registry before Camel starts; nobody is asked
 * for anything yet.
 *
 * <p>Accessors yield those that are needed beside the routes. Thread-safe; close after Camel has stopped.
 */
public final class HubBeans implements AutoCloseable {

    private final Main main;
    private final DataSource postgres;
    private final Settings settings;
    private final RequestedRuns requests;
    private final Clock clock = Clock.systemUTC();
    private final String node;
    private final Nodes nodes;
    private final Metrics metrics;
    private final Ledger ledger;
    private final PendingObjects pending;
    private final PendingBook pendingBook;
    private final ShadowTables shadows;
    private final LakeDays lakeDays;
    private final StreamBook streams;
    private final CommunityPipeline community;
    private final Quality quality;
    private final Guarantees guarantees;

    /**
     * @param postgres connections of the pipelines
     * @param page connections of the page, which may only read
     */
    HubBeans(
            Main main,
            DataSource postgres,
            HikariDataSource page,
            S3Client s3,
            Settings settings,
            AppliedFiles routes,
            RequestedRuns requests)
            throws UnknownHostException {
        this.main = main;
        this.postgres = postgres;
        this.settings = settings;
        this.requests = requests;
        node = InetAddress.getLocalHost().getHostName() + ":" + settings.text("management.port");
        metrics = new Metrics(postgres, node);
        nodes = new Nodes(
                purpose -> Postgres.session(settings, purpose),
                postgres,
                node,
                settings.number("nodes"),
                this::closeInterrupted,
                clock);
        ledger = new Ledger(postgres, node, clock, metrics.runs());
        pending = new PendingObjects(
                routes.zones(),
                s3,
                postgres,
                Duration.ofMillis(settings.number("landing.pending.min-age-ms")),
                Duration.ofMillis(settings.number("landing.pending.interval-ms")),
                clock);
        pendingBook = new PendingBook(postgres);
        shadows = new ShadowTables(postgres);
        lakeDays = new LakeDays(s3);
        StreamRuns streamRuns = new StreamRuns(ledger, nodes.leases(), clock);
        StreamStates streamStates = new StreamStates(postgres, node, clock, this::pipelineOf, metrics.batches());
        streams = new StreamBook(streamRuns, streamStates);
        community =
                new CommunityPipeline(settings, postgres, () -> runSoon("community-sweep"), () -> camel().isStopping());
        quality = new Quality(postgres, settings);
        guarantees = new Guarantees(routes, postgres, community.mongo());
        bindStores(s3);
        bindLedger(streamRuns, streamStates);
        bindLanding(s3);
        bindSources();
        bindCommunity();
        bindDatasets(routes);
        bindPage(page);
        bindArchives(s3);
        main.bind("pipelineSettings", routes);
        main.bind(RouteReload.RESOLVER, RouteReload.resolver(routes));
    }

    /** For a check of routes where no store is: the same beans, without any connection, by name. */
    public static Map<String, Object> unconnected(Settings settings, RouteFiles files) throws UnknownHostException {
        Main main = new Main(Application.class);
        try (HikariDataSource none = new HikariDataSource();
                S3Client s3 = ObjectStore.connect(settings)) {
            new HubBeans(main, none, none, s3, settings, new AppliedFiles(files, settings), new RequestedRuns())
                    .close();
            return main.lookupByType(Object.class);
        }
    }

    private void bindStores(S3Client s3) {
        main.bind("postgres", postgres);
        main.bind("s3", s3);
    }

    private void bindLedger(StreamRuns streamRuns, StreamStates streamStates) {
        TimerPolicy timers = new TimerPolicy(nodes.leases());
        RunPolicy runs = new RunPolicy(ledger, streamRuns, nodes.leases(), timers);
        main.bind("timerPolicyFactory", timers);
        main.bind("ledger", ledger);
        main.bind("run", runs);
        main.bind("runPolicyFactory", new RunPolicyFactory(runs));
        main.bind("streamRuns", streamRuns);
        main.bind("streamObserver", streamStates);
        main.bind("loadParameters", new LoadParameters());
        main.bind("raiseFault", new RaiseFault());
    }

    private void bindLanding(S3Client s3) {
        main.bind("landRaw", new LandRaw(s3));
        main.bind("redactor", new Redactor());
        main.bind("pendingObjects", pending);
        main.bind("pendingBook", pendingBook);
        main.bind("shadowTables", shadows);
        main.bind("landedRange", new LandedRange(s3));
        main.bind("lakeDays", lakeDays);
        main.bind("declarations", new Declarations());
        main.bind("readRecords", RecordSteps.read());
        main.bind("landMessages", RecordSteps.messages());
    }

    private void bindSources() {
        MqttComponent mqtt = new MqttComponent();
        mqtt.setSharing(nodes.subscriptions());
        Trust.of(settings).ifPresent(trust -> mqtt.setTlsSockets(trust.context().getSocketFactory()));
        main.bind("paho-mqtt5-component", mqtt);
        main.bind(
                "boundedAnswers",
                new BoundedAnswers(settings.number("http.max-body-bytes"), settings.number("http.total-timeout-ms")));
        main.bind("retryAfter", new RetryAfter(Duration.ofMillis(settings.number("http.retry-max-delay-ms")), clock));
    }

    private void bindCommunity() {
        main.bind("mongo", community.mongo());
        main.bind("newDocuments", new NewDocuments(community.mongo(), clock));
        main.bind("communityInserts", community.inserts());
        main.bind("communitySweep", community.sweep());
        main.bind("communityChanges", community.changes());
        main.bind("communityReconcile", community.reconcile());
    }

    private void bindDatasets(AppliedFiles routes) {
        main.bind("datasets", new DatasetFiles(routes.files(), Settings.declared(), postgres));
        main.bind("catalogue", new Catalogue(routes, postgres, clock));
        main.bind("runEvents", new RunEvents(postgres, settings, routes));
        main.bind("quality", quality);
        main.bind("afterLoads", new AfterLoads(postgres, quality, clock));
        main.bind("alerts", new Alerts(postgres));
        main.bind("guarantees", guarantees);
    }

    private void bindPage(HikariDataSource page) {
        main.bind("answers", new Answers(page));
        main.bind("questions", new Questions(page, this::camel));
        main.bind("routeDiagrams", new RouteDiagrams(this::camel));
    }

    private void bindArchives(S3Client s3) {
        Archives archives = Archives.of(settings, s3, clock);
        main.bind("archive", archives.archiveStep());
        main.bind("testRestore", archives.testRestoreStep());
        main.bind("settle", archives.settleStep());
    }

    /** After the run under way, or at once. */
    private void runSoon(String pipeline) {
        try {
            pipelines().run(pipeline);
        } catch (SchedulerException | SQLException e) {
            throw new IllegalStateException("%s cannot be run now: %s".formatted(pipeline, e.getMessage()), e);
        }
    }

    Pipelines pipelines() {
        return new Pipelines(postgres, camel(), requests, nodes.leases());
    }

    private void closeInterrupted(String ended) throws SQLException {
        ledger.closeInterrupted(ended);
    }

    private Optional<String> pipelineOf(String routeId) {
        return Optional.ofNullable(main.getCamelContext())
                .map(camel -> camel.getRoute(routeId))
                .map(Pipelines::name);
    }

    private CamelContext camel() {
        return main.getCamelContext();
    }

    /** This process among those that share the stores. */
    String node() {
        return node;
    }

    Nodes nodes() {
        return nodes;
    }

    Metrics metrics() {
        return metrics;
    }

    Ledger ledger() {
        return ledger;
    }

    PendingObjects pending() {
        return pending;
    }

    PendingBook pendingBook() {
        return pendingBook;
    }

    ShadowTables shadows() {
        return shadows;
    }

    LakeDays lakeDays() {
        return lakeDays;
    }

    StreamBook streams() {
        return streams;
    }

    CommunityPipeline community() {
        return community;
    }

    Quality quality() {
        return quality;
    }

    Guarantees guarantees() {
        return guarantees;
    }

    /** Ends the connection to MongoDB, and its threads, which would keep all of this for ever. */
    @Override
    public void close() {
        community.close();
    }
}
