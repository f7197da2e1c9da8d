package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The counts of the community are at any time what looking at every row gives, whatever statement changed the rows. A failure
 * names its seed, which {@code -Dcommunity.seed} repeats; {@code -Dcommunity.steps} makes more of them.
 */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
class CommunityCountsTest {

    private static final int STEPS = Integer.getInteger("community.steps", 40);
    private static final String RUN = "01a1fce9-efce-752a-a055-44dc114589cb";

    private final long seed = Long.getLong("community.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private Hub hub;
    private PlainMarts marts;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        marts = new PlainMarts(hub);
    }

    @AfterAll
    void stop() throws SQLException {
        marts.close();
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"source", "wall"})
    void the_counts_are_those_of_the_rows_whatever_is_done_to_them(String clock) throws SQLException {
        hub.rows("update community.clock set mode = ?", clock);
        boolean counted = false;
        for (int step = 0; step < STEPS; step++) {
            String statement = change();
            marts.execute(statement);
            assertThat(marts.differences())
                    .as("seed %d, step %d: %s", seed, step, statement)
                    .isEmpty();
            counted |= marts.rows(
                            "select count(*) filter (where writers > 0) > 3 and count(*) filter (where left_out > 0) > 0"
                                    + " from mart.community_messages_per_user")
                    .contains("t");
        }
        assertThat(counted).as("seed %d: there was something to count", seed).isTrue();
        marts.execute("select community.count_anew()");
        assertThat(marts.differences()).as("seed %d: counted anew", seed).isEmpty();
    }

    /** One statement as loads have them, or as a person writes it. */
    private String change() {
        int part = random.nextInt(6);
        return switch (random.nextInt(16)) {
            case 0, 1, 2 ->
                "insert into community.users as u (user_id, sign_up_at, group_id, source_version, run_id)"
                        + " select 'u' || n, case when n %% 11 <> 3 then %s end, case when n %% 7 <> 2 then 'g' || %d %% (n + 1) end, 1, '%s'"
                                .formatted(instant("n"), random.nextInt(6), RUN)
                                .replace("%%", "%")
                        + some(30)
                        + " on conflict (user_id) do update set sign_up_at = excluded.sign_up_at, group_id = excluded.group_id,"
                        + " deleted_at = null where u.sign_up_at is distinct from excluded.sign_up_at or u.deleted_at is not null";
            case 3, 4 ->
                "insert into community.subscriptions as s"
                        + " (subscription_id, user_id, ordinal, plan_id, start_at, source_version, run_id)"
                        + " select 's' || n, 'u' || n / (2 + %d), 0, case when n %% 9 <> 4 then (1233 + n %% 4)::text end,"
                                .formatted(part % 2)
                                .replace("%%", "%")
                        + " case when n % 8 <> 5 then " + instant("(n % 3)") + " end, 1, '" + RUN + "'"
                        + some(60)
                        + " on conflict (subscription_id) do update set user_id = excluded.user_id, plan_id = excluded.plan_id,"
                        + " start_at = excluded.start_at, deleted_at = null";
            case 5 ->
                "insert into community.groups as g (group_id, start_at, source_version, run_id)"
                        + " select 'g' || n, case when n % 4 <> 1 then " + instant("n") + " end, 1, '" + RUN + "'"
                        + some(6)
                        + " on conflict (group_id) do update set start_at = excluded.start_at, deleted_at = null";
            case 6, 7, 8, 9 ->
                "insert into community.messages as m"
                        + " (document_id, ordinal, user_id, group_id, message_at, source_version, run_id)"
                        + " select 'd' || n % 7, n, nullif('u' || n % 31, 'u3'), nullif('g' || n % 7, 'g6'),"
                        + " case when n % 13 <> 7 then " + instant("n") + " end, 1, '" + RUN + "'" + some(200)
                        + " on conflict (document_id, ordinal) do update set user_id = excluded.user_id,"
                        + " message_at = excluded.message_at, deleted_at = null where m.ordinal % 3 <> 0";
            case 10, 11 ->
                "insert into community.invoices as i"
                        + " (subscription_id, ordinal, user_id, amount, currency, status, invoice_at, source_version, run_id)"
                        + " select 's' || n % 9, n, 'u1', case when n % 5 <> 0 then n * 1.25 end, nullif('E' || n % 3, 'E2'),"
                        + " case when n % 4 <> 0 then 'settled' else 'open' end, case when n % 6 <> 1 then "
                        + instant("n")
                        + " end, 1, '" + RUN + "'" + some(50)
                        + " on conflict (subscription_id, ordinal) do update set amount = excluded.amount,"
                        + " status = excluded.status, invoice_at = excluded.invoice_at, deleted_at = null";
            case 12 ->
                "insert into community.plans as p (plan_id, description, source_version, run_id)"
                        + " values ('1234', 'CoreTechMonthly', 1, '" + RUN + "'), ('1235', 'CoreNoTechUpfront', 1, '"
                        + RUN
                        + "'), ('none', 'Premium', 1, '" + RUN + "') on conflict do nothing";
            case 13 ->
                "update community." + table() + " set deleted_at = case when deleted_at is null then now() end"
                        + where(part);
            case 14 ->
                random.nextInt(5) == 0
                        ? "truncate community." + table()
                        : "delete from community." + table() + where(part);
            default -> // all at once, as one load does it
                "with gone as (update community.users set deleted_at = now()" + where(part) + " returning user_id),"
                        + " theirs as (update community.subscriptions s set deleted_at = now() from gone where s.user_id = gone.user_id),"
                        + " back as (update community.users set deleted_at = null, sign_up_at = "
                        + instant(Integer.toString(part))
                        + " where deleted_at is not null and user_id not in (select user_id from gone)),"
                        + " moved as (update community.groups set start_at = " + instant("ordinality")
                        + " from unnest(array['g0', 'g1', 'g2']) with ordinality x(id, ordinality) where group_id = id)"
                        + " insert into community.messages (document_id, ordinal, user_id, group_id, message_at, source_version, run_id)"
                        + " select 'x' || " + random.nextLong() + ", n, 'u' || n % 31, 'g' || n % 7, " + instant("n")
                        + ", 1, '" + RUN
                        + "'" + some(60);
        };
    }

    /** Some instant within eight weeks before now and one after it, often near it. */
    private String instant(String n) {
        return "now() + make_interval(hours => ((%s)::int * %d) %% %d - %d)"
                .formatted(n, 1 + random.nextInt(97), 24 * 63, 24 * random.nextInt(57));
    }

    private String some(int most) {
        int from = random.nextInt(most);
        return " from generate_series(%d, %d) n".formatted(from, from + random.nextInt(most));
    }

    private String table() {
        String[] tables = {"users", "subscriptions", "groups", "messages", "invoices"};
        return tables[random.nextInt(tables.length)];
    }

    private static String where(int part) {
        return " where abs(hashtext(run_id::text || changed_at::text || ctid::text)) % 6 = " + part;
    }
}
