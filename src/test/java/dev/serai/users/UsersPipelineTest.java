package dev.serai.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The users pipeline on the real servers: what arrives where, and what a source may do to it. */
@WithStack
class UsersPipelineTest {

    private Hub hub;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void a_poll_lands_and_stores_five_users() throws Exception {
        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=5 updated=0 unchanged=0 rejected=0");

        assertThat(hub.value("select count(*), count(distinct run_id) from users.profile"))
                .isEqualTo("5|1");
        assertThat(hub.keys("user-data"))
                .singleElement()
                .asString()
                .matches("raw/dt=\\d{4}-\\d\\d-\\d\\d/\\d{8}T\\d{6}\\.\\d{3}Z-[0-9a-f-]{36}\\.json");
        String key = hub.keys("user-data").get(0);
        assertThat(hub.rows("select distinct raw_object from users.profile union select raw_object from ops.load"))
                .containsExactly("s3://user-data/" + key);
        assertThat(new String(hub.object("user-data", key), StandardCharsets.UTF_8))
                .startsWith("[")
                .contains("\"uid\"");
    }

    @Test
    void the_same_answer_twice_changes_nothing() throws Exception {
        hub.run("users");
        String before = hub.value("select md5(string_agg(p::text, ',' order by uid)) from users.profile p");
        hub.fail(Failure.of(FailureKind.REPEAT, 1));

        assertThat(hub.run("users")).contains("state=succeeded read=5 inserted=0 updated=0 unchanged=5 rejected=0");

        assertThat(hub.value("select md5(string_agg(p::text, ',' order by uid)) from users.profile p"))
                .isEqualTo(before);
        assertThat(hub.keys("user-data")).hasSize(2);
    }
}
