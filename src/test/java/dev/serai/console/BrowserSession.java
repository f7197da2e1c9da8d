package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page in a running browser that one can click in, over the Chrome DevTools Protocol.
 *
 * <p>When a server asks for a login it gets the one of the test, as a person would type it. For one thread. Close after use.
 */
public final class BrowserSession implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_S = 60;

    private final Process browser;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final Queue<String> requested = new ConcurrentLinkedQueue<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private volatile String user;
    private volatile String password;
    private final String session;

    /**
     * Takes over a browser that listens.
     *
     * @param address of its DevTools, ws://…
     */
    BrowserSession(Process browser, URI address, String user, String password) throws Exception {
        this.browser = browser;
        this.user = user;
        this.password = password;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Listener())
                .get(PATIENCE_S, TimeUnit.SECONDS);
        String target = call("", "Target.createTarget", parameters().put("url", "about:blank"))
                .path("targetId")
                .asText();
        session = call(
                        "",
                        "Target.attachToTarget",
                        parameters().put("targetId", target).put("flatten", true))
                .path("sessionId")
                .asText();
        call("Page.enable", parameters());
        call("Runtime.enable", parameters());
        call("Log.enable", parameters());
        call("Fetch.enable", parameters().put("handleAuthRequests", true));
    }

    /** Types another login from now on. */
    void logIn(String newUser, String newPassword) {
        user = newUser;
        password = newPassword;
    }

    /** Another window: its width in pixels, and "dark" or "light". */
    void look(int width, String scheme) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                parameters()
                        .put("width", width)
                        .put("height", 900)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
        ObjectNode media = parameters();
        media.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", scheme);
        call("Emulation.setEmulatedMedia", media);
    }

    /** Presses a key, as in "Tab" or "ArrowLeft". */
    void press(String key, int code) throws Exception {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    parameters()
                            .put("type", type)
                            .put("key", key)
                            .put("code", key)
                            .put("windowsVirtualKeyCode", code));
        }
    }

    /** The addresses of all requests. */
    List<String> requested() {
        return new ArrayList<>(requested);
    }

    /** Goes there; what is there then is to be waited for. */
    public void open(URI page) throws Exception {
        call("Page.navigate", parameters().put("url", page.toString()));
    }

    /** The value of an expression of JavaScript in the page, a promise's as well. */
    public JsonNode evaluate(String expression) throws Exception {
        JsonNode result = call(
                "Runtime.evaluate",
                parameters()
                        .put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** All text that can be seen. */
    String text() throws Exception {
        return evaluate("document.body ? document.body.innerText : ''").asText();
    }

    /** Clicks on the first element of this selector whose text is that; false if there is none yet. */
    boolean click(String selector, String text) throws Exception {
        return evaluate("""
                (() => { const found = [...document.querySelectorAll(%s)].find(e => e.innerText.trim() === %s);
                  if (found) found.click();
                  return !!found; })()""".formatted(JSON.writeValueAsString(selector), JSON.writeValueAsString(text)))
                .asBoolean();
    }

    /** What scripts and the page's policy complained about. */
    List<String> complaints() {
        return new ArrayList<>(complaints);
    }

    /** Keeps what is seen, for who looks into a failure. */
    void screenshot(Path file) throws Exception {
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(call("Page.captureScreenshot", parameters())
                                .path("data")
                                .asText()));
    }

    private JsonNode call(String method, ObjectNode parameters) throws Exception {
        return call(session, method, parameters);
    }

    private JsonNode call(String to, String method, ObjectNode parameters) throws Exception {
        return send(to, method, parameters).get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private CompletableFuture<JsonNode> send(String to, String method, ObjectNode parameters) {
        int id = ids.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        if (!to.isEmpty()) {
            message.put("sessionId", to);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        synchronized (this) {
            socket.sendText(message.toString(), true).join();
        }
        return answer;
    }

    private static ObjectNode parameters() {
        return JSON.createObjectNode();
    }

    private void received(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> answer =
                    answers.remove(message.path("id").asInt());
            if (message.has("error")) {
                answer.completeExceptionally(
                        new IOException(message.path("error").toString()));
            } else {
                answer.complete(message.path("result"));
            }
            return;
        }
        JsonNode event = message.path("params");
        String from = message.path("sessionId").asText();
        switch (message.path("method").asText()) {
            case "Fetch.requestPaused" -> {
                requested.add(event.path("request").path("url").asText());
                answer(from, "Fetch.continueRequest", event, parameters());
            }
            case "Fetch.authRequired" -> {
                ObjectNode login = parameters();
                ObjectNode response = login.putObject("authChallengeResponse");
                // A person who is asked twice gives up.
                if (refused.add(event.path("requestId").asText())) {
                    response.put("response", "ProvideCredentials")
                            .put("username", user)
                            .put("password", password);
                } else {
                    response.put("response", "CancelAuth");
                }
                answer(from, "Fetch.continueWithAuth", event, login);
            }
            case "Runtime.exceptionThrown" ->
                complaints.add(event.path("exceptionDetails").toString());
            case "Log.entryAdded" -> {
                JsonNode entry = event.path("entry");
                if (entry.path("level").asText().equals("error")) {
                    complaints.add(entry.path("text").asText() + " "
                            + entry.path("url").asText());
                }
            }
            default -> {
                // of no interest here
            }
        }
    }

    private void answer(String to, String method, JsonNode event, ObjectNode parameters) {
        parameters.put("requestId", event.path("requestId").asText());
        // Not waited for: this is the thread that would receive the answer.
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(to, method, parameters));
        sent.exceptionally(e -> {
            complaints.add(method + ": " + e);
            return null;
        });
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try {
                    received(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    complaints.add(e.toString());
                }
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void close() {
        socket.abort();
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly();
        browser.onExit().join();
    }
}
