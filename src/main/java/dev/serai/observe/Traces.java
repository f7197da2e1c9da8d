package dev.serai.observe;

import dev.serai.settings.Settings;
import dev.serai.tls.Trust;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;

/**
 * Traces of what the routes do, for who collects them: each run a trace, each route and each call of it a span.
 *
 * <p>Sent in the background as OTLP over HTTP to the address that {@code tracing.otlp.endpoint} names; without one nothing of
 * this is made. A collector that is away costs spans and nothing else: 2048 wait at most. Traces begin here: no header of a
 * message or of a request names another, and none is sent on. Thread-safe; close after Camel has stopped, which sends the rest.
 */
public final class Traces implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SdkTracerProvider provider;

    private Traces(SdkTracerProvider provider) {
        this.provider = provider;
    }

    /**
     * Begins to export, if the settings say where to.
     *
     * @param node this process, as in {@code ops.run}
     */
    public static Optional<Traces> of(Settings settings, String node) {
        String endpoint = settings.text("tracing.otlp.endpoint");
        if (endpoint.isEmpty()) {
            return Optional.empty();
        }
        OtlpHttpSpanExporterBuilder exporter =
                OtlpHttpSpanExporter.builder().setEndpoint(endpoint).setTimeout(PATIENCE);
        Trust.of(settings).ifPresent(trust -> {
            if (trust.managers()[0] instanceof X509TrustManager manager) {
                exporter.setSslContext(trust.context(), manager);
            }
        });
        Attributes process = Attributes.of(
                AttributeKey.stringKey("service.name"), "serai", AttributeKey.stringKey("service.instance.id"), node);
        return Optional.of(new Traces(SdkTracerProvider.builder()
                .setResource(Resource.create(process))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter.build())
                        .setScheduleDelay(PERIOD)
                        .build())
                .build()));
    }

    /** Before Camel is configured. */
    public void bind(Main main) {
        Tracer tracer = provider.get("serai");
        main.bind("tracer", tracer);
        main.bind("tracePropagators", ContextPropagators.noop());
    }

    /** Before the routes are loaded into it. */
    public void install(CamelContext camel) {
        new OpenTelemetryTracer().init(camel);
    }

    @Override
    public void close() {
        provider.shutdown().join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
