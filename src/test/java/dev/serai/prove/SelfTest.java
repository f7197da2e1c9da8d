package dev.serai.prove;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Whether a loss would be found at all: while loads wait for a lock the application is killed, once as it is and once with a
 * consumer that acknowledges before the commit. Passes only if the second loses readings and the first does not.
 */
final class SelfTest {

    static final String NAME = "self-test";
    private static final int WAITING = 3;
    private static final int SENT = 300;

    private final Site site;
    private final Path directory;

    SelfTest(Site site, Path directory) {
        this.site = site;
        this.directory = directory;
    }

    List<Verdict> run() throws Exception {
        return List.of(sound(), broken());
    }

    /** Kills a consumer that acknowledges before the commit; good only if a loss is found. */
    Verdict broken() throws Exception {
        return Verdict.ofLoss("self-test: broken on purpose", killed(BrokenConsumer.in(directory), WAITING));
    }

    private Verdict sound() throws Exception {
        return Verdict.of("self-test: as it is", killed(Map.of(), 1), Duration.ZERO);
    }

    private Tally killed(Map<String, String> changes, int waiting) throws Exception {
        Evidence evidence = new Evidence(site);
        Tally before = evidence.sensors();
        site.processes.start(changes, Map.of());
        try (Connection blocker = site.hub.connect();
                Statement statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(sensors.load_lock())");
            int enough = site.journal.sent() + SENT;
            site.resume();
            Site.until("messages are sent", () -> site.journal.sent() >= enough);
            Site.until(waiting + " loads wait", () -> loadsThatWait() >= waiting);
            site.processes.kill();
            site.pause();
            // The server notices that its client is gone only when it answers; nobody is to commit for a dead process.
            statement.execute(
                    "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted");
            Site.until("no load waits", () -> loadsThatWait() == 0);
        }
        site.startApplication();
        site.resume();
        site.awaitReadings(1);
        site.pause();
        // What the broker still had comes before what was sent last; so nothing can come after that.
        Site.until("what was sent last has arrived everywhere", evidence::hasLastReading);
        site.processes.kill();
        return evidence.sensors().since(before);
    }

    private long loadsThatWait() throws Exception {
        return Long.parseLong(
                site.hub.value("select count(*) from pg_locks where locktype = 'advisory' and not granted"));
    }
}
