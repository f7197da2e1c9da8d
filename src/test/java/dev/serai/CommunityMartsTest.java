package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each question about the community with cases computed by hand. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommunityMartsTest {

    private static final String RUN = "01a1fce9-efce-752a-a055-44dc114589cb";

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
    void empty() throws SQLException {
        hub.rows("truncate community.users, community.subscriptions, community.plans, community.invoices,"
                + " community.groups, community.messages");
        hub.rows("update community.clock set mode = 'source'");
    }

    // ---- now

    @Test
    void now_is_the_newest_sign_up_or_the_clock_and_the_mart_says_which() throws SQLException {
        assertThat(hub.value("select clock, now_at = now(), reason from mart.community_clock"))
                .isEqualTo("source|t|the clock of this database, as long as nobody has signed up");
        user("a", "2020-06-01T10:00Z");
        user("b", "2020-06-03T10:00Z");
        assertThat(hub.value("select clock, now_at = '2020-06-03T10:00Z', reason from mart.community_clock"))
                .isEqualTo("source|t|the newest sign-up: the community lives in a time of its own");
        hub.rows("update community.clock set mode = 'wall'");
        assertThat(hub.value("select clock, now_at = now(), reason from mart.community_clock"))
                .isEqualTo("wall|t|the clock of this database: the community lives in our time");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "community_sign_up",
                "community_plan",
                "community_messages_per_user",
                "community_messages_per_group",
                "community_invoice_month"
            })
    void without_users_there_is_no_row(String mart) throws SQLException {
        assertThat(hub.rows("select * from mart." + mart)).isEmpty();
    }

    // ---- sign-ups

    /** Now is a Sunday, 2020-03-01, the day after a leap day; the week is that of Monday, 24 February. */
    @ParameterizedTest
    @CsvSource({
        "2020-03-01T12:00:00Z, 1 1 1",
        "2020-03-01T00:00:00Z, 1 1 1",
        "2020-02-29T23:59:59.999999Z, 0 1 0",
        "2020-02-24T00:00:00Z, 0 1 0",
        "2020-02-23T23:59:59.999999Z, 0 0 0",
        // in another zone the day is another one: what counts is UTC
        "2020-03-01T01:30:00+02:00, 0 1 0"
    })
    void a_sign_up_counts_in_the_day_the_week_and_the_month_of_utc(String at, String counts) throws SQLException {
        user("now", "2020-03-01T12:00:00Z");
        hub.rows("update community.users set country = 'ZW'");
        user("one", at);

        assertThat(hub.value("""
                        select concat_ws(' ', coalesce(sum(sign_ups) filter (where period = 'today'), 0),
                                              coalesce(sum(sign_ups) filter (where period = 'this week'), 0),
                                              coalesce(sum(sign_ups) filter (where period = 'this month'), 0))
                        from mart.community_sign_up where region <> 'Eastern Africa'""")).isEqualTo(counts);
        assertThat(
                        hub.value(
                                "select string_agg(distinct period || ' ' || begins_at::text, ', ') from mart.community_sign_up"))
                .contains("this month 2020-03-01", "this week 2020-02-24", "today 2020-03-01");
    }

    @Test
    void the_week_of_a_new_year_begins_in_the_old_one() throws SQLException {
        user("now", "2021-01-01T08:00Z");
        user("monday", "2020-12-28T00:00Z");
        user("sunday", "2020-12-27T23:59Z");

        assertThat(hub.rows("select period, sum(sign_ups) from mart.community_sign_up group by 1 order by 1"))
                .containsExactly("this month|1", "this week|2", "today|1");
    }

    @Test
    void the_parts_add_up_with_what_is_not_given() throws SQLException {
        user("a", "2020-06-03T10:00Z", 17, "Female", "DE");
        user("b", "2020-06-03T11:00Z", 18, "Female", "DE");
        user("c", "2020-06-03T11:00Z", 24, "Female", "AT");
        user("d", "2020-06-03T12:00Z", null, null, null);
        user("e", "2020-06-03T12:00Z", 65, "", " ");
        user("f", "2020-06-03T12:00Z", -1, "Male", "XX");
        user("g", "2020-06-03T12:00Z", 121, "Male", "gb");
        user("gone", "2020-06-03T11:30Z", 30, "Male", "FR");
        hub.rows("update community.users set deleted_at = now() where user_id = 'gone'");

        assertThat(
                        hub.rows(
                                "select continent, region, age_band, gender, sign_ups from mart.community_sign_up where period = 'today'"))
                .containsExactlyInAnyOrder(
                        "Europe|Western Europe|under 18|Female|1",
                        "Europe|Western Europe|18-24|Female|2",
                        "not given|not given|not given|not given|1",
                        "not given|not given|65 and over|not given|1",
                        "unknown country|unknown country|implausible|Male|1",
                        "Europe|Northern Europe|implausible|Male|1");
        assertThat(hub.value("select sum(sign_ups) from mart.community_sign_up where period = 'today'"))
                .isEqualTo("7");
    }

    @Test
    void a_sign_up_after_now_is_left_out() throws SQLException {
        hub.rows("update community.clock set mode = 'wall'");
        hub.rows("insert into community.users (user_id, sign_up_at, source_version, run_id) values"
                + " ('past', date_trunc('day', now(), 'UTC'), 1, gen_random_uuid()),"
                + " ('ahead', now() + interval '1 hour', 1, gen_random_uuid())");

        assertThat(hub.rows("select sum(sign_ups) from mart.community_sign_up where period = 'this month'"))
                .containsExactly("1");
    }

    @ParameterizedTest
    @CsvSource({
        "17, under 18",
        "18, 18-24",
        "24, 18-24",
        "25, 25-34",
        "34, 25-34",
        "35, 35-44",
        "44, 35-44",
        "45, 45-54",
        "54, 45-54",
        "55, 55-64",
        "64, 55-64",
        "65, 65 and over",
        "120, 65 and over",
        "121, implausible",
        "0, under 18",
        "-1, implausible"
    })
    void every_age_has_one_band(int age, String band) throws SQLException {
        assertThat(hub.value("select community.age_band(?)", age)).isEqualTo(band);
    }

    @Test
    void every_country_of_the_iso_list_has_a_place() throws SQLException {
        List<String> iso = hub.rows("select country_code from community.country order by 1");
        assertThat(iso).hasSize(249);
        // Java knows the same list by another road
        assertThat(Locale.getISOCountries())
                .containsAll(iso.stream().filter(code -> !code.equals("AN")).toList());
        assertThat(
                        hub.rows(
                                "select continent, count(*), count(distinct region) from community.country group by 1 order by 1"))
                .containsExactly(
                        "Africa|60|5", "Americas|57|4", "Antarctica|1|1", "Asia|51|5", "Europe|51|4", "Oceania|29|4");
        assertThat(
                        hub.rows(
                                "select name, region from community.country where country_code in ('CI', 'TR', 'GB', 'YT') order by 1"))
                .containsExactly(
                        "Côte d'Ivoire|Western Africa",
                        "Mayotte|Eastern Africa",
                        "Türkiye|Western Asia",
                        "United Kingdom|Northern Europe");
    }

    // ---- plans

    @Test
    void shares_are_of_all_users_with_those_without_a_plan_in_rows_of_their_own() throws SQLException {
        plans();
        for (String id : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
            user(id, "2020-06-03T10:00Z");
        }
        subscription("a", "1234", "2020-06-15");
        subscription("b", "1235", "2020-06-15");
        subscription("c", "1235", "2020-06-15");
        subscription("d", "2234", "2020-06-15");
        subscription("e", "9000", "2020-06-15");
        subscription("f", "404", "2020-06-15");
        subscription("g", null, "2020-06-15");
        // h has none

        assertThat(hub.rows("select plan_id, plan, users, share_percent from mart.community_plan"))
                .containsExactly(
                        "1235|CoreTechUpfront|2|25.00",
                        "1234|CoreTechMonthly|1|12.50",
                        "2234|CoreNoTechMonthly|1|12.50",
                        "404|unknown plan|1|12.50",
                        "9000|Premium|1|12.50",
                        "none|no subscription|1|12.50",
                        "not given|unknown plan|1|12.50");
        assertThat(
                        hub.rows(
                                "select option, users, share_percent, share_of_a_and_b_percent, excluded from mart.community_a_b"))
                .containsExactly(
                        "A: CoreTech|3|37.50|75.00|f",
                        "B: CoreNoTech|1|12.50|25.00|f",
                        "another plan|3|37.50|null|t",
                        "no subscription|1|12.50|null|t");
    }

    @Test
    void without_users_nobody_is_on_a_or_b() throws SQLException {
        assertThat(hub.rows("select option, users, share_percent, share_of_a_and_b_percent from mart.community_a_b"))
                .containsExactly(
                        "A: CoreTech|0|null|null",
                        "B: CoreNoTech|0|null|null",
                        "another plan|0|null|null",
                        "no subscription|0|null|null");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
                    the one that began last           | 2020-05-01 | 2020-06-01 | 2020-07-01 | s2
                    begun on the instant of now       | 2020-05-01 | 2020-06-10 | 2020-07-01 | s2
                    none begun: the first to begin    | 2020-09-01 | 2020-08-01 | 2020-07-01 | s3
                    one begun long ago, over or not   | 2019-01-01 | 2020-08-01 | 2020-07-01 | s1
                    without a start: after the others | null       | 2020-08-01 | 2020-07-01 | s3
                    """)
    void of_several_subscriptions_one_counts(String why, @Nullable String s1, String s2, String s3, String counts)
            throws SQLException {
        plans();
        user("a", "2020-06-10T00:00Z");
        hub.rows(
                "insert into community.subscriptions (subscription_id, user_id, ordinal, plan_id, start_at, source_version, run_id)"
                        + " values ('s1', 'a', 0, '1234', ?::timestamptz, 1, ?::uuid),"
                        + " ('s2', 'a', 1, '1234', ?::timestamptz, 1, ?::uuid),"
                        + " ('s3', 'a', 2, '1234', ?::timestamptz, 1, ?::uuid)",
                s1,
                RUN,
                s2,
                RUN,
                s3,
                RUN);

        assertThat(hub.rows("select subscription_id from community.user_plan"))
                .as(why)
                .containsExactly(counts);
    }

    @Test
    void a_deleted_user_or_subscription_does_not_count() throws SQLException {
        plans();
        user("a", "2020-06-03T10:00Z");
        user("b", "2020-06-03T10:00Z");
        user("gone", "2020-06-03T10:00Z");
        subscription("a", "1234", "2020-06-15");
        subscription("b", "1234", "2020-06-15");
        subscription("gone", "1234", "2020-06-15");
        hub.rows("update community.users set deleted_at = now() where user_id = 'gone'");
        hub.rows("update community.subscriptions set deleted_at = now() where user_id = 'b'");

        assertThat(hub.rows("select plan_id, users, share_percent from mart.community_plan"))
                .containsExactly("1234|1|50.00", "none|1|50.00");
    }

    // ---- messages

    @Test
    void the_mean_is_over_all_who_had_signed_up_the_silent_ones_too() throws SQLException {
        group("g", "2020-06-15T00:00Z");
        user("a", "2020-06-01T10:00Z");
        user("b", "2020-06-07T23:59:59.999Z");
        user("c", "2020-06-08T00:00Z");
        user("silent", "2020-06-17T12:00Z");
        messages("a", "g", "2020-06-01T11:00Z", "2020-06-07T23:59:59.999Z", "2020-06-08T00:00Z", "2020-06-17T12:00Z");
        messages("c", "g", "2020-06-08T00:00Z", "2020-06-16T08:00Z");
        // after now
        messages("b", "g", "2020-06-17T12:00:00.001Z", "2020-08-01T00:00Z");

        assertThat(hub.rows("select week, week_on, complete, users, writers, messages, mean_per_user, left_out"
                        + " from mart.community_messages_per_user"))
                .containsExactly(
                        "2020-W23|2020-06-01|t|2|1|2|1.00|0",
                        "2020-W24|2020-06-08|t|3|2|2|0.67|0",
                        "2020-W25|2020-06-15|f|4|2|2|0.50|0");
    }

    @Test
    void a_week_in_which_nobody_writes_has_the_mean_zero() throws SQLException {
        user("a", "2020-06-01T10:00Z");
        user("b", "2020-06-15T10:00Z");

        assertThat(hub.rows("select week, users, messages, mean_per_user from mart.community_messages_per_user"))
                .containsExactly("2020-W23|1|0|0.00", "2020-W24|1|0|0.00", "2020-W25|2|0|0.00");
    }

    @Test
    void weeks_are_those_of_iso_across_a_year_with_53_of_them() throws SQLException {
        user("a", "2020-12-27T23:00Z");
        user("b", "2021-01-04T00:00Z");
        messages("a", "g", "2020-12-27T23:30Z", "2020-12-31T23:59Z", "2021-01-01T00:00Z", "2021-01-03T23:59Z");

        assertThat(hub.rows("select week, complete, messages from mart.community_messages_per_user"))
                .containsExactly("2020-W52|t|1", "2020-W53|t|3", "2021-W01|f|0");
    }

    @Test
    void what_deleted_or_unknown_users_wrote_is_left_out_and_said() throws SQLException {
        user("a", "2020-06-01T10:00Z");
        user("gone", "2020-06-01T10:00Z");
        user("later", "2020-06-09T10:00Z");
        messages("a", "g", "2020-06-02T00:00Z");
        messages("gone", "g", "2020-06-02T00:00Z", "2020-06-03T00:00Z");
        messages("unknown", "g", "2020-06-02T00:00Z");
        messages(null, "g", "2020-06-02T00:00Z");
        messages("later", "g", "2020-06-02T00:00Z", "2020-06-08T00:00Z");
        hub.rows("update community.users set deleted_at = now() where user_id = 'gone'");
        messages("a", "g", "2020-06-03T00:00Z");
        hub.rows(
                "update community.messages set deleted_at = now() where user_id = 'a' and message_at = '2020-06-03T00:00Z'");

        assertThat(hub.rows("select week, users, writers, messages, left_out from mart.community_messages_per_user"))
                .containsExactly("2020-W23|1|1|1|5", "2020-W24|2|1|1|0");
    }

    @Test
    void a_group_counts_from_its_first_member_and_one_that_is_silent_as_zero() throws SQLException {
        group("early", "2020-06-15T00:00Z");
        group("silent", "2020-06-08T00:00Z");
        group("later", "2020-06-22T00:00Z");
        group("gone", "2020-06-01T00:00Z");
        hub.rows("update community.groups set deleted_at = now() where group_id = 'gone'");
        user("a", "2020-06-01T10:00Z");
        user("b", "2020-06-17T10:00Z");
        hub.rows("update community.users set group_id = 'early' where user_id = 'a'");
        messages("a", "early", "2020-06-02T00:00Z", "2020-06-08T00:00Z", "2020-06-09T00:00Z");
        messages("b", "gone", "2020-06-09T00:00Z");
        messages("b", "later", "2020-06-16T00:00Z");

        assertThat(hub.rows("select week, complete, groups, writing_groups, messages, mean_per_group, left_out"
                        + " from mart.community_messages_per_group"))
                .containsExactly("2020-W23|t|1|1|1|1.00|0", "2020-W24|t|2|1|2|1.00|1", "2020-W25|f|2|0|0|0.00|1");
    }

    @Test
    void the_counts_by_week_are_those_of_the_messages_whatever_is_done_to_them() throws SQLException {
        Random random = new Random(11);
        for (int step = 0; step < 60; step++) {
            String at = "2020-06-01T00:00Z";
            int days = random.nextInt(40);
            int user = random.nextInt(4);
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> hub.rows("""
                        insert into community.messages as m
                            (document_id, ordinal, user_id, group_id, message_at, source_version, run_id)
                        select 'd' || n % 5, n, nullif('u' || ?::int, 'u3'), 'g' || n % 2,
                               case when n % 7 <> 0 then ?::timestamptz + make_interval(days => ?::int + n) end, 1, ?::uuid
                        from generate_series(?::int, ?::int + 20) n
                        on conflict (document_id, ordinal) do update
                        set user_id = excluded.user_id, message_at = excluded.message_at, deleted_at = null
                        where m.ordinal % 3 <> 0""", user, at, days, RUN, days, days);
                case 3 ->
                    hub.rows(
                            "update community.messages set deleted_at = now() where ordinal % 5 = ?",
                            random.nextInt(5));
                case 4 -> hub.rows("update community.messages set message = 'same' where ordinal > ?", days);
                default -> hub.rows("delete from community.messages where ordinal = ?", random.nextInt(40));
            }
            for (String of : List.of("user", "group")) {
                assertThat(hub.rows(
                                "select %1$s_id, week_on, messages from community.%1$s_week where messages <> 0 order by 1, 2"
                                        .formatted(of)))
                        .isEqualTo(hub.rows("""
                                select %s_id, date_trunc('week', message_at at time zone 'UTC')::date, count(*)
                                from community.messages where deleted_at is null and message_at is not null
                                group by 1, 2 order by 1, 2""".formatted(of)));
            }
        }
        assertThat(hub.value("select count(*) > 10 from community.user_week")).isEqualTo("t");
        hub.rows("truncate community.messages");
        assertThat(hub.rows(
                        "select user_id from community.user_week union all select group_id from community.group_week"))
                .isEmpty();
    }

    // ---- invoices

    @Test
    void settled_invoices_are_summed_by_month_and_currency() throws SQLException {
        user("a", "2020-03-15T10:00Z");
        invoice(0, 30, "GBP", "settled", "2020-02-29T23:59:59.999Z");
        invoice(1, 30, "GBP", "settled", "2020-02-01T00:00Z");
        invoice(2, 40, "EUR", "settled", "2020-02-10T00:00Z");
        invoice(3, 30, "GBP", "settled", "2020-03-01T00:00Z");
        invoice(4, 30, "GBP", "open", "2020-03-01T00:00Z");
        invoice(5, 30, "GBP", "settled", "2020-03-15T10:00:00.001Z");
        invoice(6, 30, null, "settled", "2020-03-15T10:00Z");
        invoice(7, 99, "GBP", "settled", "2020-02-05T00:00Z");
        hub.rows("update community.invoices set deleted_at = now() where ordinal = 7");
        invoice(8, null, "GBP", "settled", "2020-01-31T23:59Z");
        invoice(9, 12.5, "GBP", "settled", "2020-02-05T00:00Z");

        assertThat(hub.rows("select month_on, currency, invoices, amount, complete from mart.community_invoice_month"))
                .containsExactly(
                        "2020-01-01|GBP|1|0|t",
                        "2020-02-01|EUR|1|40|t",
                        "2020-02-01|GBP|3|72.5|t",
                        "2020-03-01|GBP|1|30|f",
                        "2020-03-01|not given|1|30|f");
    }

    // ---- over HTTP, read by the role of the page

    @ParameterizedTest
    @CsvSource({
        "community-clock, community_clock",
        "community-sign-ups, community_sign_up",
        "community-plans, community_plan",
        "community-a-b, community_a_b",
        "community-messages-per-user, community_messages_per_user",
        "community-messages-per-group, community_messages_per_group",
        "community-invoices, community_invoice_month"
    })
    void each_question_has_an_answer_in_json(String endpoint, String mart) throws Exception {
        plans();
        group("g", "2020-06-15T00:00Z");
        user("a", "2020-06-03T10:00Z");
        subscription("a", "1234", "2020-06-15");
        messages("a", "g", "2020-06-03T10:00Z");
        invoice(0, 30, "GBP", "settled", "2020-06-03T10:00Z");

        HttpResponse<String> answer = hub.get("/api/" + endpoint);

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode rows = new ObjectMapper().readTree(answer.body()).get("rows");
        assertThat(rows).isNotEmpty();
        assertThat(rows)
                .isEqualTo(new ObjectMapper().readTree(hub.value("select json_agg(v) from mart." + mart + " v")));
    }

    private void plans() throws SQLException {
        for (String plan : List.of(
                "1234 CoreTechMonthly",
                "1235 CoreTechUpfront",
                "2234 CoreNoTechMonthly",
                "2235 CoreNoTechUpfront",
                "9000 Premium")) {
            String[] parts = plan.split(" ", -1);
            hub.rows(
                    "insert into community.plans (plan_id, description, source_version, run_id) values (?, ?, 1, ?::uuid)",
                    parts[0],
                    parts[1],
                    RUN);
        }
    }

    private void user(String id, String signUp) throws SQLException {
        user(id, signUp, 30, "Female", "DE");
    }

    private void user(
            String id, String signUp, @Nullable Integer age, @Nullable String gender, @Nullable String country)
            throws SQLException {
        hub.rows(
                "insert into community.users (user_id, sign_up_at, age, gender, country, source_version, run_id)"
                        + " values (?, ?::timestamptz, ?::integer, ?::text, ?::text, 1, ?::uuid)",
                id,
                signUp,
                age,
                gender,
                country,
                RUN);
    }

    private void subscription(String user, @Nullable String plan, String start) throws SQLException {
        hub.rows(
                "insert into community.subscriptions (subscription_id, user_id, ordinal, plan_id, start_at, source_version, run_id)"
                        + " values (?, ?, 0, ?::text, ?::timestamptz, 1, ?::uuid)",
                "s-" + user,
                user,
                plan,
                start,
                RUN);
    }

    private void group(String id, String start) throws SQLException {
        hub.rows(
                "insert into community.groups (group_id, start_at, source_version, run_id) values (?, ?::timestamptz, 1, ?::uuid)",
                id,
                start,
                RUN);
    }

    private void messages(@Nullable String user, String group, String... dates) throws SQLException {
        for (String date : dates) {
            hub.rows(
                    "insert into community.messages (document_id, ordinal, user_id, group_id, message_at, source_version, run_id)"
                            + " select 'd', count(*), ?::text, ?::text, ?::timestamptz, 1, ?::uuid from community.messages",
                    user,
                    group,
                    date,
                    RUN);
        }
    }

    private void invoice(int ordinal, @Nullable Number amount, @Nullable String currency, String status, String at)
            throws SQLException {
        hub.rows(
                "insert into community.invoices (subscription_id, ordinal, user_id, amount, currency, status, invoice_at, source_version, run_id)"
                        + " values ('s', ?, 'a', ?::numeric, ?::text, ?, ?::timestamptz, 1, ?::uuid)",
                ordinal,
                amount,
                currency,
                status,
                at,
                RUN);
    }
}
