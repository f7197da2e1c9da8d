package dev.serai.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters: repaired, replayed, closed by the load that took them. */
@WithStack
class DeadLetterReplayTest {

    private static final String UID = "5a0e8f3c-7f5c-4a19-9c1e-2f4c6a8b0d11";

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
    void a_repaired_letter_loads_and_is_closed_by_its_load() throws Exception {
        hub.fail(Failure.of(FailureKind.WITHOUT_UID, 1));
        hub.run("users");
        hub.rows(
                "update ops.dead_letter set repaired = jsonb_set(payload::jsonb, '{uid}', to_jsonb(?::text))::text",
                UID);

        assertThat(hub.replay("users"))
                .contains("cause=replay state=succeeded read=1 inserted=1 updated=0 unchanged=0 rejected=0")
                .contains("dead letters of users: 0 open");

        assertThat(hub.value("select count(*) from users.profile where uid = ?::uuid", UID))
                .isEqualTo("1");
        assertThat(
                        hub.value(
                                "select d.state, d.closed_at is not null, r.cause from ops.dead_letter d join ops.run r on r.run_id = d.closed_run_id"))
                .isEqualTo("loaded|t|replay");
        assertThat(
                        hub.value(
                                "select l.raw_object, p.raw_object from ops.load l join users.profile p using (run_id) where l.inserted = 1"))
                .as("a replay comes from no landed object")
                .isEqualTo("null|null");
    }

    @Test
    void a_letter_that_is_still_bad_stays_open_and_is_not_doubled() throws Exception {
        hub.fail(Failure.of(FailureKind.WITHOUT_UID, 1));
        hub.run("users");

        assertThat(hub.replay("users"))
                .contains("read=1 inserted=0 updated=0 unchanged=0 rejected=1")
                .contains("dead letters of users: 1 open");
        hub.replay("users");

        assertThat(hub.value("select count(*), max(replays), max(state) from ops.dead_letter"))
                .isEqualTo("1|2|open");
    }

    @Test
    void of_several_letters_the_good_are_closed_and_the_bad_stay() throws Exception {
        for (int i = 0; i < 3; i++) {
            hub.fail(Failure.of(FailureKind.WITHOUT_UID, 1));
            hub.run("users");
        }
        hub.rows("""
                update ops.dead_letter set repaired = jsonb_set(payload::jsonb, '{uid}', to_jsonb(?::text))::text
                where dead_letter_id = (select dead_letter_id from ops.dead_letter order by dead_letter_id offset 1 limit 1)""", UID);

        assertThat(hub.replay("users")).contains("read=3 inserted=1 updated=0 unchanged=0 rejected=2");

        assertThat(hub.rows("select state from ops.dead_letter order by dead_letter_id"))
                .containsExactly("open", "loaded", "open");
    }

    @Test
    void the_rest_of_a_broken_answer_waits_for_a_person() throws Exception {
        hub.fail(Failure.of(FailureKind.HTML, 1));
        hub.run("users");

        assertThat(hub.replay("users"))
                .contains("1 open, 1 of them no JSON object")
                .contains("ops.dead_letter.repaired");
        assertThat(hub.value("select count(*) from ops.run where cause = 'replay'"))
                .isEqualTo("0");
    }

    @Test
    void a_closed_letter_that_is_delivered_again_is_not_opened_again() throws Exception {
        hub.fail(Failure.of(FailureKind.WITHOUT_UID, 1));
        hub.run("users");
        hub.rows("update ops.dead_letter set state = 'dismissed', closed_at = now()");
        hub.fail(Failure.of(FailureKind.REPEAT, 1));

        hub.run("users");

        assertThat(hub.value("select state, times_seen from ops.dead_letter")).isEqualTo("dismissed|2");
    }
}
