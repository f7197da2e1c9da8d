package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.ServiceStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does in Hawtio, in a real browser. */
@WithStack
@TestInstance(Lifecycle.PER_CLASS)
class HawtioInBrowserTest {

    private static final String ROUTE = "users-api-to-postgres";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DRAWING = Duration.ofSeconds(15);

    private Hub hub;
    private BrowserSession page;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        hub.run("users");
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        Optional<Browser> found = Browser.find(directory);
        assumeTrue(found.isPresent(), "no chromium or google-chrome on the PATH, so nobody can look at Hawtio");
        page = found.get().session("admin", "open sesame");
    }

    @AfterEach
    void close() {
        if (page != null) {
            page.close();
        }
    }

    private static final String TABS = "main a, main button";

    @Test
    void a_route_is_seen_with_its_counters_stopped_and_started() throws Exception {
        page.open(hub.management("/hawtio/camel"));
        click("[class*=tree-view__node-text]", "routes");
        click(TABS, "Routes");

        until(() -> row().contains("Started"));
        assertThat(row()).contains(ROUTE).containsPattern("\\t1\\t0\\t0\\t1\\t0\\t");

        until(() -> page.evaluate("(() => { const box = %s?.querySelector('input'); box?.click(); return !!box; })()"
                        .formatted(rowElement()))
                .asBoolean());
        click("main button", "Stop");
        untilRoute(ServiceStatus.Stopped);
        until(() -> row().contains("Stopped"));

        until(() -> page.evaluate(
                        "(() => { const box = %s?.querySelector('input'); if (box && !box.checked) box.click(); return !!box; })()"
                                .formatted(rowElement()))
                .asBoolean());
        click("main button", "Start");
        untilRoute(ServiceStatus.Started);
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    void a_route_has_its_description_and_its_diagram_the_ids_of_its_steps() throws Exception {
        page.open(hub.management("/hawtio/camel"));
        // The tree is drawn anew while it loads, and forgets then what was opened and what was chosen. But each click
        // on the
        // route draws its diagram anew, which takes a busy machine seconds.
        AtomicLong chosenNanos = new AtomicLong(System.nanoTime() - DRAWING.toNanos());
        AtomicBoolean drawn = new AtomicBoolean();
        AtomicBoolean asked = new AtomicBoolean();
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            drawn.compareAndSet(false, page.text().contains("(ID: users-redact)"));
            if (drawn.get() && !asked.get()) {
                asked.set(page.click(TABS, "Attributes"));
            } else if (System.nanoTime() - chosenNanos.get() >= DRAWING.toNanos()) {
                asked.set(false);
                if (page.click("[class*=tree-view__node-text]", ROUTE)) {
                    chosenNanos.set(System.nanoTime());
                } else {
                    page.evaluate("""
                            (() => { const group = [...document.querySelectorAll('[class*=tree-view__node-text]')].find(e => e.innerText === 'users');
                              group?.closest('li').querySelector('[class*=node-toggle]')?.click(); })()""");
                }
            }
            return page.text().contains("Ask the user API for new users and store each one once");
        });
        assertThat(page.complaints()).isEmpty();
    }

    @Test
    void a_schedule_is_triggered_now() throws Exception {
        page.open(hub.management("/hawtio/quartz/triggers"));
        until(() -> page.evaluate(
                        "(() => { const all = %s?.querySelectorAll('button'); [...all ?? []].pop()?.click(); return !!all; })()"
                                .formatted(rowElement()))
                .asBoolean());
        click("[role=menuitem]", "Trigger Manually");
        until(() -> page.evaluate("""
                (() => { const asked = [...document.querySelectorAll('[role=dialog]')].find(d => d.innerText.includes('users/%s'));
                  const now = [...asked?.querySelectorAll('button') ?? []].find(b => b.innerText === 'Fire now');
                  now?.click();
                  return !!now; })()""".formatted(ROUTE)).asBoolean());

        // beside the one at the start
        until(() -> hub.value(
                        "select count(*) from ops.run where pipeline = 'users' and cause = 'asked' and state = 'succeeded'")
                .equals("2"));
        assertThat(page.complaints()).isEmpty();
    }

    private void click(String selector, String text) {
        until(() -> page.click(selector, text));
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }

    private void untilRoute(ServiceStatus status) {
        until(() -> hub.application().camel().getRouteController().getRouteStatus(ROUTE) == status);
    }

    private static String rowElement() {
        return "[...document.querySelectorAll('main tr')].find(row => row.innerText.includes('%s'))".formatted(ROUTE);
    }

    private String row() throws Exception {
        return page.evaluate("%s?.innerText ?? ''".formatted(rowElement())).asText();
    }
}
