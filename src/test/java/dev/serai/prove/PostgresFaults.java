package dev.serai.prove;

import static dev.serai.prove.Fault.Place.POSTGRES;

import dev.serai.faults.CommitPoint;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** PostgreSQL, and the way to it. */
final class PostgresFaults {

    private static final String READINGS = "insert into sensors.reading as r";
    private static final int TIMES = 3;
    private static final String TERMINATE =
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

    private PostgresFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.of(
                        POSTGRES,
                        "postgres-killed",
                        "kill -9 of the server and all its processes, then a start",
                        (site, random) -> site.stack.postgres().kill(),
                        (site, random) -> site.stack.postgres().start()),
                Fault.of(
                        POSTGRES,
                        "postgres-restarted",
                        "the server is stopped and started",
                        (site, random) -> site.stack.postgres().stop(),
                        (site, random) -> site.stack.postgres().start()),
                Fault.of(
                                POSTGRES,
                                "postgres-killed-during-commit",
                                "kill -9 of the server while the COMMIT of readings is on its way",
                                (site, random) -> {
                                    AtomicInteger reached = new AtomicInteger();
                                    site.toPostgres.through(
                                            () -> CommitPoint.before(READINGS, reached::incrementAndGet));
                                    Site.until("a commit of readings is on its way", () -> reached.get() > 0);
                                    site.stack.postgres().kill();
                                },
                                (site, random) -> {
                                    site.stack.postgres().start();
                                    site.toPostgres.heal();
                                })
                        .waiting(),
                Fault.of(
                                POSTGRES,
                                "postgres-answer-lost",
                                "the server commits readings and its answer never arrives, three times",
                                PostgresFaults::loseAnswers,
                                (site, random) -> site.toPostgres.heal())
                        .waiting(),
                Fault.of(
                        POSTGRES,
                        "postgres-backends-terminated",
                        "all its sessions are ended by an administrator, three times",
                        (site, random) -> {
                            for (int i = 0; i < TIMES; i++) {
                                administer(site, TERMINATE);
                                Site.hold(Duration.ofMillis(random.nextInt(1_000)));
                            }
                        },
                        (site, random) -> {}),
                Fault.of(
                        POSTGRES,
                        "postgres-read-only",
                        "every transaction is read-only",
                        (site, random) -> readOnly(site, "on"),
                        (site, random) -> readOnly(site, "off")),
                locked("postgres-readings-locked", "sensors.reading_1min"),
                locked("postgres-ads-locked", "ads.impression"),
                Fault.of(
                        POSTGRES,
                        "postgres-cut",
                        "no connection to the server",
                        (site, random) -> site.toPostgres.cut(),
                        (site, random) -> site.toPostgres.heal()),
                Fault.of(
                        POSTGRES,
                        "postgres-slow",
                        "every packet to and from the server takes 40 ms longer",
                        (site, random) -> site.toPostgres.slow(),
                        (site, random) -> site.toPostgres.heal()),
                Fault.of(
                        POSTGRES,
                        "postgres-hanging",
                        "connections to the server stand and carry nothing",
                        (site, random) -> site.toPostgres.hang(),
                        (site, random) -> site.toPostgres.heal()));
    }

    private static void loseAnswers(Site site, Random random) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            AtomicInteger lost = new AtomicInteger();
            AtomicInteger first = new AtomicInteger(1 + random.nextInt(2));
            site.toPostgres.through(() -> CommitPoint.after(READINGS, first, lost::incrementAndGet));
            Site.until("an answer was lost", () -> lost.get() > 0);
        }
    }

    private static void readOnly(Site site, String value) throws Exception {
        administer(
                site,
                "do $$ begin execute format('alter database %%I set default_transaction_read_only = %s', current_database()); end $$"
                        .formatted(value));
        administer(site, TERMINATE);
    }

    private static Fault locked(String name, String table) {
        return Fault.of(
                POSTGRES,
                name,
                "somebody holds a lock on %s that excludes everybody".formatted(table),
                (site, random) -> site.hold("lock table %s in access exclusive mode".formatted(table)),
                (site, random) -> site.letGo());
    }

    private static void administer(Site site, String sql) throws Exception {
        try (Connection connection = site.administrator();
                Statement statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute(sql);
        }
    }
}
