package dev.serai.console;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what another web site makes the browser of a person here ask.
 *
 * <p>A name that leads here must be one that was meant to: another site may let its own name point to 127.0.0.1 and would then
 * count as this one. An address in numbers cannot be played with like that. What a page of another origin asks is refused, and
 * what changes something needs a proof that no other page can give. Answers are 421 and 403 with a sentence. Immutable and
 * thread-safe.
 */
final class RequestGuard {

    private final Set<String> names = new TreeSet<>(Set.of("localhost"));
    private final String setting;

    /**
     * @param names by which browsers may address the server, besides localhost and any address in numbers; comma separated
     * @param setting where they are set, for the answer to others
     */
    RequestGuard(String names, String setting) {
        for (String name : names.split(",", -1)) {
            if (!name.isBlank()) {
                this.names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        this.setting = setting;
    }

    /** Lets pass who addresses this server by a name it has. */
    void requireName(RoutingContext request) {
        HostAndPort asked = request.request().authority();
        String host = asked == null ? "" : asked.host().replace("[", "").replace("]", "");
        if (names.contains(host.toLowerCase(Locale.ROOT))
                || NetUtil.isValidIpV4Address(host)
                || NetUtil.isValidIpV6Address(host)) {
            request.next();
        } else {
            refuse(
                    request,
                    421,
                    "this server is not called \"%s\"; if it should be, name it in %s".formatted(cut(host), setting));
        }
    }

    /** Lets pass what no page of another origin asks. */
    static void requireSameOrigin(RoutingContext request) {
        String origin = request.request().getHeader("Origin");
        if (origin == null || isSame(origin, request.request())) {
            request.next();
        } else {
            refuse(request, 403, "pages of another origin may not ask here");
        }
    }

    /**
     * Lets pass what a page of this origin asks, or a program that says who it is; a link or an image on another page is
     * neither.
     */
    static void requireIntent(RoutingContext request) {
        HttpServerRequest asked = request.request();
        if (asked.getHeader(OperatorLogin.HEADER) != null
                || asked.getHeader("Origin") != null // which is the right one, see requireSameOrigin
                || "same-origin".equals(asked.getHeader("Sec-Fetch-Site"))) {
            request.next();
        } else {
            OperatorLogin.requireHeader(request);
        }
    }

    private static boolean isSame(String origin, HttpServerRequest request) {
        HostAndPort here = request.authority();
        if (here == null) {
            return false;
        }
        try {
            // The scheme is left out: behind a proxy that speaks TLS it is not the one seen here.
            @Nullable String given = new URI(origin).getAuthority();
            String plain = here.port() < 0 ? here.host() : here.host() + ":" + here.port();
            return given != null && given.equalsIgnoreCase(plain);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void refuse(RoutingContext request, int status, String reason) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(reason + "\n");
    }

    private static String cut(String host) {
        return host.length() > 80 ? host.substring(0, 80) + "…" : host;
    }
}
