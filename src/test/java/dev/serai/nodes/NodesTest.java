package dev.serai.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.reload.RoutesCopy;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes on one set of stores: a schedule fires once for both, and who is killed is replaced.
 *
 * <p>The tests go on from each other, because each start of a process takes seconds.
 */
@Tag("long")
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NodesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String PORT = Hub.freePort();

    /** Each second; whatever was missed is made up for, time by time. Like every load it asks for the lease as it writes. */
    private static final String TICK = """
            - route:
                id: tick
                description: Write down each second
                group: tick
                from:
                  uri: quartz:tick/tick
                  parameters:
                    cron: "* * * * * ?"
                    stateful: "true"
                    trigger.timeZone: UTC
                    # runs missed while nothing ran are caught up one by one
                    trigger.misfireInstruction: "-1"
                  steps:
                    - setBody:
                        id: tick-statement
                        expression:
                          simple:
                            expression: "insert into public.tick select to_timestamp(${header.scheduledFireTime.time} / 1000.0), '${variable.run_id}' from ops.require_lease('${variable.run_id}')"
                    - to:
                        id: tick-write
                        uri: jdbc:postgres
            """;

    private Hub hub;
    private Process other;

    @BeforeAll
    void start(LocalStack stack, @TempDir Path directory) throws Exception {
        RoutesCopy routes = RoutesCopy.in(directory);
        hub = new Hub(
                stack,
                Map.of(
                        "nodes", "2",
                        "ads.archive.after-days", "3",
                        "routes.directory", directory.toString(),
                        "community.inserts.interval-ms", "200",
                        "quality.alerts.interval-ms", "1000"));
        hub.rows("create table public.tick (due_at timestamptz, run_id uuid)");
        hub.stop();
        routes.write("tick/tick.camel.yaml", TICK);
        // The first to come holds everything, and keeps what fires so often that it cannot be handed over.
        other = hub.launch(Map.of("page.port", Hub.freePort(), "management.port", PORT));
        await().atMost(PATIENCE).until(() -> holderOf("tick").endsWith(PORT));
        hub.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(holders()).isEqualTo("2"));
    }

    @AfterAll
    void stop() throws Exception {
        other.destroyForcibly().waitFor();
        hub.close();
    }

    private String holders() throws SQLException {
        return hub.value(
                "select count(distinct process) from ops.lease where pool = 'routes' and expires_at > clock_timestamp()");
    }

    private String holderOf(String route) throws SQLException {
        return hub.value(
                "select coalesce(max(node), '') from ops.lease where pool = 'routes' and name = ? and expires_at > clock_timestamp()",
                route);
    }

    @Test
    @Order(1)
    void the_page_and_the_terminal_show_both() throws Exception {
        assertThat(hub.rows("select state, nodes from mart.node")).containsExactly("living|2", "living|2");
        assertThat(hub.get("/api/nodes").body()).contains(PORT, "\"living\"");
        assertThat(hub.managed("/operate/status").body()).contains(PORT, "living");
    }

    @Test
    @Order(2)
    void a_run_that_is_asked_of_one_takes_place_where_the_route_is_served() throws Exception {
        String elsewhere = """
                select p.pipeline from ops.pipeline p join ops.lease l on l.pool = 'routes' and l.name = p.route
                where l.node like ? and p.kind = 'schedule' and p.pipeline <> 'tick' order by 1 limit 1""";
        await().atMost(PATIENCE).until(() -> !hub.rows(elsewhere, "%:" + PORT).isEmpty());
        String pipeline = hub.value(elsewhere, "%:" + PORT);

        assertThat(hub.run(pipeline)).contains("cause=asked state=");
        assertThat(hub.value("select node from ops.run where pipeline = ? and cause = 'asked'", pipeline))
                .endsWith(PORT);
    }

    @Test
    @Order(3)
    void a_timer_goes_on_in_one_of_them() throws Exception {
        String since = """
                select count(*) filter (where r.node = l.node) > 0, count(*) filter (where r.node <> l.node)
                from ops.lease l join ops.run r on r.route = l.name and r.started_at > l.taken_at
                where l.name = 'community-mongo-to-postgres'""";
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(hub.value(since)).isEqualTo("t|0"));
    }

    @Test
    @Order(4)
    void a_load_of_a_process_that_has_lost_its_route_is_refused() throws Exception {
        UUID run = UUID.randomUUID();
        hub.rows("""
                insert into ops.run (run_id, pipeline, route, cause, state, started_at, node, lease_token)
                select ?, 'users', name, 'schedule', 'running', now(), 'stale', token - 1
                from ops.lease where name = 'users-api-to-postgres'""", run);
        String load =
                "select * from ops.record_load('users', 'users.profile', '%s', 's3://nowhere/%s', 1, 1, 0, '[]', null)"
                        .formatted(run, run);
        assertThatThrownBy(() -> hub.rows(load))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("nothing is stored");
        hub.rows("update ops.run set lease_token = lease_token + 1 where run_id = ?", run);
        assertThat(hub.rows(load)).containsExactly("1|1|0|0|0");
        hub.rows("delete from ops.run where run_id = ?", run);
        hub.rows("delete from ops.load where run_id = ?", run);
    }

    /** Held up for longer than a lease: the harder case, because it goes on afterwards as if nothing had been. */
    @Test
    @Order(5)
    void a_schedule_fires_once_each_second_also_when_its_process_is_held_up() throws Exception {
        String byOther =
                "select count(*) from public.tick t join ops.run r using (run_id) where r.node like ? and due_at > now() - interval '3 seconds'";
        await().atMost(PATIENCE).until(() -> !hub.value(byOther, "%:" + PORT).equals("0"));
        signal("STOP");
        await().atMost(PATIENCE)
                .until(() -> !holderOf("tick").isEmpty() && !holderOf("tick").endsWith(PORT));
        String takenAt = hub.value("select taken_at from ops.lease where name = 'tick'");
        signal("CONT");
        await().atMost(PATIENCE).until(() -> holders().equals("2"));
        await().atMost(PATIENCE).until(() -> hub.value(
                        "select count(*) > 3 from public.tick where due_at > cast(? as timestamptz) + interval '3 seconds'",
                        takenAt)
                .equals("t"));

        assertThat(hub.rows("select due_at, count(*) from public.tick group by 1 having count(*) > 1"))
                .isEmpty();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(hub.value(
                        "select extract(epoch from max(due_at) - min(due_at))::int + 1 - count(*) from public.tick"))
                .as("seconds that were left out")
                .isEqualTo("0"));
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(other.pid()))
                .start()
                .waitFor();
    }

    /** It is at the delete of an archive, whose lock and whose route are its own until it is gone. */
    @Test
    @Order(6)
    void what_a_killed_one_held_is_taken_over_and_what_it_left_open_is_closed() throws Exception {
        hub.stop();
        await().atMost(PATIENCE).until(() -> holderOf("ads-archive").endsWith(PORT));
        hub.rows("""
                insert into ads.impression (ad_id, ad_group, campaign_unknown, shown_at, run_id)
                select gen_random_uuid(), 'brand', true, now() - interval '3 days' + i * interval '1 hour', gen_random_uuid()
                from generate_series(-10, 9) i where i <> 0""");
        hub.rows("""
                create function public.wait() returns trigger language plpgsql as
                    $$ begin perform pg_advisory_xact_lock(42); return old; end $$;
                create trigger wait before delete on ads.impression for each row execute function public.wait()""");
        try (Connection blocker = hub.connect();
                Statement statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(42)");
            hub.rows("insert into ops.asked_run (run_id, route) values (gen_random_uuid(), 'ads-archive')");
            await().atMost(PATIENCE).until(() -> hub.value(
                            "select count(*) from pg_locks where locktype = 'advisory' and objid = 42 and not granted")
                    .equals("1"));
            hub.start();
            await().atMost(PATIENCE).until(() -> holders().equals("2"));
            assertThat(holderOf("ads-archive")).endsWith(PORT);
            kill();
        }

        assertThat(hub.run("ads-archive")).contains("state=succeeded");
        assertThat(hub.value("select count(*) from ads.impression")).isEqualTo("9");
        assertThat(hub.rows("select state, sum(row_count), sum(deleted_rows) from ops.archive group by 1"))
                .containsExactly("deleted|10|10");
    }

    private void kill() throws Exception {
        hub.rows(
                "insert into ops.run (run_id, pipeline, route, cause, state, started_at, node) select gen_random_uuid(), 'users', 'users', 'schedule', 'running', now(), node from ops.node where node like ?",
                "%:" + PORT);
        other.destroyForcibly().waitFor();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        hub.rows("select state, cardinality(holds) from mart.node where node like ?", "%:" + PORT))
                .containsExactly("gone|0"));
        await().atMost(PATIENCE).until(() -> hub.value(
                        "select count(*) from ops.lease where pool = 'routes' and node is distinct from ?",
                        hub.value("select node from mart.node where state = 'living'"))
                .equals("0"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        hub.value("select count(*) from ops.run where state = 'running' and node like ?", "%:" + PORT))
                .isEqualTo("0"));
    }
}
