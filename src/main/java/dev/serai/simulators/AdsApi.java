package dev.serai.simulators;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/**
 * The bodies that the simulated ad API answers with: a JSON array as UTF-8 bytes; a stream for {@code oversized}.
 *
 * <p>Remembers the last body, for {@code repeat}. Thread-safe.
 */
public final class AdsApi {

    static final String SOURCE = "ads";

    /** The ways in which it can fail. */
    static final Set<FailureKind> KINDS = EnumSet.copyOf(FailureKind.ofHttp());

    static {
        KINDS.removeAll(EnumSet.of(FailureKind.WITHOUT_UID, FailureKind.DUPLICATE_ID));
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ADS_AT_ONCE = 100;
    private static final int OVERSIZED_BYTES = 12 * 1024 * 1024;

    private final Failures failures;
    private final RecordsPerCall records;
    private final AdFactory factory;
    private final Clock clock;
    private byte @Nullable [] lastBody;

    AdsApi(Failures failures, RecordsPerCall records, RandomGenerator random, Clock clock) {
        this.failures = failures;
        this.records = records;
        this.factory = new AdFactory(random);
        this.clock = clock;
    }

    /** What was armed for this answer, those of the line excepted. */
    public Failure takeFailure() {
        return failures.take(SOURCE, kind -> !kind.isOfTheLine());
    }

    /** One answer: {@code byte[]} or {@code InputStream}. */
    public Object answer(@Variable("failure") Failure failure) {
        return failure.kind() == FailureKind.OVERSIZED
                ? new JsonArrayStream(this::nextAds, OVERSIZED_BYTES)
                : body(failure.kind());
    }

    synchronized byte[] body(FailureKind kind) {
        if (kind == FailureKind.EMPTY) {
            return "[]".getBytes(StandardCharsets.UTF_8);
        }
        if (kind == FailureKind.REPEAT && lastBody != null) {
            return lastBody;
        }
        List<ObjectNode> ads = factory.ads(records.count(), clock.instant());
        switch (kind) {
            case WRONG_TYPES -> AdDefects.wrongTypes(ads);
            case NULLS -> AdDefects.nulls(ads);
            case OUT_OF_RANGE -> AdDefects.outOfRange(ads);
            case UNHEARD_OF_VALUE -> AdDefects.unheardOf(ads);
            default -> {
                // the records are as they should be
            }
        }
        byte[] body = json(ads);
        lastBody = body;
        return kind == FailureKind.TRUNCATED ? Arrays.copyOf(body, body.length / 2) : body;
    }

    /** Several at a time: one alone is so short that a stream of them takes longer than a client waits. */
    private synchronized String nextAds() {
        return factory.ads(ADS_AT_ONCE, clock.instant()).stream()
                .map(ObjectNode::toString)
                .collect(Collectors.joining(","));
    }

    private static byte[] json(List<ObjectNode> ads) {
        try {
            return JSON.writeValueAsBytes(ads);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
