package dev.serai.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.serai.simulators.community.CommunityBulk;
import dev.serai.stack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Measures how the tables of the community follow their source, in one run: {@code CommunityBench [USERS]}, with ten
 * messages for each user and a group for a hundred.
 *
 * <p>The first sync beside a bare scan of the collections and a bare load of the same rows; a sweep that finds nothing beside
 * the bare scan; changes until they are visible; the answers about all of it. The application is a process of its own with
 * its own routes. The source is the server at {@code COMMUNITY_MONGO_URL}, in a database that is dropped before and after,
 * else the wire server of the local stack, which runs in this process. Ratios count.
 */
public final class CommunityBench {

    private static final int USERS = 40_000;
    private static final int USERS_PER_GROUP = 100;
    private static final int MESSAGES_PER_USER = 10;
    private static final int CHANGES = 1_000;
    private static final String DATABASE = "seraiBench";
    private static final String NEVER = "0 0 0 1 1 ? 2099";
    private static final List<String> COLLECTIONS = List.of("users", "groups", "messages");
    private static final List<String> TABLES =
            List.of("users", "groups", "messages", "subscriptions", "invoices", "plans");
    private static final List<String> ANSWERS = List.of(
            "community_sign_up",
            "community_plan",
            "community_a_b",
            "community_messages_per_user",
            "community_messages_per_group",
            "community_invoice_month");

    private final Map<String, String> settings;
    private final MongoDatabase database;
    private final Path directory;

    private CommunityBench(Map<String, String> settings, MongoDatabase database, Path directory) {
        this.settings = settings;
        this.database = database;
        this.directory = directory;
    }

    public static void main(String[] arguments) throws Exception {
        int users = arguments.length == 0 ? USERS : Integer.parseInt(arguments[0]);
        Path directory = Files.createTempDirectory("serai-bench-");
        Optional<String> server = Optional.ofNullable(System.getenv("COMMUNITY_MONGO_URL"));
        try (LocalStack stack = LocalStack.throwAway()) {
            Map<String, String> settings = new HashMap<>(stack.settings());
            server.ifPresent(url -> settings.put("community.mongo.url", url));
            settings.put("postgres.url", stack.freshDatabase());
            settings.put("community.mongo.database", DATABASE);
            settings.put("community.sweep.documents-per-second", "1000000000");
            // The stand-in sorts all documents before it answers with the first.
            settings.put("community.mongo.timeout-ms", "300000");
            System.out.println("source                       "
                    + (server.isPresent()
                            ? "the server at COMMUNITY_MONGO_URL"
                            : "the wire server of the local stack"));
            try (MongoClient client = MongoClients.create(settings.get("community.mongo.url"))) {
                MongoDatabase database = client.getDatabase(DATABASE);
                database.drop();
                new CommunityBench(settings, database, directory).run(users);
                database.drop();
            }
        }
        System.out.println("files of this run are in     " + directory);
        System.exit(0);
    }

    private void run(int users) throws Exception {
        int messages = users * MESSAGES_PER_USER;
        CommunityBulk.fill(database, users, users / USERS_PER_GROUP, messages, Instant.now(), 42);
        BareScan.of(database, COLLECTIONS); // warms up
        BareScan scan = BareScan.of(database, COLLECTIONS);
        System.out.printf(
                "bare scan                    %,d documents, %,d MB in %.1f s: %,.0f documents/s%n",
                scan.documents(), scan.bytes() >> 20, scan.seconds(), scan.documents() / scan.seconds());
        settings.put("community.sweep.schedule", NEVER);
        try (HubProcess hub = start("sync")) {
            firstSync(hub, scan);
            sweeps(hub, scan);
            answers(hub);
            memory(hub);
        }
        settings.put("community.sweep.schedule", "* * * * * ?"); // one after the other
        try (HubProcess hub = start("changes")) {
            new CommunityChanges(hub, database).measure(CHANGES);
            memory(hub);
        }
    }

    private HubProcess start(String name) throws Exception {
        HubProcess hub = new HubProcess(Files.createDirectories(directory.resolve(name)), settings, Set.of());
        hub.await("select to_regclass('mart.community_invoice_month') is not null");
        return hub;
    }

    private void firstSync(HubProcess hub, BareScan scan) throws Exception {
        // a run of a stream is a minute, so it is not its end that counts
        hub.await(
                ("select coalesce(sum(read), 0) >= %d and exists (select from ops.run where route = 'community-mongo-to-postgres')"
                                + " from ops.load where pipeline = 'community'")
                        .formatted(scan.documents()));
        hub.require("select count(*) from community.document where not rejected", scan.documents());
        double seconds = Double.parseDouble(hub.value(
                "select extract(epoch from (select max(loaded_at) from ops.load where pipeline = 'community') - min(started_at))"
                        + " from ops.run where route = 'community-mongo-to-postgres'"));
        System.out.printf(
                "until then                   processor: its own %.1f s, start included, PostgreSQL %.1f s%n",
                hub.use().cpuSeconds(), hub.postgres().cpuSeconds());
        BareCopy bare;
        try (Connection second = DriverManager.getConnection(
                settings.get("postgres.url"), settings.get("postgres.user"), settings.get("postgres.password"))) {
            bare = new BareCopy(second, hub.connection()).tables("community", TABLES);
        }
        System.out.printf(
                "bare load of the same rows   %,d rows in %.1f s: %,.0f rows/s%n",
                bare.rows(), bare.seconds(), bare.rows() / bare.seconds());
        System.out.printf(
                "first sync                   %.1f s: %,.0f documents/s, %,.0f rows/s; %.2f of the speed of bare scan and load%n",
                seconds,
                scan.documents() / seconds,
                bare.rows() / seconds,
                (scan.seconds() + bare.seconds()) / seconds);
    }

    private static void sweeps(HubProcess hub, BareScan scan) throws Exception {
        hub.run("community-sweep"); // warms up
        hub.run("community-sweep");
        double seconds = Double.parseDouble(hub.value(
                "select extract(epoch from finished_at - started_at) from ops.run where route = 'community-sweep'"
                        + " and state in ('succeeded', 'empty') order by started_at desc limit 1"));
        System.out.printf(
                "sweep that finds nothing     %.1f s: %,.0f documents/s, %.2f times the bare scan%n",
                seconds, scan.documents() / seconds, seconds / scan.seconds());
    }

    private static void answers(HubProcess hub) throws Exception {
        for (String answer : ANSWERS) {
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                // every value asked for: a count alone would let PostgreSQL leave out what makes them
                hub.value("select sum(length(answer::text)) from mart.%s answer".formatted(answer));
                least = Math.min(least, System.nanoTime() - begin);
            }
            System.out.printf("mart.%-35s %,6d ms%n", answer, least / 1_000_000);
        }
    }

    private static void memory(HubProcess hub) throws Exception {
        System.out.printf(
                "application                  peak memory %d MB%n", hub.use().peakMegabytes());
    }
}
