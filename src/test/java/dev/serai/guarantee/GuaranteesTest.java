package dev.serai.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the running hub says is guaranteed, and what it says of states made by hand. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuaranteesTest {

    private Hub hub;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @BeforeEach
    void withoutTides() throws SQLException {
        hub.rows("delete from ops.pipeline where pipeline = 'tides'");
        hub.rows("delete from ops.stream where pipeline = 'tides'");
        refresh();
    }

    private void refresh() throws SQLException {
        hub.application()
                .camel()
                .getRegistry()
                .lookupByNameAndType("guarantees", Guarantees.class)
                .refresh();
    }

    @Test
    void every_pipeline_has_one_from_the_start_on() throws SQLException {
        assertThat(hub.rows("select pipeline from ops.pipeline except select pipeline from mart.guarantee"))
                .isEmpty();
        assertThat(hub.rows("select pipeline from mart.guarantee where warning"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
            users             | newest | uid                         | PostgreSQL landing, S3 nobody, source nobody
            ads               | newest | ad_id                       | PostgreSQL landing, S3 nobody, source nobody
            sensors           | first  | sensor_id, measured_at      | PostgreSQL queue, broker source
            sensors-mqtt-to-s3 | every | null                        | S3 queue, broker source
            sensors-list      | newest | sensor_id, valid_from_at    | PostgreSQL next run, S3 next run
            community         | newest | collection, document_id     | MongoDB source, PostgreSQL source, S3 source
            ads-archive       | upkeep | null                        | PostgreSQL next run, S3 next run, disk disk
            quality           | upkeep | null                        | PostgreSQL next run
            """)
    void the_key_is_that_of_a_unique_index_and_the_stores_are_those_of_the_routes(
            String pipeline, String guarantee, String key, String stores) throws SQLException {
        assertThat(hub.value(
                        "select min(guarantee), min(key), string_agg(store || ' ' || kept_by, ', ' order by store collate \"C\") from mart.guarantee where pipeline = ?",
                        pipeline))
                .isEqualTo("%s|%s|%s".formatted(guarantee, key, stores));
    }

    @Test
    void a_key_counts_only_if_a_unique_index_keeps_it() throws SQLException {
        hub.rows("create table sensors.probe (a int, b int, c int unique, d int)");
        hub.rows("create unique index on sensors.probe (b, a)");
        hub.rows("create unique index on sensors.probe (d) where a > 0");
        try (Connection connection = hub.connect()) {
            assertThat(UniqueKeys.of(connection, "sensors.probe", List.of("a", "b")))
                    .containsExactly("b", "a");
            assertThat(UniqueKeys.of(connection, "sensors.probe", List.of("d"))).containsExactly("c");
            assertThat(UniqueKeys.of(connection, "no.table", List.of("a"))).isEmpty();
        } finally {
            hub.rows("drop table sensors.probe");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
            # limit | a second | away for | may last | in words
            120000  | 10       | 0        | 12000    | 3 h            | f
            6000    | 10       | 0        | 600      | 10 min         | f
            5990    | 10       | 0        | 599      | 9 min          | t
            1000    | 10       | 3600     | 0        | 0 s            | t
            1000    | 0        | 0        | null     | no limit known | f
            0       | 10       | 0        | null     | no limit known | f
            null    | null     | 0        | null     | no limit known | f
            """)
    void a_queue_lasts_for_what_is_left_of_it_at_the_present_rate(
            Long limit, Double perSecond, int away, String seconds, String words, String warning) throws SQLException {
        tides(limit, perSecond, away);

        assertThat(
                        hub.value(
                                "select survives_seconds, survives, warning from mart.guarantee where pipeline = 'tides' and store = 'PostgreSQL'"))
                .isEqualTo("%s|%s|%s".formatted(seconds, words, warning));
    }

    @Test
    void of_an_outage_under_way_it_says_what_is_left() throws SQLException {
        tides(12_000L, 10.0, 700);

        assertThat(
                        hub.value(
                                "select survives_seconds between 300 and 500, warning from mart.guarantee where pipeline = 'tides' and store = 'PostgreSQL'"))
                .isEqualTo("t|t");
    }

    @Test
    void less_than_ten_minutes_is_an_alert_until_there_is_more_room() throws Exception {
        tides(1000L, 5.0, 0);
        var camel = hub.application().camel().createProducerTemplate();
        camel.sendBody("direct:look-for-alerts", "");
        assertThat(
                        hub.rows(
                                "select cause, kind, subject, says from ops.alert where closed_at is null and subject = 'tides'"))
                .containsExactly(
                        "outage tides PostgreSQL|outage|tides|tides survives an outage of PostgreSQL for 3 min only: the broker keeps 1000 messages, and 5.0 a second come");

        hub.rows("update ops.stream set queue_limit = 100000 where pipeline = 'tides'");
        camel.sendBody("direct:look-for-alerts", "");

        assertThat(hub.rows("select 1 from ops.alert where closed_at is null and subject = 'tides'"))
                .isEmpty();
        camel.close();
    }

    @Test
    void what_is_measured_short_is_warned_of_as_well() throws SQLException {
        hub.rows("update ops.outage set survives_seconds = 90 where pipeline = 'ads-archive' and store = 'disk'");

        assertThat(hub.value("select says from ops.alert_cause where cause = 'outage ads-archive disk'"))
                .startsWith("ads-archive has room on its disk for 90 s only: ");
    }

    @Test
    void make_status_prints_it_and_the_api_answers_it() throws Exception {
        tides(1000L, 5.0, 0);

        assertThat(hub.managed("/operate/status").body())
                .contains(
                        "users                  each record is in users.profile once, by uid, in its newest state; may be away: ",
                        "tides                  each record counts once in sensors.reading, by sensor_id, measured_at: what came first stays; may be away: PostgreSQL ONLY 3 min, broker no limit known");
        assertThat(new ObjectMapper()
                        .readTree(hub.get("/api/guarantees").body())
                        .get("rows")
                        .findValuesAsText("pipeline"))
                .contains("users", "sensors", "tides");
    }

    @Test
    void the_state_of_the_change_streams_is_answered_with_the_fields_that_are_unknown() throws Exception {
        hub.rows("truncate community.change_stream, community.drift");
        hub.rows(
                "insert into community.change_stream (collection, state, reason) values ('users', 'lost', 'why'), ('groups', 'following', null)");
        hub.rows(
                "insert into community.drift (collection, path, type, example, count) values ('users', 'a', 'int', '1', 1), ('users', 'b', 'int', '1', 1)");

        assertThat(hub.rows("select collection, state, reason, unknown_fields from mart.community_change_stream"))
                .containsExactly("groups|following|null|0", "users|lost|why|2");
        assertThat(hub.get("/api/community-changes").body()).contains("\"lost\"");
    }

    /** A pipeline with the routes of the sensors, of which nobody but this test tells how it is. */
    private void tides(Long limit, Double perSecond, int away) throws SQLException {
        hub.rows(
                "insert into ops.pipeline (pipeline, route, title, kind) values ('tides', 'sensors-mqtt-to-postgres', 't', 'stream')");
        hub.rows("""
                insert into ops.stream (pipeline, node, connected, since_at, last_message_at, failing_since_at, queue_limit, messages_per_second)
                values ('tides', 'n', true, now(), now(), case when ? > 0 then now() - make_interval(secs => ?) end, ?, ?)""", away, away, limit, perSecond);
        refresh();
    }
}
