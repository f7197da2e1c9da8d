package dev.serai.http;

import dev.serai.settings.Settings;
import io.vertx.core.net.impl.TCPServerBase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;

/**
 * An address to listen on. Immutable and thread-safe.
 *
 * @param who for messages: "the page"
 * @param settings the first word of the settings that move it: "page" for page.host and page.port
 */
public record ServerAddress(String who, String settings, String host, int port) {

    /** The one that {@code <word>.host} and {@code <word>.port} give. */
    public static ServerAddress of(String who, String word, Settings settings) {
        return new ServerAddress(who, word, settings.text(word + ".host"), settings.number(word + ".port"));
    }

    /**
     * Throws an {@link IllegalStateException} if nobody can listen there now. Asked beforehand, so that nothing is begun
     * that would have to be undone.
     */
    public void requireFree() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "%s cannot listen on %s:%d (%s); %s".formatted(who, host, port, e.getMessage(), remedy()), e);
        }
    }

    /**
     * Throws an {@link IllegalStateException} unless Camel's server listens there. Asked afterwards, because Camel only logs
     * that it could not, and somebody else may have come first.
     *
     * @param camel started
     */
    public void requireBound(CamelContext camel) {
        boolean listens = camel.getCamelContextExtension().getServices().stream()
                .filter(VertxPlatformHttpServer.class::isInstance)
                .map(VertxPlatformHttpServer.class::cast)
                .filter(server -> server.getConfigurationPort() == port)
                .anyMatch(server -> server.getServer() instanceof TCPServerBase bound && bound.isListening());
        if (!listens) {
            throw new IllegalStateException("%s does not listen on %s:%d, because somebody else came first; %s"
                    .formatted(who, host, port, remedy()));
        }
    }

    private String remedy() {
        String word = settings.toUpperCase(Locale.ROOT);
        return "set %s_HOST or %s_PORT to an address that is free".formatted(word, word);
    }
}
