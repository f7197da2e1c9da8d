package dev.serai.stack;

import dev.serai.tls.Trust;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;

/** Asks whether a process serves. Stateless. */
final class Health {

    private static final int TIMEOUT_MS = 2_000;
    private static final int OK = 200;

    private Health() {}

    static boolean accepts(URI address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), TIMEOUT_MS);
            return true;
        } catch (IOException no) {
            return false;
        }
    }

    /** Whether an HTTP server answers 200. */
    static boolean answers(String address, Optional<Login> login, Optional<Trust> trusted) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(address).toURL().openConnection();
            if (connection instanceof HttpsURLConnection encrypted) {
                trusted.ifPresent(
                        trust -> encrypted.setSSLSocketFactory(trust.context().getSocketFactory()));
            }
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            login.ifPresent(who -> connection.setRequestProperty("Authorization", basic(who)));
            try {
                return connection.getResponseCode() == OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException no) {
            return false;
        }
    }

    private static String basic(Login login) {
        byte[] both = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }
}
