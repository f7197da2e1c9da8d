package dev.serai.simulators;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ways in which a simulated source can fail, all of them seen in real ones. Each source knows its own; an answer is a
 * message where the source is a sensor.
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
    /** The answer before, byte for byte; a new one if there was none. Of a sensor: the message twice. */
    REPEAT,
    /** An empty array; of a sensor: no bytes at all. */
    EMPTY,
    /** Fields of another type or absent, one in a record each: see {@link UserDefects} and {@link AdDefects}. Of a sensor: all. */
    WRONG_TYPES,
    /** One record with fields that are there and null. */
    NULLS,
    /** Values that no such thing can have, one in a record each: see {@link UserDefects} and {@link AdDefects}. Of a sensor: 1,000,000. */
    OUT_OF_RANGE,
    /** One record with a word that the source has never sent before. */
    UNHEARD_OF_VALUE,
    /** A good array of more than 11 MB, streamed without a length. Of a sensor: a good reading with 2 MB of note. */
    OVERSIZED,

    /** A user's document is deleted; the messages stay. */
    USER_DELETED,
    /** A user goes over to another plan. */
    PLAN_CHANGED,
    /** A field of a document is taken away, another one each time. */
    FIELD_MISSING,
    /** A field of a document becomes one of another type, another one each time. */
    FIELD_OF_ANOTHER_TYPE,
    /** {@code subscriptions} becomes an array of two. */
    SEVERAL_SUBSCRIPTIONS,
    /** A user gets a second messages document for the same group. */
    SECOND_MESSAGES_DOCUMENT,
    /** A message is appended that is older than the one before it. */
    OUT_OF_ORDER_MESSAGE,
    /** A messages document grows by 5 MB. */
    LARGE_DOCUMENT,
    /** A user's newest invoice vanishes until the next tick. */
    INVOICES_SHRUNK,
    /** A document gets a field that no other has. */
    UNKNOWN_FIELD,

    /** No message of any sensor for {@code delayMs}. */
    GAP,
    /** A clock that has stepped back by {@code delayMs}. */
    OUT_OF_ORDER,
    /** A second message for the same sensor and instant, with another value. */
    CONFLICT,
    /** An instant without a fraction, as if it were zero. */
    WHOLE_SECONDS,
    /** The instant as a number, seconds since 1970 with six digits of a fraction. */
    EPOCH_SECONDS,
    /** A value with a fraction. */
    FLOAT_VALUE,
    /** {@code sensor_id} and {@code timestamp} for {@code id} and {@code dt}. */
    OTHER_NAMES,
    /** Topic {@code sensors/<name>}, and no name in the message. */
    OWN_TOPIC,
    /** A name that is not in the list. */
    UNKNOWN_SENSOR,
    /** A clock ten years ahead. */
    FUTURE_CLOCK,
    /** A clock 20,000 days behind, in the seventies. */
    PAST_CLOCK,
    /** No {@code value}. */
    MISSING_VALUE;

    private static final int LONGER_THAN_ANY_CLIENT_WAITS_MS = 120_000;
    private static final int SLOW_BYTE_MS = 500;
    private static final int GAP_MS = 30_000;
    private static final int STEP_BACK_MS = 2_500;

    /** The name on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Those of an answer over HTTP. */
    static Set<FailureKind> ofHttp() {
        return EnumSet.range(TOO_MANY_REQUESTS, OVERSIZED);
    }

    /** Those of a document in a store. */
    static Set<FailureKind> ofDocuments() {
        return EnumSet.range(USER_DELETED, UNKNOWN_FIELD);
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
        return this == TIME_OUT || this == DRIP || this == GAP || this == OUT_OF_ORDER;
    }

    int defaultDelayMs() {
        return switch (this) {
            case DRIP -> SLOW_BYTE_MS;
            case GAP -> GAP_MS;
            case OUT_OF_ORDER -> STEP_BACK_MS;
            default -> LONGER_THAN_ANY_CLIENT_WAITS_MS;
        };
    }
}
