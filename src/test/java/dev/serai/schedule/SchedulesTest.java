package dev.serai.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.console.OperatorClient;
import dev.serai.reload.RoutesCopy;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.quartz.Scheduler;

/** Runs that were missed, and pauses that hold: over restarts of the hub, whose last times the tests move in the book. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchedulesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECONDLY = "* * * * * ?";

    private Hub hub;

    @BeforeAll
    void start(LocalStack stack, @TempDir Path directory) throws Exception {
        RoutesCopy routes = RoutesCopy.in(directory);
        routes.edit(
                "ads/ads-api-to-postgres.camel.yaml",
                "trigger.misfireInstruction: \"1\"",
                "trigger.misfireInstruction: \"-1\"");
        routes.edit("ads/ads-archive.camel.yaml", "trigger.timeZone: UTC", "trigger.timeZone: Europe/Zurich");
        // Daily, and twelve hours away, so that none fires by itself.
        String daily = "0 0 %d * * ?".formatted((LocalTime.now(ZoneOffset.UTC).getHour() + 12) % 24);
        hub = new Hub(
                stack,
                Map.of(
                        "routes.directory",
                        directory.toString(),
                        "users.schedule",
                        daily,
                        "ads.schedule",
                        daily,
                        "sensors.list.schedule",
                        daily,
                        "ads.archive.schedule",
                        "0 30 3 * * ?",
                        "sensors.settle.schedule",
                        SECONDLY,
                        "sensors.partitions.schedule",
                        SECONDLY,
                        // A run that is under way when the hub starts has landed what no other run is to load.
                        "landing.pending.min-age-ms",
                        "3600000"));
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @Test
    void runs_missed_while_nothing_ran_are_caught_up_as_their_routes_declare() throws Exception {
        long users = catchUps("users");
        long ads = catchUps("ads");
        hub.stop();
        hub.rows(
                "update ops.pipeline set next_run_at = next_run_at - interval '3 days' where pipeline in ('users', 'ads', 'sensors-list')");
        assertThat(
                        hub.value(
                                "select string_agg(distinct state, ',') from mart.pipeline where pipeline in ('users', 'ads', 'sensors-list')"))
                .isEqualTo("missed");

        hub.start();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        hub.rows(
                                "select pipeline, count(*) from ops.run where cause = 'catch-up' and state = 'succeeded' and pipeline in ('users', 'ads') group by 1 order by 1"))
                .containsExactly("ads|" + (ads + 3), "users|" + (users + 1)));
        assertThat(hub.rows("""
                        select pipeline, times, catch_up, reason from mart.missed_run
                        where pipeline in ('users', 'ads', 'sensors-list') and times > 1 order by 1"""))
                .containsExactly(
                        "ads|3|all|no process ran",
                        "sensors-list|3|none|no process ran",
                        "users|3|once|no process ran");
        assertThat(
                        hub.rows(
                                "select pipeline from mart.pipeline where next_run_at < now() and pipeline in ('users', 'ads', 'sensors-list')"))
                .isEmpty();
        assertThat(hub.get("/api/missed-runs").body()).contains("\"users\"", "no process ran");
        assertThat(hub.value("select missed_24h > 0 from mart.pipeline where pipeline = 'users'"))
                .isEqualTo("t");

        // The next start finds nothing to catch up: a run that is asked for comes after whatever was arranged at the
        // start.
        hub.stop();
        hub.start();
        hub.run("users");
        hub.run("ads");
        assertThat(catchUps("users")).isEqualTo(users + 1);
        assertThat(catchUps("ads")).isEqualTo(ads + 3);
    }

    @Test
    void a_catch_up_that_did_not_begin_before_the_process_died_is_made_by_the_next() throws Exception {
        hub.stop();
        long before = catchUps("users");
        hub.rows("update ops.pipeline set next_run_at = next_run_at - interval '1 day' where pipeline = 'users'");
        hub.rows(
                "insert into ops.missed select 'users', next_run_at, next_run_at, 1, 'once', 'no process ran' from ops.pipeline where pipeline = 'users' on conflict do nothing");

        hub.start();

        await().atMost(PATIENCE).until(() -> catchUps("users") == before + 1);
    }

    @Test
    void a_schedule_goes_on_when_the_clock_was_set_back() throws Exception {
        Schedule schedule =
                Objects.requireNonNull(hub.application().pipelines().schedules().get("sensors-settle"));
        Instant ahead = Instant.now().plus(Duration.ofHours(1));
        Instant[] time = {ahead};
        ClockFollower follower = new ClockFollower((route, due) -> {}, List::of, () -> time[0]);
        assertThat(follower.follow(Map.of("sensors-settle", schedule))).isFalse();
        // as Quartz has it, when its clock was an hour ahead
        Scheduler quartz = schedule.scheduler();
        quartz.rescheduleJob(
                schedule.key(),
                quartz.getTrigger(schedule.key())
                        .getTriggerBuilder()
                        .startAt(Date.from(ahead))
                        .build());
        assertThat(schedule.next(1).get(0)).isAfterOrEqualTo(ahead.minusSeconds(1));

        time[0] = Instant.now();

        assertThat(follower.follow(Map.of("sensors-settle", schedule))).isTrue();
        assertThat(schedule.next(1).get(0)).isBefore(ahead);
        String runs = "select count(*) from ops.run where pipeline = 'sensors-settle' and cause = 'schedule'";
        String before = hub.value(runs);
        await().atMost(PATIENCE).until(() -> !hub.value(runs).equals(before));
        assertThat(follower.follow(Map.of("sensors-settle", schedule))).isFalse();
    }

    @Test
    void a_pause_stops_the_schedule_until_it_is_resumed() throws Exception {
        String settled = "select count(*) from ops.run where pipeline = 'sensors-settle'";
        await().atMost(PATIENCE).until(() -> !hub.value(settled).equals("0"));

        assertThat(hub.operate("pause", "sensors-settle").statusCode()).isEqualTo(200);
        hub.run("sensors-settle"); // comes after a run that had begun before the pause
        String before = hub.value(settled);
        long others = count("sensors-partitions");
        await().atMost(PATIENCE).until(() -> count("sensors-partitions") >= others + 3);
        assertThat(hub.value(settled)).isEqualTo(before);

        hub.operate("resume", "sensors-settle");
        await().atMost(PATIENCE).until(() -> !hub.value(settled).equals(before));
    }

    @Test
    void a_pause_survives_a_restart_and_what_passes_meanwhile_is_not_missed() throws Exception {
        assertThat(hub.operate("pause", "ads-archive").body()).contains("ads-archive is paused");
        hub.stop();
        hub.rows(
                "update ops.pipeline set next_run_at = next_run_at - interval '2 days' where pipeline = 'ads-archive'");

        hub.start();

        assertThat(
                        hub.value(
                                "select state, paused_by, next_run_at, next_runs from mart.pipeline where pipeline = 'ads-archive'"))
                .isEqualTo("paused|admin|null|null");
        assertThat(hub.get("/api/headline").body()).contains("Paused: ads-archive.");
        assertThat(printedStatus()).containsPattern("ads-archive +paused +since .*paused by admin");
        assertThat(hub.rows("select 1 from ops.missed where pipeline = 'ads-archive'"))
                .isEmpty();

        assertThat(hub.operate("resume", "ads-archive").body()).contains("ads-archive goes on, next at ");
        assertThat(
                        hub.value(
                                "select state, next_run_at > now(), array_length(next_runs, 1) from mart.pipeline where pipeline = 'ads-archive'"))
                .isEqualTo("waiting|t|3");
    }

    @Test
    void a_pause_in_quartz_is_noticed_and_holds_as_any_other() throws Exception {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        ObjectName quartz = beans.queryNames(new ObjectName("quartz:type=QuartzScheduler,*"), null)
                .iterator()
                .next();
        Object[] trigger = {"sensors-archive", "sensors"};
        String[] types = {String.class.getName(), String.class.getName()};
        String paused = "select count(*) from ops.pause where pipeline = 'sensors-archive'";
        // It tells a change from what it has seen, so it has to have looked.
        awaitLook();

        beans.invoke(quartz, "pauseTrigger", trigger, types);
        await().atMost(PATIENCE).until(() -> hub.value(paused).equals("1"));
        assertThat(hub.value("select paused_by from mart.pipeline where pipeline = 'sensors-archive'"))
                .isEqualTo("Quartz");

        beans.invoke(quartz, "resumeTrigger", trigger, types);
        await().atMost(PATIENCE).until(() -> hub.value(paused).equals("0"));
    }

    @Test
    void a_route_that_is_away_for_a_moment_was_not_paused_and_a_pause_outlasts_that() throws Exception {
        PGSimpleDataSource postgres = new PGSimpleDataSource();
        postgres.setUrl(hub.settings().text("postgres.url"));
        postgres.setUser(hub.settings().text("postgres.user"));
        postgres.setPassword(hub.settings().text("postgres.password"));
        Pauses pauses = new Pauses(postgres);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("quartz:away?cron=0+0+0+1+1+?").routeId("away").to("mock:away");
                }
            });
            camel.start();
            Schedule schedule = Schedule.of(camel.getRoute("away")).orElseThrow();
            Map<String, Schedule> schedules = Map.of("away", schedule);
            pauses.follow(schedules);

            camel.getRouteController().suspendRoute("away");
            pauses.follow(schedules);
            assertThat(pauses.isPaused("away")).isFalse();
            camel.getRouteController().resumeRoute("away");
            pauses.follow(schedules);
            assertThat(schedule.isPaused()).isFalse();

            pauses.pause("away", schedule, "somebody");
            camel.getRouteController().suspendRoute("away");
            pauses.follow(schedules);
            camel.getRouteController().resumeRoute("away");
            pauses.follow(schedules);
            assertThat(pauses.isPaused("away")).isTrue();
            assertThat(schedule.isPaused()).isTrue();
            pauses.resume("away", schedule);
            assertThat(schedule.isPaused()).isFalse();
        }
    }

    @Test
    void the_next_times_are_those_of_the_declared_time_zone() throws Exception {
        assertThat(hub.value(
                        "select time_zone, catch_up, may_overlap from mart.pipeline where pipeline = 'ads-archive'"))
                .isEqualTo("Europe/Zurich|once|f");
        assertThat(hub.rows("""
                        select distinct to_char(time at time zone 'Europe/Zurich', 'HH24:MI:SS')
                        from ops.pipeline, unnest(next_runs) as time where pipeline = 'ads-archive'""")).containsExactly("03:30:00");
        assertThat(printedStatus()).containsPattern("users +\\S+ +next \\d{4}-.*, .*, .* UTC");
    }

    @Test
    void runs_of_a_pipeline_never_overlap() throws Exception {
        hub.start("ads");
        hub.start("ads");
        hub.run("ads");

        // Those asked for within a millisecond may begin in either order.
        assertThat(hub.rows("""
                        select a.pipeline from ops.run a join ops.run b using (pipeline)
                        where a.cause <> 'stream' and a.run_id < b.run_id and a.started_at < b.finished_at and b.started_at < a.finished_at""")).isEmpty();
    }

    @Test
    void the_page_offers_them_behind_the_login_and_only_to_itself() throws Exception {
        assertThat(ask("/operate/pause/users", "", true).statusCode()).isEqualTo(401);
        assertThat(ask("/operate/pause/users", "admin:wrong", true).statusCode())
                .isEqualTo(401);
        assertThat(ask("/operate/pause/users", "admin:open sesame", false).statusCode())
                .isEqualTo(403);
        assertThat(hub.value("select count(*) from ops.pause where pipeline = 'users'"))
                .isEqualTo("0");
        assertThat(ask("/operate/rebuild/ads.impression", "admin:open sesame", true)
                        .statusCode())
                .isEqualTo(404);

        assertThat(ask("/operate/pause/users", "admin:open sesame", true).body())
                .contains("users is paused");
        assertThat(hub.run("users")).contains("cause=asked state=succeeded");
        assertThat(ask("/operate/resume/users", "admin:open sesame", true).body())
                .contains("users goes on");
    }

    @Test
    void a_stream_has_no_schedule_to_pause() throws Exception {
        HttpResponse<String> answer = hub.operate("pause", "sensors");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("'sensors' has no schedule", "users");
    }

    private long catchUps(String pipeline) throws Exception {
        return Long.parseLong(
                hub.value("select count(*) from ops.run where pipeline = ? and cause = 'catch-up'", pipeline));
    }

    private void awaitLook() throws Exception {
        long before = count("sensors-partitions");
        await().atMost(PATIENCE).until(() -> count("sensors-partitions") >= before + 3);
    }

    private long count(String pipeline) throws Exception {
        return Long.parseLong(hub.value("select count(*) from ops.run where pipeline = ?", pipeline));
    }

    private String printedStatus() throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        OperatorClient client =
                new OperatorClient(hub.settings(), new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(client.status()).isZero();
        return printed.toString(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> ask(String path, String login, boolean fromThePage) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(hub.page(path)).POST(HttpRequest.BodyPublishers.noBody());
        if (!login.isEmpty()) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }
        if (fromThePage) {
            request.header("Serai-Operator", "page");
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
