package dev.serai.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Editing routes while the hub runs: what is right takes effect, what is wrong changes nothing and is named. */
@WithStack
class RouteReloadTest {

    private static final String USERS = "users/users-api-to-postgres.camel.yaml";
    private static final String LOAD = "users/users-load.camel.yaml";
    private static final String SQL = "users/load-users.sql";
    private static final String RUNS = "status/api-runs.camel.yaml";

    private static @TempDir Path directory;
    private static RoutesCopy routes;
    private static Hub hub;

    @BeforeAll
    static void start(LocalStack stack) throws Exception {
        routes = RoutesCopy.in(directory);
        hub = new Hub(stack, Map.of("routes.directory", directory.toString(), "routes.watch", "true"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @AfterEach
    void restore() throws Exception {
        routes.restore();
        awaitRight();
        assertThat(hub.run("users")).contains("state=succeeded read=5");
    }

    @Test
    void a_changed_route_takes_effect_and_only_it_is_exchanged() throws Exception {
        List<String> others = versions("route not like 'users-api%'");

        routes.edit(USERS, "size={{users.api.size}}", "size=3");
        awaitChange("users-api-to-postgres");

        assertThat(hub.run("users")).contains("state=succeeded read=3");
        assertThat(versions("route not like 'users-api%'")).isEqualTo(others);
        assertThat(hub.get("/api/routes").body())
                .contains(
                        "users-api-to-postgres",
                        version("users-api-to-postgres").substring(0, 12));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            users/users-api-to-postgres.camel.yaml | steps:                  | "steps: ["             | this is no YAML
            users/users-api-to-postgres.camel.yaml | - setVariable:          | - setVarable:          | did you mean 'setVariable'?
            users/users-api-to-postgres.camel.yaml | stateful: "true"        | statefull: "true"      | did you mean 'stateful'?
            users/users-api-to-postgres.camel.yaml | uri: quartz:users       | uri: quarz:users       | did you mean 'quartz'?
            users/users-api-to-postgres.camel.yaml | id: users-api-to-postgres | id: ads-api-to-postgres | there is a second route 'ads-api-to-postgres'
            users/users-api-to-postgres.camel.yaml | ref: redactor           | ref: redacter          | did you mean 'redactor'?
            users/users-load.camel.yaml            | users.UserRecords       | users.UserRecord       | ClassNotFoundException
            users/load-users.sql                   | order by uid, position  | order by uidd, position | Perhaps you meant to reference the column
            users/load-users.sql                   | on conflict (uid)       | on conflict uid        | syntax error
            shared/defaults.camel.yaml             | maximumRedeliveries: "0" | maximumRedelivers: "0" | did you mean 'maximumRedeliveries'?
            """)
    void a_mistake_changes_nothing_and_is_named_on_the_page(String file, String before, String after, String said)
            throws Exception {
        List<String> versions = versions("true");

        routes.edit(file, before, after.replace("\"steps: [\"", "steps: ["));
        awaitFinding(said);

        assertThat(hub.get("/api/route-findings").body()).contains(said.replace("\"", "\\\""), file, "\"line\"");
        assertThat(versions("true")).isEqualTo(versions);
        assertThat(hub.health().statusCode()).isEqualTo(200);
        assertThat(hub.run("users")).contains("state=succeeded read=5");
    }

    @Test
    void a_deleted_route_is_gone() throws Exception {
        assertThat(hub.get("/api/runs").statusCode()).isEqualTo(200);

        routes.delete(RUNS);
        until(() -> hub.get("/api/runs").statusCode() == 404);

        assertThat(hub.get("/api/pipelines").statusCode()).isEqualTo(200);
        until(() -> versions("route = 'api-runs'").isEmpty());
    }

    @Test
    void a_deleted_pipeline_leaves_the_list_and_comes_back() throws Exception {
        for (String file : List.of("ads-api-to-postgres", "ads-archive", "ads-test-restore", "ads-load")) {
            routes.delete("ads/%s.camel.yaml".formatted(file));
        }
        until(() -> hub.value("select count(*) from ops.pipeline where pipeline = 'ads'")
                .equals("0"));
        assertThat(hub.operate("run", "ads").statusCode()).isEqualTo(404);

        routes.restore();
        until(() -> hub.value("select count(*) from ops.pipeline where pipeline = 'ads'")
                .equals("1"));
        assertThat(hub.run("ads")).contains("state=succeeded read=100");
    }

    @Test
    void a_route_that_others_call_cannot_be_deleted() throws Exception {
        routes.delete(LOAD);

        awaitFinding("no route begins with direct:users-load");
        assertThat(hub.run("users")).contains("state=succeeded read=5");
    }

    @Test
    void a_renamed_file_needs_the_new_id_and_then_is_the_new_route() throws Exception {
        routes.rename(RUNS, "status/api-last-runs.camel.yaml");
        awaitFinding("like its file it should be \"id: api-last-runs\"");
        assertThat(hub.get("/api/runs").statusCode()).isEqualTo(200);

        routes.edit("status/api-last-runs.camel.yaml", "    id: api-runs\n", "    id: api-last-runs\n");
        awaitRight();
        until(() -> versions("route = 'api-last-runs'").size() == 1);
        assertThat(hub.get("/api/runs").statusCode()).isEqualTo(200);
        assertThat(versions("route = 'api-runs'")).isEmpty();
    }

    @Test
    void what_holds_for_all_routes_is_exchanged_with_all_of_them() throws Exception {
        List<String> before = versions("true");

        routes.edit(
                "shared/defaults.camel.yaml",
                "maximumRedeliveries: \"{{http.retries}}\"",
                "maximumRedeliveries: \"0\"");
        until(() -> before.stream().noneMatch(versions("true")::contains));

        hub.fail(Failure.of(FailureKind.SERVER_ERROR, 1));
        assertThat(hub.run("users")).contains("state=failed", "SOURCE_HTTP_500");
        assertThat(hub.health().statusCode()).isEqualTo(200);
        assertThat(hub.get("/api/pipelines").statusCode()).isEqualTo(200);
    }

    @Test
    void a_shared_route_is_exchanged_alone() throws Exception {
        List<String> others = versions("route <> 'land-raw'");

        routes.edit("shared/land-raw.camel.yaml", "description: Keep the bytes", "description: Store the bytes");
        awaitChange("land-raw");

        assertThat(versions("route <> 'land-raw'")).isEqualTo(others);
        assertThat(hub.run("users")).contains("state=succeeded read=5");
    }

    @Test
    void a_changed_statement_is_the_one_that_loads() throws Exception {
        routes.edit(
                SQL,
                "cast(:?raw_object as text)\n    from incoming",
                "'edited ' || cast(:?raw_object as text)\n    from incoming");
        awaitChange("users-load");

        hub.run("users");

        assertThat(hub.value("select count(*) from users.profile where raw_object like 'edited s3:%'"))
                .isEqualTo("5");
    }

    @Test
    void what_editors_write_for_themselves_is_not_looked_at() throws Exception {
        for (String name : List.of(
                ".users-load.camel.yaml.swp",
                "users-load.camel.yaml~",
                "4913",
                ".#users-load.camel.yaml",
                "#users-load.camel.yaml#",
                "users-load.camel.yaml.tmp",
                "users-load.camel.yaml.bak")) {
            routes.write("users/" + name, "- nothing: of [ this is a route");
        }
        routes.edit(USERS, "size={{users.api.size}}", "size=2");
        awaitChange("users-api-to-postgres");

        assertThat(hub.run("users")).contains("read=2");
        assertThat(hub.value("select count(*) from ops.route_finding")).isEqualTo("0");
    }

    @Test
    void a_file_that_is_saved_in_two_halves_counts_when_it_is_whole() throws Exception {
        String whole = routes.text(USERS).replace("size={{users.api.size}}", "size=4");

        routes.write(USERS, "");
        awaitFinding("the file is empty");
        routes.write(USERS, whole.substring(0, whole.indexOf("expression: \"{{users.landing}}") + 15));
        awaitFinding("this is no YAML");
        assertThat(hub.run("users")).contains("read=5");

        routes.write(USERS, whole);
        awaitRight();
        until(() -> hub.run("users").contains("read=4"));
    }

    @Test
    void a_run_that_is_under_way_ends_before_its_route_is_exchanged() throws Exception {
        hub.fail(Failure.of(FailureKind.DRIP, 1)); // the first answer takes two seconds, and then it is asked again
        hub.start("users");
        until(() -> hub.value("select count(*) from ops.run where state = 'running'")
                .equals("1"));

        routes.edit(USERS, "size={{users.api.size}}", "size=3");
        awaitChange("users-api-to-postgres");

        assertThat(hub.value("""
                select r.state, r.read, r.finished_at <= v.applied_at
                from ops.run r, ops.route_version v where v.route = 'users-api-to-postgres' order by r.started_at desc limit 1""")).isEqualTo("succeeded|5|t");
        assertThat(hub.run("users")).contains("state=succeeded read=3");
    }

    @Test
    void a_run_that_waits_for_the_one_under_way_takes_place_by_the_new_version() throws Exception {
        hub.fail(Failure.of(FailureKind.DRIP, 1));
        UUID underWay = hub.start("users");
        until(() -> state(underWay).startsWith("running|"));
        UUID waiting = hub.start("users");
        routes.edit(USERS, "size={{users.api.size}}", "size=3");

        until(() -> state(waiting).equals("succeeded|3"));
        assertThat(state(underWay)).isEqualTo("succeeded|5");
    }

    @Test
    void every_run_that_is_asked_for_while_routes_are_exchanged_takes_place() throws Exception {
        List<UUID> asked = new CopyOnWriteArrayList<>();
        AtomicBoolean editing = new AtomicBoolean(true);
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
            while (editing.get()) {
                try {
                    asked.add(hub.start("users"));
                    until(() -> asked.size() < 20
                            || state(asked.get(asked.size() - 20)).startsWith("succeeded"));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        for (int size : new int[] {2, 3, 4}) {
            String before = hub.value("select applied_at from ops.route_version where route = 'users-api-to-postgres'");
            routes.restore();
            routes.edit(USERS, "size={{users.api.size}}", "size=" + size);
            until(() -> !hub.value("select applied_at from ops.route_version where route = 'users-api-to-postgres'")
                    .equals(before));
        }
        editing.set(false);
        asking.get(60, TimeUnit.SECONDS);

        for (UUID each : asked) {
            until(() -> state(each).startsWith("succeeded"));
        }
    }

    private static String state(UUID run) throws Exception {
        return hub.value(
                "select coalesce((select concat_ws('|', state, read) from ops.run where run_id = ?), '')", run);
    }

    @Test
    void a_changed_schedule_replaces_the_old_one() throws Exception {
        routes.edit(USERS, "\"{{users.schedule}}\"", "\"* * * * * ?\"");
        until(() -> hub.value("select schedule from ops.pipeline where pipeline = 'users'")
                .equals("* * * * * ?"));
        String before = hub.value("select count(*) from ops.run");
        until(() -> Integer.parseInt(hub.value("select count(*) from ops.run where cause = 'schedule'")) >= 2);
        assertThat(hub.value("""
                select coalesce(min(next - started_at) > interval '500 ms', true) from (
                    select started_at, lead(started_at) over (order by started_at) as next
                    from ops.run where cause = 'schedule' and pipeline = 'users') r"""))
                .as("no time fires twice; there were %s runs", before)
                .isEqualTo("t");
    }

    @Test
    void a_route_that_is_right_and_cannot_start_gives_its_place_back() throws Exception {
        routes.edit(USERS, "- route:", """
                - beans:
                    - name: refusing
                      type: dev.serai.reload.RefusingStep
                - route:""");
        routes.edit(
                USERS,
                "      steps:\n",
                "      steps:\n        - process:\n            id: users-refuse\n            ref: refusing\n");

        awaitFinding("the new version could not be put to work");
        assertThat(hub.run("users")).contains("state=succeeded read=5");
        assertThat(hub.run("ads")).contains("state=succeeded read=100");
        assertThat(hub.health().statusCode()).isEqualTo(200);
    }

    @Test
    void a_route_that_an_operator_stopped_stays_stopped() throws Exception {
        hub.application().camel().getRouteController().stopRoute("ads-archive");

        routes.edit("ads/ads-archive.camel.yaml", "description: Move old", "description: Carry old");
        awaitChange("ads-archive");

        assertThat(hub.application()
                        .camel()
                        .getRouteController()
                        .getRouteStatus("ads-archive")
                        .isStopped())
                .isTrue();
        hub.application().camel().getRouteController().startRoute("ads-archive");
    }

    @Test
    void a_folder_without_a_route_changes_nothing() throws Exception {
        try (Stream<Path> below = Files.walk(directory)) {
            for (Path file : below.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        awaitFinding("there is no route file");

        assertThat(hub.run("users")).contains("state=succeeded read=5");
    }

    private static List<String> versions(String condition) throws Exception {
        return hub.rows("select route, version, applied_at from ops.route_version where %s order by route"
                .formatted(condition));
    }

    private static String version(String route) throws Exception {
        return hub.value("select version from ops.route_version where route = ?", route);
    }

    private static void awaitChange(String route) throws Exception {
        String applied = hub.value("select applied_at from ops.route_version where route = ?", route);
        until(() -> !hub.value("select applied_at from ops.route_version where route = ?", route)
                .equals(applied));
    }

    private static void awaitFinding(String said) {
        until(() -> hub.rows("select problem || '; ' || remedy from mart.route_finding").stream()
                .anyMatch(finding -> finding.contains(said)));
    }

    /** What is on disk is in force. */
    private static void awaitRight() throws Exception {
        List<String> expected = routes.versions();
        until(() -> hub.rows("select route || ' ' || version from ops.route_version order by 1")
                .equals(expected));
        until(() -> hub.rows("select * from mart.route_finding").isEmpty());
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60)).until(condition);
    }
}
