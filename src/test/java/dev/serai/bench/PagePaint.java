package dev.serai.bench;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.console.Browser;
import dev.serai.console.BrowserSession;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long until somebody who opens the page for the first time sees something, its largest part, and an answer in every panel.
 *
 * <p>Source: the browser's own timings, from the click on the address; a fresh profile each time, so that nothing is cached.
 * Units: milliseconds, the median of {@value #TIMES}. The browser asks the bench before each request, which is in the times.
 */
final class PagePaint {

    private static final int TIMES = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String SHOWN =
            "!!document.querySelector('#catalogue details') && !!document.querySelector('#pipelines tbody')";
    private static final String TIMINGS = """
            new Promise(done => new PerformanceObserver(largest => done([
                performance.getEntriesByName('first-contentful-paint')[0].startTime,
                Math.max(...largest.getEntries().map(one => one.startTime)),
                Math.max(...performance.getEntriesByType('resource').map(one => one.responseEnd))]))
              .observe({ type: 'largest-contentful-paint', buffered: true }))""";

    private PagePaint() {}

    /**
     * Prints a line.
     *
     * @param directory for the profiles; the caller deletes it
     */
    static void print(URI page, Path directory) throws Exception {
        Optional<Browser> browser = Browser.find(directory);
        if (browser.isEmpty()) {
            System.out.println(
                    "first paint                         not measured: no chromium or google-chrome on the PATH");
            return;
        }
        List<JsonNode> looks = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            try (BrowserSession session = browser.get().session("", "")) {
                session.open(page);
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> session.evaluate(SHOWN)
                        .asBoolean());
                looks.add(session.evaluate(TIMINGS));
            }
        }
        System.out.printf(
                "first paint %.0f ms, its largest part %.0f ms, all panels answered %.0f ms after the page is opened%n",
                median(looks, 0), median(looks, 1), median(looks, 2));
    }

    private static double median(List<JsonNode> looks, int timing) {
        return looks.stream()
                .mapToDouble(look -> look.get(timing).asDouble())
                .sorted()
                .skip(TIMES / 2)
                .findFirst()
                .orElseThrow();
    }
}
