package dev.serai.console;

import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.plugin.DefaultJolokiaPlatformHttpPlugin;

/**
 * Hawtio under {@code /hawtio/}, and Jolokia, which it asks, under {@code /hawtio/jolokia} and {@code /observe/jolokia}.
 *
 * <p>Jolokia allows what {@code jolokia-access.xml} does, and it is put here and not by Camel, so that it never answers before
 * the login is in place. Thread-safe.
 */
final class Hawtio {

    /** Its styles are made by its scripts. The worker is that of its editor. */
    private static final String POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:;"
                    + " worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    private static final String ROOT = "/hawtio/";
    private static final int LARGEST_QUESTION = 256 * 1024;

    /** What its own server would answer: no plug-ins of others, no proxy to other machines, no login page beside the browser's. */
    private static final Map<String, String> ANSWERS = Map.of(
            "plugin", "[]",
            "user", "\"operator\"",
            "keycloak/enabled", "false",
            "proxy/enabled", "false",
            "preset-connections", "[]",
            "auth/config", "[]",
            "auth/config/login", "{}",
            "auth/config/oidc", "{}",
            "auth/config/session-timeout", "{}");

    private Hawtio() {}

    @SuppressWarnings("unchecked") // it says Object, because Camel's interface does not know Vert.x
    static void install(CamelContext camel, Router router) {
        DefaultJolokiaPlatformHttpPlugin jolokia = new DefaultJolokiaPlatformHttpPlugin();
        try {
            jolokia.setCamelContext(camel);
            camel.addService(jolokia); // which stops with it
            Handler<RoutingContext> answer = (Handler<RoutingContext>) jolokia.getHandler();
            for (String path : new String[] {"/observe/jolokia*", ROOT + "jolokia*"}) {
                router.route(path).handler(RequestGuard::requireIntent);
                router.route(path)
                        .handler(BodyHandler.create(false).setBodyLimit(LARGEST_QUESTION))
                        .blockingHandler(answer);
            }
        } catch (Exception e) {
            throw new IllegalStateException("Jolokia does not start: " + e.getMessage(), e);
        }
        ANSWERS.forEach((path, body) -> router.get(ROOT + path).handler(request -> request.response()
                .putHeader("Content-Type", "application/json")
                .end(body)));
        router.getWithRegex("/hawtio").handler(request -> request.redirect(ROOT));
        router.get(ROOT + "*").handler(SecurityHeaders.with(POLICY));
        router.get(ROOT + "*").handler(StaticHandler.create("hawtio-static").setDirectoryListing(false));
        router.get(ROOT + "*").handler(Hawtio::start);
    }

    /** Every address without a file is a view of the one page. */
    private static void start(RoutingContext request) {
        String path = request.normalizedPath();
        if (path.substring(path.lastIndexOf('/')).contains(".")) {
            request.next();
        } else {
            request.reroute(ROOT + "index.html");
        }
    }
}
