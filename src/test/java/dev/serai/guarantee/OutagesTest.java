package dev.serai.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.serai.mongo.ChangeLog;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is measured of room, and what statements say. */
class OutagesTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void a_disk_that_fills_is_full_after_what_is_free_by_the_slowest_of_three_minutes() {
        DiskOutlook disk = new DiskOutlook();
        assertThat(disk.seconds(100_000, 0)).isEmpty();
        assertThat(disk.seconds(94_000, MINUTE)).isEmpty();
        assertThat(disk.seconds(10_000, 2 * MINUTE)).as("one large file").isEmpty();
        assertThat(disk.seconds(4_000, 3 * MINUTE)).hasValue(40);
        assertThat(disk.seconds(3_000, 3 * MINUTE + 1)).as("at the rate before").hasValue(30);
        assertThat(disk.seconds(90_000, 4 * MINUTE)).as("somebody made room").isEmpty();
    }

    @Test
    void a_disk_says_how_much_is_free() {
        assertThat(Measurements.disk(2_500_000_000L, OptionalDouble.of(300)))
                .isEqualTo(new Outage(
                        "disk", "disk", 300.0, "2.5 GB are free where a run writes its files, and it is filling"));
        assertThat(Measurements.disk(2_500_000_000L, OptionalDouble.empty()).survivesSeconds())
                .isNull();
    }

    @Test
    void the_log_of_changes_lasts_from_its_oldest_to_what_is_loaded() {
        Outage outage = Measurements.window(NOW, NOW.minus(Duration.ofHours(2)));
        assertThat(outage.survivesSeconds()).isEqualTo(7_200);
        assertThat(outage.keptBy()).isEqualTo("changes");

        assertThat(Measurements.window(NOW, NOW.plusSeconds(5)).survivesSeconds())
                .as("lost already")
                .isZero();
    }

    @Test
    void the_oldest_change_is_read_from_a_server_that_has_a_log() {
        MongoServer server = new MongoServer(new MemoryBackend().version(ServerVersion.MONGO_5_0));
        server.enableOplog();
        server.bind("127.0.0.1", 0);
        try (MongoClient client = MongoClients.create(
                "mongodb://127.0.0.1:" + server.getLocalAddress().getPort())) {
            assertThat(ChangeLog.oldest(client)).isEmpty();

            Instant before = Instant.now().minusSeconds(2);
            client.getDatabase("a").getCollection("b").insertOne(new Document("c", 1));

            assertThat(ChangeLog.oldest(client)).hasValueSatisfying(at -> assertThat(at)
                    .isBetween(before, Instant.now().plusSeconds(2)));
        } finally {
            server.shutdown();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            insert into {dataset} as t (k, v) select k, v from i on conflict (k) do update set v = excluded.v where t.v <> excluded.v | true
            insert into {dataset} as t (k, v) select k, v from i on conflict (k) do update set v = t.v where t.v <> excluded.v        | false
            insert into {dataset} (k, v) select k, v from i on conflict do nothing                                                  | false
            insert into {dataset} (k) select k from i ), x as ( insert into o.t (k) values (1) on conflict (k) do update set k = excluded.k where true | false
            insert into {dataset} (k) select k from i ), x as ( update a.b set v = i.v                                              | true
            insert into {dataset} (k) select k from i -- on conflict (k) do update set k = excluded.k where                        | false
            """)
    void a_statement_replaces_a_row_if_it_gives_it_what_came(String sql, boolean replaces) {
        assertThat(RouteNeeds.replaces(sql, "a.b")).isEqualTo(replaces);
    }
}
