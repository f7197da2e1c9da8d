package dev.serai.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Speaks HTTP byte by byte, because a proper client would put right what an intruder sends. Immutable.
 *
 * @param address of the server
 * @param headers sent with every request
 */
record Intruder(URI address, Map<String, String> headers) {

    private static final int PATIENCE_MS = 60_000;

    /** What came back; status 0 if the server only hung up. */
    record Answer(int status, String head, String body) {
        boolean has(String header) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + header.toLowerCase(Locale.ROOT) + ":");
        }
    }

    static Intruder at(URI address) {
        return new Intruder(
                address, Map.of("Host", address.getHost() + ":" + address.getPort(), "Connection", "close"));
    }

    /** The same with a header more, or another value of it. */
    Intruder with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Intruder(address, more);
    }

    Intruder login(String user, String password) {
        String both = user + ":" + password;
        return with(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }

    Answer get(String path) throws IOException {
        return send("GET", path, "");
    }

    Answer post(String path, String body) throws IOException {
        return with("Content-Length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length))
                .send("POST", path, body);
    }

    Answer send(String method, String path, String body) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = connect()) {
            try {
                OutputStream out = socket.getOutputStream();
                out.write((head(method, path) + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
                out.flush();
                socket.getInputStream().transferTo(answer);
            } catch (SocketException e) {
                // hung up before it had read all; what it said until then counts
                return parsed(answer);
            }
        }
        return parsed(answer);
    }

    /** Says only the beginning of a request; the caller closes the socket. */
    Socket begin(String method, String path) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(head(method, path).getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    private String head(String method, String path) {
        StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, path));
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.toString();
    }

    private static Answer parsed(ByteArrayOutputStream bytes) {
        String all = bytes.toString(StandardCharsets.UTF_8);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, "", all);
        }
        return new Answer(
                Integer.parseInt(all.substring(9, 12)), all.substring(0, end) + "\r\n", all.substring(end + 4));
    }
}
