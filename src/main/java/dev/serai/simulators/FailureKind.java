package dev.serai.simulators;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ways in which a simulated HTTP source can fail, all of them seen in real ones.
 *
 * <p>On the wire a kind is its name in kebab-case: {@code too-many-requests}.
 */
public enum FailureKind {
    /** Nothing is armed. */
    NONE,
    /** Status 429 with a {@code Retry-After}. */
    TOO_MANY_REQUESTS,
    /** Status 500 with an HTML page. */
    SERVER_ERROR,
    /** Accepts the request, answers nothing for {@code delayMs}, then a good answer if the client is still there. */
    TIME_OUT,
    /** A good answer, one byte every {@code delayMs}. */
    DRIP,
    /** Promises the whole body, sends half of it and closes the connection. */
    CUT_CONNECTION,
    /** An error page with status 200. */
    HTML,
    /** Half a body, complete as far as HTTP is concerned. */
    TRUNCATED,
    /** One record as a rewrite of the service sends it: no {@code uid}, no {@code username}, other address fields. */
    WITHOUT_UID,
    /** Two records with one {@code id} and two {@code uid}s; of a single record: the {@code id} sent last. */
    DUPLICATE_ID,
    /** The answer before, byte for byte; a new one if there was none. */
    REPEAT,
    /** An empty array. */
    EMPTY,
    /** Fields of another type or absent, one in a record each: see {@link UserDefects} and {@link AdDefects}. */
    WRONG_TYPES,
    /** A good array of more than 11 MB, streamed without a length. */
    OVERSIZED;

    private static final int LONGER_THAN_ANY_CLIENT_WAITS_MS = 120_000;
    private static final int SLOW_BYTE_MS = 500;

    /** The name on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of a word, if it is among those that can be armed. */
    static Optional<FailureKind> of(String word, Set<FailureKind> known) {
        return known.stream().filter(kind -> kind.word().equals(word)).findFirst();
    }

    static String words(Set<FailureKind> known) {
        return known.stream().map(FailureKind::word).collect(Collectors.joining(", "));
    }

    /** Whether it concerns the connection and not the content of the answer. */
    boolean isOfTheLine() {
        return this == TIME_OUT || this == DRIP || this == CUT_CONNECTION;
    }

    boolean hasDelay() {
        return this == TIME_OUT || this == DRIP;
    }

    int defaultDelayMs() {
        return this == DRIP ? SLOW_BYTE_MS : LONGER_THAN_ANY_CLIENT_WAITS_MS;
    }
}
