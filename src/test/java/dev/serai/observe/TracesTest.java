package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.spi.CamelTracingService;
import org.junit.jupiter.api.Test;

/** Spans reach a collector over HTTP if there is an address for it, and are not even made if there is none. */
@WithStack
class TracesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LocalStack stack;

    TracesTest(LocalStack stack) {
        this.stack = stack;
    }

    @Test
    void a_run_is_a_trace_whose_spans_reach_the_collector() throws Exception {
        Queue<byte[]> received = new ConcurrentLinkedQueue<>();
        Queue<String> types = new ConcurrentLinkedQueue<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        collector.createContext("/v1/traces", call -> {
            types.add(call.getRequestHeaders().getFirst("Content-Type"));
            received.add(call.getRequestBody().readAllBytes());
            call.sendResponseHeaders(200, -1);
            call.close();
        });
        collector.start();
        String endpoint =
                "http://127.0.0.1:%d/v1/traces".formatted(collector.getAddress().getPort());
        try (Hub hub = new Hub(stack, Map.of("tracing.otlp.endpoint", endpoint))) {
            assertThat(hub.run("users")).contains("state=succeeded read=5");

            await().atMost(PATIENCE).untilAsserted(() -> {
                List<Span> spans = Span.of(received);
                Span run = Span.named(spans, "users-api-to-postgres");
                List<Span> ofTheRun = spans.stream()
                        .filter(span -> span.trace().equals(run.trace()))
                        .toList();
                assertThat(run.parent()).isEmpty();
                assertThat(ofTheRun)
                        .anyMatch(span -> span.text().contains("direct://land-raw"))
                        .anyMatch(span -> span.text().contains("direct://users-load"))
                        .anyMatch(span -> span.text().contains("jdbc://postgres"))
                        .allMatch(span -> span == run
                                || ofTheRun.stream()
                                        .anyMatch(other -> other.id().equals(span.parent())))
                        .allMatch(span -> span.nanoseconds() >= 0);
                assertThat(Span.resources(received))
                        .allMatch(text -> text.contains("service.name") && text.contains("serai"));
            });
            assertThat(types).containsOnly("application/x-protobuf");
            assertThat(Span.of(received)).noneMatch(span -> span.text().contains("password"));
        } finally {
            collector.stop(0);
        }
    }

    @Test
    void a_collector_that_is_away_stops_nothing() throws Exception {
        String nobody = "http://127.0.0.1:%s/v1/traces".formatted(Hub.freePort());
        try (Hub hub = new Hub(stack, Map.of("tracing.otlp.endpoint", nobody))) {
            assertThat(hub.run("users")).contains("state=succeeded read=5");
            assertThat(hub.run("users")).contains("state=succeeded");
        }
    }

    @Test
    void without_an_address_nothing_is_traced() throws Exception {
        // One of a hub before may still be ending.
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (Hub hub = new Hub(stack)) {
            hub.run("users");

            assertThat(hub.application().camel().hasService(CamelTracingService.class))
                    .isNull();
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .noneMatch(thread -> thread.getName().contains("BatchSpanProcessor"));
        }
    }
}
