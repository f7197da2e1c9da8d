package dev.serai.prove;

import dev.serai.Hub;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes of the application: one, or several on the same stores, which take over from each other.
 *
 * <p>For one thread, but for {@link #shoot}. Close after use.
 */
final class Processes implements AutoCloseable {

    /** Until the others must hold everything that a killed one held. */
    private static final Duration TAKEOVER = Duration.ofSeconds(20);

    private static final int OK = 200;
    private static final int SUBSCRIPTIONS = 2;

    private final Hub hub;
    private final List<Map<String, String>> settings = new ArrayList<>();
    private final List<String> ports = new ArrayList<>();
    private final List<@Nullable Process> started;

    /**
     * Starts none yet.
     *
     * @param lines addresses of the stores, for each process its own
     */
    Processes(Hub hub, List<Map<String, String>> lines) throws IOException {
        this.hub = hub;
        started = Collections.synchronizedList(new ArrayList<>(Collections.nCopies(lines.size(), null)));
        for (Map<String, String> line : lines) {
            Map<String, String> all = new HashMap<>(line);
            all.put("nodes", Integer.toString(lines.size()));
            boolean first = settings.isEmpty();
            ports.add(first ? hub.settings().text("management.port") : Hub.freePort());
            if (!first) {
                all.put("page.port", Hub.freePort());
                all.put("management.port", ports.get(ports.size() - 1));
            }
            settings.add(all);
        }
    }

    boolean areSeveral() {
        return settings.size() > 1;
    }

    /**
     * Starts those that are not alive, and yields when all are ready. Where others live, these must have taken over first.
     *
     * @param changes settings that differ this time
     * @param environment variables that are no settings
     */
    void start(Map<String, String> changes, Map<String, String> environment) throws Exception {
        if (started.stream().anyMatch(Processes::isAlive)) {
            awaitTakeover();
        }
        String begin = hub.value("select clock_timestamp()::text");
        for (int i = 0; i < settings.size(); i++) {
            if (!isAlive(started.get(i))) {
                Map<String, String> all = new HashMap<>(settings.get(i));
                all.putAll(changes);
                started.set(i, hub.launch(all, environment));
            }
        }
        Site.until("the application is ready; see target/hub-process.log", () -> {
            if (!areAlive()) {
                throw new IllegalStateException("the application has ended; see target/hub-process.log");
            }
            return haveShares(begin) && answersOperator();
        });
    }

    /** One that died may have held schedules and sessions. */
    private void awaitTakeover() throws Exception {
        List<String> dead = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            if (!isAlive(started.get(i))) {
                dead.add("%:" + ports.get(i));
            }
        }
        String left = "select count(*) from ops.lease where node is null or node like any (string_to_array(?, ' '))";
        Site.until("the others have taken over from a process that died", TAKEOVER, () -> hub.value(
                        left, String.join(" ", dead))
                .equals("0"));
    }

    /** Whether both subscriptions stand, and each process has something to do. */
    private boolean haveShares(String begin) throws SQLException {
        if (!areSeveral()) {
            return hub.value(
                            "select count(*) from ops.stream where connected and updated_at > cast(? as timestamptz)",
                            begin)
                    .equals(Integer.toString(SUBSCRIPTIONS));
        }
        return hub.value("select count(*) from ops.stream where connected")
                        .equals(Integer.toString(SUBSCRIPTIONS * settings.size()))
                && hub.value("""
                        select count(distinct l.process) from ops.lease l join ops.node n using (process)
                        where l.expires_at > clock_timestamp() and n.serves and n.seen_at > clock_timestamp() - interval '5 seconds'""").equals(Integer.toString(settings.size()));
    }

    private boolean answersOperator() throws Exception {
        try {
            return hub.managed("/operate/pipelines").statusCode() == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static boolean isAlive(@Nullable Process process) {
        return process != null && process.isAlive();
    }

    /** Whether all of them are. */
    boolean areAlive() {
        return started.stream().allMatch(Processes::isAlive);
    }

    List<Long> pids() {
        return started.stream().filter(Objects::nonNull).map(Process::pid).toList();
    }

    private Process process(int index) {
        Process process = started.get(index);
        if (process == null) {
            throw new IllegalStateException("the application has not been started");
        }
        return process;
    }

    /** All of them, by SIGKILL. */
    void kill() throws InterruptedException {
        for (Process process : started) {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    /** One of them, by SIGKILL. */
    void killOne(Random random) throws InterruptedException {
        process(random.nextInt(started.size())).destroyForcibly().waitFor();
    }

    /** By SIGKILL, and does not wait for its end. */
    void shoot(int index) {
        process(index).destroyForcibly();
    }

    /** One of them, as {@code make stop} does it. */
    void stopOne(Random random) throws InterruptedException {
        stop(process(random.nextInt(started.size())));
    }

    /** All of them, as {@code make stop} does it. */
    void stop() throws InterruptedException {
        for (Process process : started) {
            if (process != null) {
                stop(process);
            }
        }
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(Site.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the application does not end");
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
