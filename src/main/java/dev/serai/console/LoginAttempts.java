package dev.serai.console;

import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody try passwords quickly: after ten wrong ones from an address within a minute nothing more is tried for it until
 * that minute has passed, and the answer is 429.
 *
 * <p>The login that was right last is always tried, so that somebody who guesses locks nobody out, not even behind the same
 * proxy. Requests without a login are no attempts. Thread-safe; remembers a thousand addresses.
 */
final class LoginAttempts {

    static final int ALLOWED = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int ADDRESSES = 1_000;

    private record Failures(int count, Instant since) {}

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>();
    private byte[] right = new byte[0];

    LoginAttempts(Clock clock) {
        this.clock = clock;
    }

    /** Goes before the login; what became of the attempt is seen in the answer. */
    void requirePatience(RoutingContext request) {
        @Nullable String login = request.request().getHeader("Authorization");
        if (login == null) {
            request.next();
            return;
        }
        byte[] digest = digest(login);
        String address = request.request().remoteAddress().hostAddress();
        if (!mayTry(address, digest)) {
            request.response()
                    .setStatusCode(429)
                    .putHeader("Retry-After", Long.toString(WINDOW.toSeconds()))
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("more than %d wrong logins within a minute; try again in a minute%n".formatted(ALLOWED));
            return;
        }
        // Not by the status: a malformed login is answered 400 and would count as a right one.
        request.addHeadersEndHandler(answered -> note(address, digest, request.user() != null));
        request.next();
    }

    private synchronized boolean mayTry(String address, byte[] digest) {
        if (MessageDigest.isEqual(digest, right)) {
            return true;
        }
        Failures before = failures.get(address);
        return before == null || before.count() < ALLOWED || isOver(before);
    }

    private synchronized void note(String address, byte[] digest, boolean success) {
        if (success) {
            right = Arrays.copyOf(digest, digest.length);
            failures.remove(address);
            return;
        }
        Failures before = failures.remove(address);
        failures.put(
                address,
                before == null || isOver(before)
                        ? new Failures(1, clock.instant())
                        : new Failures(before.count() + 1, before.since()));
        if (failures.size() > ADDRESSES) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    private boolean isOver(Failures before) {
        return before.since().plus(WINDOW).isBefore(clock.instant());
    }

    private static byte[] digest(String login) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(login.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
