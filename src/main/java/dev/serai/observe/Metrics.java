package dev.serai.observe;

import dev.serai.ledger.BookedRun;
import dev.serai.settings.Settings;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * The metrics of this process as Prometheus text, at {@code /metrics} and {@code /observe/metrics} of the management port,
 * behind the operator's login.
 *
 * <p>Thread-safe.
 */
public final class Metrics {

    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BatchSizes batches = new BatchSizes(registry);
    private final RunMetrics runs = new RunMetrics(registry, batches);
    private final StreamMetrics streams = new StreamMetrics(registry);
    private final BookGauges book;

    /** @param node this process, as in {@code ops.run} */
    public Metrics(DataSource postgres, String node) {
        book = new BookGauges(postgres, node, registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** To be told of each run that is booked. */
    public Consumer<BookedRun> runs() {
        return runs;
    }

    /** To be told the pipeline and the records of each batch of a stream. */
    public ObjIntConsumer<String> batches() {
        return batches::record;
    }

    private String scrape(CamelContext camel) {
        book.refresh();
        streams.refresh(camel);
        return registry.scrape(TYPE);
    }

    public void install(CamelContext camel, Settings settings) {
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(
                camel, VertxPlatformHttpRouter.getRouterNameFromPort(settings.number("management.port")));
        router.get("/metrics").blockingHandler(request -> answer(request, camel), false);
        router.get("/observe/metrics").blockingHandler(request -> answer(request, camel), false);
    }

    private void answer(RoutingContext request, CamelContext camel) {
        request.response().putHeader("Content-Type", TYPE).end(scrape(camel));
    }
}
