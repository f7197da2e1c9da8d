package dev.serai.console;

import dev.serai.settings.Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Serves the page's files from memory under {@code /ui/}; {@code /} goes there.
 *
 * <p>The page itself is asked for each time; what it names carries the version of all files in its path, so a browser keeps it
 * for ever and never mixes two versions. Text is packed for who accepts gzip. Every answer of the page's server gets the
 * security headers, and answers with numbers are kept by nobody.
 */
public final class PageFiles {

    private PageFiles() {}

    public static void install(CamelContext camel, Settings settings) {
        Router router = VertxPlatformHttpRouter.lookup(
                camel, VertxPlatformHttpRouter.getRouterNameFromPort(settings.number("page.port")));
        StaticFiles files = StaticFiles.load("META-INF/resources/ui");
        router.route().order(-2).handler(SecurityHeaders.with(SecurityHeaders.STRICT));
        router.route().order(-1).handler(new RequestGuard(settings.text("page.names"), "PAGE_NAMES")::requireName);
        router.get("/").handler(request -> request.redirect("/ui/"));
        // Without the slash the page's own links would lead beside it.
        router.getWithRegex("/ui").handler(request -> request.redirect("/ui/"));
        router.route(HttpMethod.GET, "/ui/*").handler(request -> serve(files, request));
    }

    private static void serve(StaticFiles files, RoutingContext request) {
        String path = request.normalizedPath().substring("/ui/".length());
        Optional<StaticFiles.File> found = files.find(path.isEmpty() ? "index.html" : path);
        if (found.isEmpty()) {
            request.response().setStatusCode(404).end();
            return;
        }
        StaticFiles.File file = found.get();
        HttpServerResponse response = request.response()
                .putHeader("Content-Type", file.type())
                .putHeader("ETag", file.tag())
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("Cache-Control", file.isVersioned() ? "public, max-age=31536000, immutable" : "no-cache");
        if (file.tag().equals(request.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
            return;
        }
        String accepted = Optional.ofNullable(request.request().getHeader("Accept-Encoding"))
                .orElse("");
        if (accepted.contains("gzip")) {
            response.putHeader("Content-Encoding", "gzip").end(file.packed());
        } else {
            response.end(file.plain());
        }
    }
}
