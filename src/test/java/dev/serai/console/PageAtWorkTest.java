package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page with data in every panel, in a browser one can click in: its numbers, its links, what an operator does, who can use it. */
@WithStack
@TestInstance(Lifecycle.PER_CLASS)
class PageAtWorkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private Hub hub;
    private BrowserSession page;

    @BeforeAll
    void start(LocalStack stack, @TempDir Path directory) throws Exception {
        Optional<Browser> found = Browser.find(directory);
        assumeTrue(found.isPresent(), "no chromium or google-chrome on the PATH, so nobody can look at the page");
        hub = new Hub(stack);
        hub.run("users");
        hub.run("ads");
        hub.fail(Failure.of(FailureKind.WRONG_TYPES, 1));
        hub.run("users");
        PageRows.fill(hub);
        page = found.get().session("admin", "open sesame");
    }

    /** In all that was done nobody else was asked, and the only complaints are about the wrong password. */
    @AfterAll
    void stop() {
        if (page == null) {
            return;
        }
        try {
            assertThat(page.requested())
                    .hasSizeGreaterThan(50)
                    .filteredOn(address -> !address.startsWith("about:"))
                    .allSatisfy(address -> assertThat(URI.create(address).getAuthority())
                            .isEqualTo(hub.page("/").getAuthority()));
            assertThat(page.complaints()).allMatch(complaint -> complaint.contains("401"));
        } finally {
            page.close();
            hub.close();
        }
    }

    /** What PostgreSQL says, and where that must stand. */
    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '"', textBlock = """
                    select sentence from mart.headline => #headline
                    select pipeline from mart.pipeline where pipeline = 'users' => #pipelines a[href='#/pipeline/users']
                    select users from mart.user_total => #users-figures strong
                    select city || ', ' || country from mart.user_newest limit 1 => #users tbody tr:first-child .place
                    select sum(sign_ups) from mart.community_sign_up where period = 'this week' => #sign-ups .figures strong
                    select sum(sign_ups) from mart.community_sign_up where period = 'this week' group by region order by 1 desc limit 1 => #sign-ups .bar-value
                    select 'A ' || share_of_a_and_b_percent::double precision || ' %' from mart.community_a_b where option like 'A:%' => #plans .share-0
                    select 'B ' || share_of_a_and_b_percent::double precision || ' %' from mart.community_a_b where option like 'B:%' => #plans .share-1
                    select messages || ' messages: ' || mean_per_user::double precision || ' per user' from mart.community_messages_per_user where complete order by week_on desc limit 1 => #messages .note
                    select mean_per_group::double precision || ' per group' from mart.community_messages_per_group where complete order by week_on desc limit 1 => #messages .note
                    select invoices from mart.community_invoice_month order by month_on desc limit 1 => #invoices tbody td:nth-child(2)
                    select value::double precision || ' ' || unit from mart.sensor_latest limit 1 => #sensors-latest li:first-child strong
                    select count(*) filter (where received = 0) || ' of 120' from mart.sensor_coverage where minute_at >= date_trunc('minute', now()) - interval '1 hour' => #sensors-coverage .note
                    select dataset from mart.quality_history where score_percents[30] < 100 => #quality table tbody tr:first-child td:first-child
                    select score_percents[30]::double precision || ' of 100' from mart.quality_history where score_percents[30] < 100 => #quality table tbody td:nth-child(2)
                    select replace(says, 'all', 'All') from mart.quality_now where state = 'warned' => #quality .findings
                    select 'Made-up is failing: the source is away' from mart.alert where state = 'open' and subject = 'made-up' => #alerts
                    select dataset from mart.archive => #archive tbody td:nth-child(1)
                    select to_char(rows, 'FM9,999') from mart.archive => #archive tbody td:nth-child(3)
                    select letters from mart.dead_letter limit 1 => #letters tbody td:nth-child(3)
                    select file || ':' || line from mart.route_finding => #route-findings li code
                    select problem || '. Did you mean ''setVariable''?' from mart.route_finding => #route-findings li
                    select route from mart.route order by route limit 1 => #routes tbody tr:first-child td:nth-child(1)
                    select version from mart.route order by route limit 1 => #routes tbody tr:first-child td:nth-child(2)
                    select 'mart.user_newest' => #catalogue details[data-folder=users] a
                    """)
    void a_panel_shows_what_its_mart_says(String question, String place) throws Exception {
        if (!page.evaluate("location.hash").asText().isEmpty()
                || page.evaluate("document.querySelector('#headline') === null").asBoolean()) {
            page.open(hub.page("/ui/"));
        }

        until(() -> seen(place).contains(hub.value(question)), place + " shows " + question);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    pipeline/users        | Ask the user API for new users
                    pipeline/users        | , in force since
                    dataset/users.profile | One person who signed up
                    dataset/mart.community_plan | Where it comes from and who reads it
                    sensor/hall           | Loading dock
                    dead-letter/1         | make replay PIPELINE=users
                    pipeline/nothing      | There is no pipeline nothing
                    dataset/nothing       | There is no dataset nothing
                    """)
    void an_address_shows_one_thing(String address, String text) throws Exception {
        open(address);

        until(() -> seen("#detail").contains(text), text);
        assertThat(page.evaluate("document.querySelector('#overview').hidden").asBoolean())
                .isTrue();
    }

    @Test
    void a_run_is_reached_by_its_address() throws Exception {
        String run = hub.value("select run_id from mart.run where pipeline = 'users' and read = 5 limit 1");
        open("run/" + run);

        until(() -> seen("#detail .facts").contains(run), run);
        assertThat(seen("#detail table")).contains("users.profile");
    }

    @Test
    void only_an_operator_runs_pauses_resumes_and_replays() throws Exception {
        String runs = hub.value("select count(*) from ops.run");
        page.logIn("admin", "wrong");
        open("pipeline/users");
        until(() -> page.click(".operations button", "Run now"), "a button");
        until(() -> seen(".operations .answer").contains("it needs the operator's login"), "the refusal");
        assertThat(hub.value("select count(*) from ops.run")).isEqualTo(runs);

        String before = hub.value("select count(*) from ops.run where pipeline = 'users' and state = 'succeeded'");
        page.logIn("admin", "open sesame");
        open("pipeline/users");

        until(() -> page.click(".operations button", "Run now"), "a button");
        until(() -> seen(".operations .answer").contains("succeeded: 5 read, 5 inserted"), "the answer");
        String after = Integer.toString(Integer.parseInt(before) + 1);
        assertThat(hub.value("select count(*) from ops.run where pipeline = 'users' and state = 'succeeded'"))
                .isEqualTo(after);
        until(
                () -> page.evaluate("document.querySelectorAll('#detail table')[0].tBodies[0].rows.length")
                        .asText()
                        .equals(hub.value(
                                "select least(40, count(*)) from mart.pipeline_run where pipeline = 'users'")),
                "the run among the others");

        until(() -> page.click(".operations button", "Pause"), "a button");
        until(() -> seen("#detail h2").contains("paused"), "paused");
        until(() -> page.click(".operations button", "Resume"), "another button");
        until(() -> !seen("#detail h2").contains("paused"), "not paused");

        until(() -> page.click(".operations button", "Load again what waits"), "a third button");
        until(
                () -> hub.value("select replays from ops.dead_letter where pipeline = 'users'")
                        .equals("1"),
                "the replay");
    }

    @Test
    void a_schedule_is_said_in_words() throws Exception {
        page.open(hub.page("/ui/"));
        for (String[] said : new String[][] {
            {"30 * * * * ?", "every minute at 30 s"},
            {"0 */5 * * * ?", "every 5 minutes"},
            {"0/30 * * * * ?", "every 30 seconds"},
            {"0 30 3 * * ?", "daily at 03:30 UTC"},
            {"0 0 9 ? * MON", "Mondays at 09:00 UTC"},
            {"0 0 5 1 * ?", "monthly on day 1 at 05:00 UTC"},
            {"0 0 0 L * ?", "0 0 0 L * ?"}
        }) {
            assertThat(page.evaluate("import('/ui/words.js').then(words => words.schedule('%s'))".formatted(said[0]))
                            .asText())
                    .isEqualTo(said[1]);
        }
    }

    @Test
    void fewer_than_two_whole_weeks_are_a_sentence_and_words_below_a_line_never_meet() throws Exception {
        page.open(hub.page("/ui/"));
        String week =
                "{ week: '2020-W23', week_on: '2020-06-01', complete: true, users: 4, writers: 3, messages: 8, mean_per_user: 2 }";
        assertThat(page.evaluate("""
                import('/ui/community.js').then(shown => {
                  shown.showMessages([%s], [{ week: '2020-W23', week_on: '2020-06-01', complete: true, mean_per_group: 4 }]);
                  return document.querySelector('#messages').textContent + document.querySelectorAll('#messages svg').length; })""".formatted(week)).asText())
                .contains(
                        "Week 2020-W23 has 8 messages: 2 per user and 4 per group, over 4 users, 1 of whom wrote nothing.")
                .endsWith("0");
        for (int width : new int[] {1280, 390}) {
            page.look(width, "light");
            page.open(hub.page("/ui/"));
            until(
                    () -> page.evaluate("document.querySelectorAll('.chart').length")
                                    .asInt()
                            >= 3,
                    "charts");
            assertThat(page.evaluate("""
                    [...document.querySelectorAll('.chart')].flatMap(chart => {
                      const boxes = [...chart.querySelectorAll('text.axis, text.end')].map(t => [t.textContent, t.getBoundingClientRect()]);
                      return boxes.flatMap(([a, p], i) => boxes.slice(i + 1)
                        .filter(([, q]) => p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 4 && q.top < p.bottom - 4)
                        .map(([b]) => a + ' meets ' + b)); })""")).isEmpty();
        }
        page.look(1280, "light");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pipeline/users", "run/", "dataset/users.profile", "sensor/hall", "dead-letter/1"})
    void everybody_can_use_it_on_a_desk_and_on_a_phone_by_day_and_by_night(String address) throws Exception {
        String run = hub.value("select run_id from mart.run where pipeline = 'users' and rejected > 0 limit 1");
        for (int width : new int[] {1280, 390}) {
            page.look(width, "light");
            open(address.equals("run/") ? address + run : address);
            String place = address.isEmpty() ? "#catalogue details" : "#detail h2";
            until(
                    () -> page.evaluate("!!document.querySelector(\"%s\")".formatted(place))
                            .asBoolean(),
                    place);
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })");
            for (String scheme : List.of("light", "dark")) {
                page.look(width, scheme);

                assertThat(violations())
                        .as(address + " at " + width + " in " + scheme)
                        .isEmpty();
            }
            assertThat(page.evaluate("""
                    document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('main *')]
                      .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.scroll')).map(e => e.outerHTML.slice(0, 150))"""))
                    .as("what has to be scrolled sideways")
                    .isEmpty();
        }
        page.look(1280, "light");
    }

    @Test
    void every_panel_and_every_page_says_how_it_is_computed() throws Exception {
        open("");
        until(() -> sources() == panels() && panels() > 8, "a line at each panel");
        for (int panel = 0; panel < panels(); panel++) {
            page.evaluate("document.querySelectorAll('#overview .source .link')[%d].click()".formatted(panel));
            until(
                    () -> seen("#explanation .explained").contains("routes/status/api-"),
                    "what panel %d is from".formatted(panel));
            assertThat(seen("#explanation .explained"))
                    .contains("JSON", "CSV")
                    .containsAnyOf("SELECT", "api-catalogue");
            if (panel == 0) {
                assertThat(violations()).as("the explanation").isEmpty();
            }
            page.evaluate("document.querySelector('#explanation').close()");
        }
        open("sensor/hall");
        until(() -> page.click("#detail .source .link", "How is this computed?"), "a line at the page of a sensor");
        until(
                () -> seen("#explanation .explained").contains("mart.sensor_latest")
                        && seen("#explanation .explained").contains("mart.sensor_1min"),
                "both of its views");
    }

    private int sources() throws Exception {
        return page.evaluate("document.querySelectorAll('#overview .source .link').length")
                .asInt();
    }

    private int panels() throws Exception {
        return page.evaluate("document.querySelectorAll('#overview .panel:not([hidden])').length")
                .asInt();
    }

    @Test
    void numbers_that_are_old_are_grey_and_stay_until_there_are_new_ones() throws Exception {
        open("");
        until(() -> seen("#users-figures").contains("users"), "numbers");
        String users = seen("#users-figures strong");
        page.evaluate("window.asks = fetch; fetch = () => Promise.reject(new Error('away')); null");

        until(
                () -> page.evaluate("dispatchEvent(new Event('operated')); document.body.className")
                        .asText()
                        .equals("stale"),
                "three misses");
        assertThat(seen("#live")).startsWith("stale, last seen");
        assertThat(seen("#notice")).isEqualTo("The hub does not answer; this page keeps asking.");
        assertThat(seen("#users-figures strong")).isEqualTo(users);
        assertThat(page.evaluate("getComputedStyle(document.querySelector('main')).filter")
                        .asText())
                .isEqualTo("grayscale(1)");

        page.evaluate("fetch = window.asks; null");
        until(
                () -> page.evaluate("dispatchEvent(new Event('operated')); document.body.className")
                        .asText()
                        .isEmpty(),
                "an answer");
        assertThat(seen("#live")).startsWith("live");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#theme input:checked",
                "a[href='#/pipeline/users']",
                "#pipelines svg.bars",
                "#sign-ups button",
                ".tiles a",
                "#catalogue summary"
            })
    void the_keyboard_reaches_it(String place) throws Exception {
        open("");
        until(
                () -> page.evaluate("!!document.querySelector(\"%s\")".formatted(place))
                        .asBoolean(),
                place);
        page.evaluate("document.activeElement.blur()");

        boolean reached = false;
        for (int step = 0; step < 150 && !reached; step++) {
            page.press("Tab", 9);
            reached = page.evaluate("document.activeElement.matches(\"%s\")".formatted(place))
                    .asBoolean();
        }
        assertThat(reached).isTrue();
        assertThat(page.evaluate(
                                "getComputedStyle(document.activeElement.matches('input') ? document.activeElement.nextSibling : document.activeElement).outlineStyle")
                        .asText())
                .isEqualTo("solid");
    }

    private String violations() throws Exception {
        if (page.evaluate("typeof axe").asText().equals("undefined")) {
            page.evaluate(axe() + "; null");
        }
        return page.evaluate("""
                axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } })
                  .then(found => found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 4).map(n => n.target + ' ' + n.html.slice(0, 120)
                    + ' ' + (n.any[0]?.message ?? '')).join('; ')).join('\\n'))""").asText();
    }

    private static String axe() throws IOException {
        try (InputStream script = Objects.requireNonNull(PageAtWorkTest.class.getResourceAsStream("/axe.min.js"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void open(String address) throws Exception {
        // The same document with another fragment would not be loaded anew.
        page.open(URI.create("about:blank"));
        page.open(hub.page("/ui/" + (address.isEmpty() ? "" : "#/" + address)));
    }

    private String seen(String place) throws Exception {
        return page.evaluate(
                        "(document.querySelector(%s)?.textContent ?? '')".formatted(JSON.writeValueAsString(place)))
                .asText();
    }

    private void until(Callable<Boolean> condition, String what) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(condition);
    }
}
