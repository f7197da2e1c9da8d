package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedSet;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * What the control routes call: lists the simulators, arms and disarms their failures.
 *
 * <p>Yields JSON text. Errors: {@link RefusedException}. Thread-safe.
 */
public final class SimulatorsControl {

    private final SortedSet<String> sources;
    private final Failures failures;

    SimulatorsControl(SortedSet<String> sources, Failures failures) {
        this.sources = sources;
        this.failures = failures;
    }

    public String list() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode names = json.putArray("simulators");
        sources.forEach(names::add);
        return json.toString();
    }

    public String show(@Header("source") String source) {
        check(source);
        Failure armed = failures.armed(source);
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("source", source)
                .put("kind", armed.word())
                .put("times", armed.times());
        if (armed.kind() == FailureKind.TOO_MANY_REQUESTS) {
            json.put("retryAfterSeconds", armed.retryAfterSeconds());
        }
        if (armed.kind().hasDelay()) {
            json.put("delayMs", armed.delayMs());
        }
        return json.toString();
    }

    public String arm(
            @Header("source") String source,
            @Header("kind") @Nullable String kind,
            @Header("times") @Nullable String times,
            @Header("retryAfterSeconds") @Nullable String retryAfterSeconds,
            @Header("delayMs") @Nullable String delayMs) {
        check(source);
        failures.arm(source, FailureParser.parse(kind, times, retryAfterSeconds, delayMs));
        return show(source);
    }

    public String disarm(@Header("source") String source) {
        check(source);
        failures.disarm(source);
        return show(source);
    }

    private void check(String source) {
        if (!sources.contains(source)) {
            String running = sources.isEmpty() ? "a simulator, but none runs" : "one of " + String.join(", ", sources);
            throw RefusedException.unknownSource(running, '"' + source + '"');
        }
    }
}
