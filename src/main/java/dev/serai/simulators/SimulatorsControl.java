package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;

/**
 * What the control routes call: lists the simulators, arms and disarms their failures, sets their records.
 *
 * <p>Yields JSON text. Errors: {@link RefusedException}. Thread-safe.
 */
public final class SimulatorsControl {

    private final SortedMap<String, Set<FailureKind>> sources;
    private final Map<String, RecordsPerCall> records;
    private final Failures failures;

    /**
     * Joins what it controls.
     *
     * @param sources the sources that are played and how each can fail
     * @param records those of them whose answers have a number of records that can be set
     */
    SimulatorsControl(
            SortedMap<String, Set<FailureKind>> sources, Map<String, RecordsPerCall> records, Failures failures) {
        this.sources = sources;
        this.records = records;
        this.failures = failures;
    }

    public String list() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode names = json.putArray("simulators");
        sources.keySet().forEach(names::add);
        return json.toString();
    }

    public String show(@Header("source") String source) {
        check(source);
        return shown(source, failures.armed(source));
    }

    private static String shown(String source, Failure armed) {
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
        Failure failure = FailureParser.parse(check(source), kind, times, retryAfterSeconds, delayMs);
        failures.arm(source, failure);
        // Not what is left of it: a source that goes on by itself may have used some by now.
        return shown(source, failure);
    }

    public String disarm(@Header("source") String source) {
        check(source);
        failures.disarm(source);
        return show(source);
    }

    public String showRecords(@Header("source") String source) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("source", source)
                .put("records", recordsOf(source).count())
                .toString();
    }

    public String setRecords(@Header("source") String source, @Header("count") @Nullable String count) {
        recordsOf(source).set(Parameters.number("count", count, 1, RecordsPerCall.MOST, 1_000));
        return showRecords(source);
    }

    private RecordsPerCall recordsOf(String source) {
        RecordsPerCall found = records.get(source);
        if (found == null) {
            throw unknown(source, records.keySet());
        }
        return found;
    }

    private Set<FailureKind> check(String source) {
        Set<FailureKind> kinds = sources.get(source);
        if (kinds == null) {
            throw unknown(source, sources.keySet());
        }
        return kinds;
    }

    private static RefusedException unknown(String source, Set<String> known) {
        String running = known.isEmpty() ? "a simulator, but none runs" : "one of " + String.join(", ", known);
        return RefusedException.unknownSource(running, '"' + source + '"');
    }
}
