package dev.serai.simulators;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;

/**
 * The bodies that the simulated users API answers with.
 *
 * <p>Yields JSON as UTF-8 bytes: an object for one user, an array for more; a stream for {@code oversized}. <br>
 * Remembers the last body and the last id, for {@code repeat} and {@code duplicate-id}. Thread-safe.
 */
public final class UsersApi {

    static final String SOURCE = "users";

    /** The ways in which it can fail. */
    static final Set<FailureKind> KINDS = FailureKind.ofHttp();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_USERS = 100;
    private static final int OVERSIZED_BYTES = 12 * 1024 * 1024;

    private final Failures failures;
    private final UserFactory factory;
    private byte @Nullable [] lastBody;
    private int lastId;

    UsersApi(Failures failures, RandomGenerator random) {
        this.failures = failures;
        this.factory = new UserFactory(random);
    }

    /** What was armed for this answer, those of the line excepted. */
    public Failure takeFailure() {
        return failures.take(SOURCE, kind -> !kind.isOfTheLine());
    }

    /**
     * One answer.
     *
     * @param size how many users, as the client wrote it
     * @return {@code byte[]} or {@code InputStream}
     */
    public Object answer(@Variable("size") @Nullable String size, @Variable("failure") Failure failure) {
        return failure.kind() == FailureKind.OVERSIZED
                ? new JsonArrayStream(this::nextUser, OVERSIZED_BYTES)
                : body(size, failure.kind());
    }

    synchronized byte[] body(@Nullable String size, FailureKind kind) {
        if (kind == FailureKind.EMPTY) {
            return "[]".getBytes(StandardCharsets.UTF_8);
        }
        if (kind == FailureKind.REPEAT && lastBody != null) {
            return lastBody;
        }
        List<ObjectNode> users = factory.users(count(size));
        switch (kind) {
            case WITHOUT_UID -> UserDefects.withoutUid(users.get(0));
            case DUPLICATE_ID -> UserDefects.duplicateId(users, lastId);
            case WRONG_TYPES -> UserDefects.wrongTypes(users);
            case NULLS -> UserDefects.nulls(users);
            case OUT_OF_RANGE -> UserDefects.outOfRange(users);
            case UNHEARD_OF_VALUE -> UserDefects.unheardOf(users);
            default -> {
                // the records are as they should be
            }
        }
        byte[] body = json(users);
        lastBody = body;
        lastId = users.get(users.size() - 1).path("id").intValue();
        return kind == FailureKind.TRUNCATED ? Arrays.copyOf(body, body.length / 2) : body;
    }

    /** What the real one makes of the parameter: at least one user, a hundred at most, one for anything odd. */
    private static int count(@Nullable String size) {
        if (size == null || !size.matches("[0-9]+")) {
            return 1;
        }
        String digits = size.replaceFirst("^0+(?=.)", "");
        return digits.length() > 3 ? MOST_USERS : Math.max(1, Math.min(MOST_USERS, Integer.parseInt(digits)));
    }

    private synchronized String nextUser() {
        return factory.user().toString();
    }

    private static byte[] json(List<ObjectNode> users) {
        try {
            return JSON.writeValueAsBytes(users.size() == 1 ? users.get(0) : users);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
