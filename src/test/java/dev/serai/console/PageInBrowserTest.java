package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees, in a real browser. */
@WithStack
class PageInBrowserTest {

    private static final int A_LOOK_MS = 3_000;
    private static final int SOME_MISSES_MS = 30_000;

    private Browser browser;
    private Hub hub;

    @BeforeEach
    void start(LocalStack stack, @TempDir Path directory) throws Exception {
        Optional<Browser> found = Browser.find(directory);
        assumeTrue(found.isPresent(), "no chromium or google-chrome on the PATH, so nobody can look at the page");
        browser = found.get();
        hub = new Hub(stack);
    }

    @AfterEach
    void stop() {
        if (hub != null) {
            hub.close();
        }
    }

    @Test
    void before_the_first_run_it_says_what_is_coming() throws Exception {
        String page = look(A_LOOK_MS);

        assertThat(headline(page))
                .matches("none – \\d+ pipelines wait for their first run")
                .endsWith(hub.value("select sentence from mart.headline"));
        assertThat(text(page))
                .contains(
                        "Nobody has signed up yet. The first users arrive in",
                        "Nothing waits here.",
                        "None of %s checks has run yet.".formatted(hub.value("select count(*) from mart.quality_now")))
                .doesNotContain("checks find something wrong");
    }

    @Test
    void five_new_users_are_shown_as_new() throws Exception {
        hub.run("ads");
        hub.run("users");

        String page = look(A_LOOK_MS);

        assertThat(headline(page)).isEqualTo("ok ✓ All 2 pipelines are healthy");
        assertThat(page)
                .contains(
                        "<title>✓ Serai</title>",
                        "href=\"icon-ok.svg\"",
                        "aria-label=\"Last runs of users: 0 of 1 failed\"");
        assertThat(page.split("<tr role=\"row\" class=\"fresh\">", -1)).hasSize(1 + 5);
        assertThat(page.split("<circle class=\"fresh\"", -1)).hasSize(1 + 5);
        assertThat(text(page))
                .contains(
                        "5 users",
                        "next five in",
                        "live · updated",
                        "Guaranteed: Each record is in users.profile once, by uid, in its newest state.");
    }

    @Test
    void a_failing_pipeline_is_the_headline_with_its_reason() throws Exception {
        hub.run("users");
        hub.fail(Failure.of(FailureKind.SERVER_ERROR, 10));
        hub.run("users");

        String page = look(A_LOOK_MS);

        assertThat(headline(page)).isEqualTo("bad ✕ users is failing");
        assertThat(page)
                .contains("<title>✕ users is failing · Serai</title>", "href=\"icon-bad.svg\"", "1 of 2 failed");
        assertThat(text(page))
                .contains(
                        "The source must answer 200, answered 500", "next try in", "What was stored or landed is kept");
        assertThat(page.split("<tr role=\"row\" class=\"fresh\">", -1)).hasSize(1 + 5);
    }

    @Test
    void a_short_outage_that_would_cost_data_is_told_at_the_pipeline_and_so_are_lost_changes() throws Exception {
        hub.rows("update ops.outage set survives_seconds = 90 where pipeline = 'users' and store = 'PostgreSQL'");
        hub.rows(
                "insert into community.change_stream (collection, state, reason) values ('users', 'lost', 'the place is too old')");

        assertThat(text(look(A_LOOK_MS)))
                .contains(
                        "✕ Only 90 s: so long PostgreSQL may be away.",
                        "✕ Changes of users were missed, a sweep finds them: The place is too old.");
        assertThat(text(browser.open(hub.page("/ui/#/pipeline/users"), A_LOOK_MS)))
                .contains("What is guaranteed", "A record that is delivered again is known by uid.", "only 90 s");
    }

    @Test
    void a_rejected_record_is_shown_with_the_command_that_loads_it_again() throws Exception {
        hub.fail(Failure.of(FailureKind.WRONG_TYPES, 1));
        hub.run("users");

        assertThat(text(look(A_LOOK_MS)))
                .contains("USER_DATE_OF_BIRTH_INVALID", "make replay PIPELINE=users", "wait in the dead letter.");
    }

    @Test
    void what_a_source_sends_is_text_and_never_markup() throws Exception {
        hub.run("users");
        hub.rows(
                "update users.profile set first_name = '<img src=x onerror=alert(1)>', city = '</td><script>alert(2)</script>'");

        String page = look(A_LOOK_MS);

        assertThat(page)
                .contains("&lt;img src=x onerror=alert(1)&gt;", "&lt;/td&gt;&lt;script&gt;")
                .doesNotContain("<img", "<script>");
    }

    @Test
    void without_postgresql_it_says_why_it_knows_nothing(LocalStack stack) throws Exception {
        stack.postgres().stop();
        try {
            String page = look(SOME_MISSES_MS);

            assertThat(page).contains("<body class=\"stale\">", "<title>– stale · Serai</title>");
            assertThat(text(page)).contains("stale, nothing seen yet", "PostgreSQL does not answer now");
        } finally {
            stack.postgres().start();
        }

        assertThat(headline(look(A_LOOK_MS))).matches("none – \\d+ pipelines wait.*");
    }

    private String look(int virtualMs) throws Exception {
        return browser.open(hub.page("/"), virtualMs);
    }

    /** Its mark, then what it says. */
    private static String headline(String page) {
        Matcher headline = Pattern.compile("<h1 id=\"headline\" data-mark=\"(\\w+)\">(.*?)</h1>")
                .matcher(page);
        assertThat(headline.find()).isTrue();
        return headline.group(1) + " " + text(headline.group(2));
    }

    private static String text(String html) {
        return html.replaceAll("<[^>]*>", "").replaceAll("\\s+", " ");
    }
}
