package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.MongoException;
import dev.serai.simulators.community.CommunityDefects;
import dev.serai.simulators.community.CommunitySource;
import java.util.Optional;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Plays the community into its store, a second at a time, with the failures that are armed.
 *
 * <p>One armed failure a second, each to one document; while there is none that fits it stays armed. When the store is away
 * the community waits, and its time with it; that is logged once and said in {@link #state()}. Thread-safe.
 */
public final class CommunityPlay {

    static final String SOURCE = "community";

    /** The ways in which it can fail. */
    static final Set<FailureKind> KINDS = FailureKind.ofDocuments();

    private static final Logger LOG = LogManager.getLogger(CommunityPlay.class);
    private static final int LONGEST_REASON = 200;

    private final CommunitySource source;
    private final Failures failures;
    private long seconds;
    private @Nullable String scaledNow;
    private @Nullable String reason;
    private @Nullable String lastFailure;

    CommunityPlay(CommunitySource source, Failures failures) {
        this.source = source;
        this.failures = failures;
    }

    /** Lets a second pass, unless the store is away. */
    public synchronized void second() {
        try {
            source.second();
            fail();
            seconds++;
            scaledNow = source.now().toString();
            if (reason != null) {
                LOG.info("the simulated community goes on");
                reason = null;
            }
        } catch (MongoException e) {
            String why = excerpt(e);
            if (reason == null) {
                LOG.warn("the simulated community waits for its store: {}", why);
            }
            reason = why;
        }
    }

    /** {@code {"source":"community","state":"running","scaledNow":"2020-06-11T09:36:00Z","secondsPlayed":208}}. */
    public synchronized String state() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("source", SOURCE).put("state", reason == null ? "running" : "waiting");
        json.put("reason", reason).put("scaledNow", scaledNow);
        json.put("secondsPlayed", seconds).put("lastFailure", lastFailure);
        return json.toString();
    }

    private void fail() {
        FailureKind armed = failures.armed(SOURCE).kind();
        if (armed == FailureKind.NONE) {
            return;
        }
        apply(armed, source.defects()).ifPresent(document -> {
            failures.take(SOURCE, kind -> kind == armed);
            lastFailure = armed.word() + " " + document;
        });
    }

    private static Optional<Object> apply(FailureKind kind, CommunityDefects defects) {
        return switch (kind) {
            case USER_DELETED -> defects.deleteUser();
            case PLAN_CHANGED -> defects.changePlan();
            case FIELD_MISSING -> defects.removeField();
            case FIELD_OF_ANOTHER_TYPE -> defects.changeType();
            case SEVERAL_SUBSCRIPTIONS -> defects.severalSubscriptions();
            case SECOND_MESSAGES_DOCUMENT -> defects.secondMessagesDocument();
            case OUT_OF_ORDER_MESSAGE -> defects.outOfOrderMessage();
            case LARGE_DOCUMENT -> defects.largeDocument();
            case INVOICES_SHRUNK -> defects.shrinkInvoices();
            case UNKNOWN_FIELD -> defects.unknownField();
            default -> throw new IllegalArgumentException(kind.word() + " is no failure of a document");
        };
    }

    private static String excerpt(MongoException e) {
        String message = String.valueOf(e.getMessage());
        return message.length() > LONGEST_REASON ? message.substring(0, LONGEST_REASON) + "…" : message;
    }
}
