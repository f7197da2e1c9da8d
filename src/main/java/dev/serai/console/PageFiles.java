package dev.serai.console;

import dev.serai.settings.Settings;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Serves the page's files from the jar under {@code /ui/}; {@code /} goes there.
 *
 * <p>Vert.x' own file handler, because Camel's looks into the working directory first and would hand out whatever lies
 * there. Every answer of the page's server gets the security headers, and none is kept by a browser or
 * proxy: the numbers would be old, and the files of two versions would meet.
 */
public final class PageFiles {

    private static final String POLICY =
            "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private PageFiles() {}

    public static void install(CamelContext camel, Settings settings) {
        Router router = VertxPlatformHttpRouter.lookup(
                camel, VertxPlatformHttpRouter.getRouterNameFromPort(settings.number("page.port")));
        router.route().order(-1).handler(PageFiles::secure);
        router.get("/").handler(request -> request.redirect("/ui/"));
        // Without the slash the page's own links would lead beside it.
        router.getWithRegex("/ui").handler(request -> request.redirect("/ui/"));
        router.get("/ui/*")
                .handler(StaticHandler.create("META-INF/resources/ui").setCachingEnabled(false));
    }

    private static void secure(RoutingContext request) {
        request.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                // Here and not in a route: Camel keeps a Cache-Control of its messages to itself.
                .putHeader("Cache-Control", "no-store");
        request.next();
    }
}
