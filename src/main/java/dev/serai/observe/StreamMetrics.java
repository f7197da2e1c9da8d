package dev.serai.observe;

import dev.serai.ledger.Pipelines;
import dev.serai.mqtt.Backlog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;

/**
 * What waits for each subscription of this process, as it is at a scrape. What is not known is absent. Thread-safe.
 */
final class StreamMetrics {

    private final MultiGauge unacknowledged;
    private final MultiGauge held;

    StreamMetrics(MeterRegistry registry) {
        unacknowledged = MultiGauge.builder("serai.stream.unacknowledged")
                .description(
                        "Messages that this process has received and not acknowledged; absent without a connection")
                .register(registry);
        held = MultiGauge.builder("serai.broker.messages")
                .description(
                        "Messages that the broker of the stream holds for all its subscribers and as retained ones,"
                                + " as it says in $SYS; absent where it does not")
                .register(registry);
    }

    /** Asks the consumers that run. */
    void refresh(CamelContext camel) {
        List<Row<?>> waiting = new ArrayList<>();
        List<Row<?>> stored = new ArrayList<>();
        for (Route route : camel.getRoutes()) {
            if (route.getConsumer() instanceof Backlog backlog) {
                Tags pipeline = Tags.of("pipeline", Pipelines.name(route));
                backlog.unacknowledged().ifPresent(messages -> waiting.add(Row.of(pipeline, messages)));
                backlog.heldByBroker().ifPresent(messages -> stored.add(Row.of(pipeline, messages)));
            }
        }
        unacknowledged.register(waiting, true);
        held.register(stored, true);
    }
}
