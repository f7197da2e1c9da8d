package dev.serai.reload;

import dev.serai.ledger.Pipelines;
import dev.serai.reload.RouteVersions.Version;
import dev.serai.schedule.RequestedRuns;
import dev.serai.settings.Settings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ResourceResolver;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;

/**
 * Watches {@code routes/} and puts to work what is saved there, if all of it is right.
 *
 * <p>Looks at the contents several times a second, which works on every file system; what is the same twice is at rest and is
 * checked. If anything is wrong nothing changes, and {@code ops.route_finding} and the log say what. <br>
 * Thread-safe; the work is done in a thread of its own.
 */
public final class RouteReload implements AutoCloseable {

    /** The name under which {@link #resolver} is bound. */
    public static final String RESOLVER = SnapshotResolver.BEAN;

    private static final Logger LOG = LogManager.getLogger(RouteReload.class);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final int LONGEST_STOP_S = 20;

    private final Map<String, Object> beans;
    private final AppliedFiles applied;
    private final DataSource postgres;
    private final Settings settings;
    private final RequestedRuns requests;
    private final RouteVersions book;
    private final Clock clock;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "routes-watch");
        thread.setDaemon(true);
        return thread;
    });

    private final SortedMap<String, Version> versions = new TreeMap<>();
    private @Nullable LiveRoutes live;
    private @Nullable Pipelines pipelines;
    private @Nullable RouteCheck check;
    private @Nullable RouteFiles seen;
    private @Nullable RouteFiles judged;
    private List<Finding> findings = List.of();
    private Instant retryAt = Instant.MAX;
    private boolean written;

    /**
     * Watches nothing yet.
     *
     * @param beans what routes may name, by name
     * @param node this process, as in {@code ops.run}
     */
    public RouteReload(
            Map<String, Object> beans,
            AppliedFiles applied,
            DataSource postgres,
            Settings settings,
            RequestedRuns requests,
            String node,
            Clock clock) {
        this.beans = Map.copyOf(beans);
        this.applied = applied;
        this.postgres = postgres;
        this.settings = settings;
        this.requests = requests;
        this.book = new RouteVersions(postgres, node);
        this.clock = clock;
    }

    /** What gives Camel the files beside the routes as they were checked. */
    public static ResourceResolver resolver(AppliedFiles applied) {
        return new SnapshotResolver(applied::files);
    }

    /** Makes the tables that pipelines bring with them. */
    public void migrate() throws SQLException {
        new PipelineMigrations(postgres, settings).apply(applied.files());
    }

    /** Loads the routes into a context that is configured and has not started. */
    public void load(CamelContext camel) {
        LiveRoutes routes = new LiveRoutes(camel, applied, requests);
        try {
            routes.begin(check().parse(applied.files(), new ArrayList<>()));
        } catch (Exception e) {
            throw new IllegalStateException("the routes cannot be loaded", e);
        }
        live = routes;
    }

    /** What to say when the start failed: the mistakes in the routes, if there are any. */
    public Exception explained(Exception failure) {
        List<Finding> mistakes = check().check(applied.files()).findings();
        return mistakes.isEmpty()
                ? failure
                : new IllegalStateException(block(mistakes, "Serai does not start"), failure);
    }

    /** All routes run: notes their versions, and watches from now on if the settings say so. */
    public void started(Pipelines registry) {
        pipelines = registry;
        Collection<RouteFile> all =
                check().parse(applied.files(), new ArrayList<>()).values();
        noteVersions(all, all);
        tellListeners(applied.files());
        write();
        if (settings.text("routes.watch").equals("true")) {
            int pause = settings.number("routes.watch-interval-ms");
            ScheduledFuture<?> untilClose =
                    watch.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
            LOG.debug("watching {}: {}", applied.files().directory(), untilClose);
        }
    }

    private synchronized RouteCheck check() {
        RouteCheck ready = check;
        if (ready == null) {
            ready = new RouteCheck(beans, settings, postgres);
            check = ready;
        }
        return ready;
    }

    private void look() {
        try {
            RouteFiles now = RouteFiles.read(applied.files().directory());
            if (!now.equals(seen)) {
                seen = now; // somebody may still be writing
                return;
            }
            boolean due = clock.instant().isAfter(retryAt);
            if (!now.equals(judged) || due) {
                judged = now;
                retryAt = Instant.MAX;
                judge(now);
            }
        } catch (IOException e) {
            report(List.of(new Finding(
                    applied.files().directory().toString(),
                    1,
                    "the folder cannot be read: " + e,
                    "it holds the routes; nothing is changed until it is back")));
        } catch (RuntimeException e) {
            LOG.error("the routes could not be looked at", e);
        }
        if (!written) {
            write();
        }
    }

    private void judge(RouteFiles now) {
        if (now.routePaths().isEmpty()) {
            report(List.of(new Finding(
                    now.directory().toString(),
                    1,
                    "there is no route file",
                    "to stop everything, stop Serai; nothing is changed")));
            return;
        }
        RouteCheck.Result result = check().check(now);
        boolean same = now.equals(applied.files());
        if (!result.isRight()) {
            report(result.findings());
        } else if (same) {
            report(List.of());
        } else if (!result.sqlUnchecked().isEmpty()) {
            again(new Finding(
                    now.directory().toString(),
                    1,
                    result.sqlUnchecked(),
                    "the new version waits until its SQL can be checked"));
        } else {
            apply(now);
        }
    }

    private void again(Finding finding) {
        retryAt = clock.instant().plus(RETRY);
        report(List.of(finding));
    }

    private void apply(RouteFiles next) {
        LiveRoutes routes = live;
        if (routes == null) {
            return;
        }
        RouteFiles before = applied.files();
        SortedMap<String, RouteFile> parsed = check().parse(next, new ArrayList<>());
        Settings nextSettings = settings.with(SettingsCheck.settings(next));
        Affected affected = Affected.by(
                before, applied.settings(), check().parse(before, new ArrayList<>()), next, nextSettings, parsed);
        try {
            new PipelineMigrations(postgres, settings).apply(next);
            if (affected.isEmpty()) {
                applied.set(next);
            } else {
                routes.exchange(affected, next);
            }
        } catch (LiveRoutes.StillRunning e) {
            again(new Finding(
                    next.directory().toString(),
                    1,
                    "the new version waits for the run of %s that is under way".formatted(e.getMessage()),
                    "nothing needs to be done"));
            return;
        } catch (Exception e) {
            LOG.error("the new version could not be put to work; the one before runs", e);
            String file = affected.after().values().stream()
                    .findFirst()
                    .map(RouteFile::shown)
                    .orElse(next.directory().toString());
            report(List.of(new Finding(
                    file,
                    1,
                    "the new version could not be put to work: " + Causes.root(e),
                    "the one before runs; save the file again when the reason is gone")));
            return;
        }
        affected.before().keySet().forEach(path -> versions.values()
                .removeIf(version -> version.file().equals(next.shown(path))));
        noteVersions(affected.after().values(), parsed.values());
        tellListeners(next);
        findings = List.of();
        write();
        register();
        LOG.info("routes changed: {}", changes(before, next, affected));
    }

    private static String changes(RouteFiles before, RouteFiles next, Affected affected) {
        List<String> words = new ArrayList<>();
        for (String path : new TreeSet<>(next.differences(before))) {
            words.add((next.has(path) ? before.has(path) ? "" : "new " : "gone ") + path);
        }
        return "%s; exchanged: %s"
                .formatted(String.join(", ", words), affected.after().keySet());
    }

    private void noteVersions(Collection<RouteFile> exchanged, Collection<RouteFile> all) {
        LiveRoutes routes = live;
        if (routes == null) {
            return;
        }
        Instant now = clock.instant();
        for (RouteFile file : exchanged) {
            String version = RouteVersions.of(file, applied.files(), all);
            routes.routesOf(file.path()).forEach(route -> versions.put(route, new Version(file.shown(), version, now)));
        }
    }

    private void tellListeners(RouteFiles files) {
        for (Object bean : beans.values()) {
            if (bean instanceof RoutesListener listener) {
                try {
                    listener.applied(files);
                } catch (Exception e) {
                    LOG.error("{} could not take over the files", listener, e);
                }
            }
        }
    }

    private void register() {
        Pipelines registry = pipelines;
        if (registry != null) {
            try {
                registry.register();
            } catch (SQLException | SchedulerException e) {
                LOG.warn("the pipelines could not be registered: {}", e.getMessage());
            }
        }
    }

    private void report(List<Finding> now) {
        if (!now.equals(findings)) {
            findings = List.copyOf(now);
            if (now.isEmpty()) {
                LOG.info("the files in {} are as they run", applied.files().directory());
            } else {
                LOG.error("{}", block(now, "the version before keeps running"));
            }
            write();
        }
    }

    private static String block(List<Finding> mistakes, String consequence) {
        StringBuilder lines = new StringBuilder("%d %s in the routes; %s:"
                .formatted(mistakes.size(), mistakes.size() == 1 ? "mistake" : "mistakes", consequence));
        mistakes.forEach(
                mistake -> lines.append(System.lineSeparator()).append("  ").append(mistake));
        return lines.toString();
    }

    private void write() {
        try {
            book.write(versions, findings, clock.instant());
            written = true;
        } catch (SQLException e) {
            written = false; // written as soon as PostgreSQL is back
        }
    }

    /** Stops watching; an exchange that is going on is finished. */
    @Override
    public void close() {
        watch.shutdown();
        try {
            if (!watch.awaitTermination(LONGEST_STOP_S, TimeUnit.SECONDS)) {
                watch.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
