package dev.serai.console;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** What every answer tells the browser: run only what comes from here, show it in no frame, keep nothing. Thread-safe. */
final class SecurityHeaders {

    /** For pages of our own, which need no exception. */
    static final String STRICT =
            "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private SecurityHeaders() {}

    /** @param policy the Content-Security-Policy */
    static Handler<RoutingContext> with(String policy) {
        return request -> {
            request.response()
                    .putHeader("Content-Security-Policy", policy)
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("X-Frame-Options", "DENY")
                    .putHeader("Referrer-Policy", "no-referrer")
                    .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                    .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                    // Here and not in a route: Camel keeps a Cache-Control of its messages to itself.
                    .putHeader("Cache-Control", "no-store");
            request.next();
        };
    }
}
