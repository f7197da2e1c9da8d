package dev.serai.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A store that is away, a process that ends: nothing that was landed stays unloaded, and the book says what happened. */
@Tag("long")
@WithStack
class UsersOutageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private LocalStack stack;
    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        this.stack = stack;
        hub = new Hub(
                stack,
                Map.of(
                        "landing.pending.interval-ms", "200",
                        "landing.pending.min-age-ms", "2000",
                        "postgres.connect-timeout-ms", "250"));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void what_was_landed_while_postgres_was_away_is_loaded_when_it_is_back() throws Exception {
        hub.run("users");
        stack.postgres().stop();
        try {
            hub.start("users");
            await().atMost(PATIENCE).until(() -> hub.keys("user-data").size() == 2 && hub.idle());
        } finally {
            stack.postgres().start();
        }

        await().atMost(PATIENCE).ignoreExceptions().until(() -> hub.value("select count(*) from users.profile")
                .equals("10"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        hub.rows("select cause, state, error_code, read from ops.run order by started_at"))
                .contains("asked|succeeded|null|5")
                .contains("asked|failed|POSTGRES_UNREACHABLE|0")
                .contains("catch-up|succeeded|null|5"));
        assertThat(hub.value("select count(*), count(distinct raw_object) from ops.load"))
                .isEqualTo("2|2");
    }

    @Test
    void nothing_is_loaded_while_s3_is_away_and_the_next_run_is_fine() throws Exception {
        stack.objects().stop();
        try {
            assertThat(hub.run("users")).contains("state=failed read=0").contains("S3_UNREACHABLE");
            assertThat(hub.value("select count(*) from users.profile")).isEqualTo("0");
        } finally {
            stack.objects().start();
        }

        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=5");
        assertThat(hub.keys("user-data")).hasSize(1);
    }

    @Test
    void a_landed_object_without_a_load_is_loaded_once() throws Exception {
        hub.run("users");
        hub.rows("delete from users.profile");
        hub.rows("delete from ops.load");

        await().atMost(PATIENCE)
                .until(() -> hub.value("select count(*) from users.profile").equals("5"));
        hub.run("users");

        assertThat(hub.value("select count(*) from ops.run where cause = 'catch-up' and state = 'succeeded'"))
                .isEqualTo("1");
        assertThat(hub.value("select count(*), sum(inserted) from ops.load")).isEqualTo("2|10");
    }

    @Test
    void a_landed_object_that_cannot_be_loaded_is_tried_again_after_growing_pauses() throws Exception {
        hub.rows("alter table users.profile add constraint never check (false) not valid");
        assertThat(hub.run("users")).contains("state=failed").contains("POSTGRES_23514");

        await().atMost(PATIENCE).until(() -> hub.value(
                        "select count(*) >= 2 from ops.run where cause = 'catch-up' and state = 'failed'")
                .equals("t"));
        assertThat(hub.value("select max(error_message) from ops.run where error_code = 'POSTGRES_23514'"))
                .isEqualTo("PostgreSQL: ERROR: new row for relation \"profile\" violates check constraint \"never\"");
        hub.rows("alter table users.profile drop constraint never");

        await().atMost(PATIENCE)
                .until(() -> hub.value("select count(*) from users.profile").equals("5"));
    }

    @Test
    void a_run_that_its_process_left_open_is_closed_by_the_next_process() throws Exception {
        hub.run("users");
        hub.stop();
        hub.rows("update ops.run set state = 'running', finished_at = null, read = 0, inserted = 0");

        hub.start();

        assertThat(hub.value("select state, error_code, read, inserted from ops.run"))
                .isEqualTo("interrupted|PROCESS_ENDED|5|5");
        assertThat(hub.value("select state from mart.pipeline where pipeline = 'users'"))
                .isEqualTo("failing");
    }

    @Test
    void users_are_still_there_after_a_restart() throws Exception {
        hub.run("users");
        hub.stop();
        hub.start();

        assertThat(hub.value("select count(*) from users.profile")).isEqualTo("5");
        assertThat(hub.get("/api/newest-users").body()).contains("\"run_id\"");
    }

    @Test
    void health_names_the_store_that_is_away() throws Exception {
        assertThat(hub.health().statusCode()).isEqualTo(200);

        stack.postgres().stop();
        try {
            assertThat(hub.health().statusCode()).isEqualTo(503);
            assertThat(hub.health().body()).contains("PostgreSQL cannot be reached");
        } finally {
            stack.postgres().start();
        }
        await().atMost(PATIENCE).until(() -> hub.health().statusCode() == 200);
    }
}
