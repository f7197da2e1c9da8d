package dev.serai.console;

import dev.serai.settings.Settings;
import dev.serai.tls.Trust;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line's side of the operations: asks the running application and prints what it answers.
 *
 * <p>Exit codes: 0 done, 1 refused or failed, 2 no pipeline named.
 */
public final class OperatorClient {

    private static final String WRONG_LOGIN = "wrong operator user or password\n";
    private static final Duration PATIENCE = Duration.ofMinutes(11);

    private final Settings settings;
    private final PrintStream out;
    private final HttpClient http;

    public OperatorClient(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
        Trust.of(settings).ifPresent(trust -> builder.sslContext(trust.context()));
        http = builder.build();
    }

    /**
     * Runs, replays, pauses or resumes one pipeline, or says which there are; yields the exit code.
     *
     * @param operation run, replay, pause or resume
     * @param pipeline its name; without one the names are printed
     */
    public int operate(String operation, @Nullable String pipeline) throws InterruptedException {
        return operate(operation, pipeline, null);
    }

    /**
     * The same for a day.
     *
     * @param day of the raw lake to replay, such as 2026-11-20; without one it is everything that is not loaded
     */
    public int operate(String operation, @Nullable String pipeline, @Nullable String day) throws InterruptedException {
        try {
            if (pipeline == null || pipeline.isBlank()) {
                List<String> names =
                        send("GET", "/operate/pipelines").body().lines().toList();
                out.printf(
                        "Which pipeline? There %s:%n  %s%nFor example: make %s PIPELINE=%s%n",
                        names.size() == 1 ? "is" : "are",
                        String.join(System.lineSeparator() + "  ", names),
                        operation,
                        names.isEmpty() ? "users" : names.get(0));
                return 2;
            }
            String path = "/operate/%s/%s".formatted(operation, word(pipeline));
            return post(day == null || day.isBlank() ? path : path + "?day=" + word(day));
        } catch (IOException e) {
            return noAnswer(e);
        }
    }

    /** Prints how each pipeline is and when it runs next; yields the exit code. */
    public int status() throws InterruptedException {
        try {
            HttpResponse<String> answer = send("GET", "/operate/status");
            out.print(answer.statusCode() == 401 ? WRONG_LOGIN : answer.body());
            return answer.statusCode() == 200 ? 0 : 1;
        } catch (IOException e) {
            return noAnswer(e);
        }
    }

    /** Runs all checks now and prints what they found; yields 1 if one of severity error failed or one could not run. */
    public int quality() throws InterruptedException {
        try {
            HttpResponse<String> answer = send("POST", "/operate/run/quality");
            boolean bad =
                    answer.body().lines().anyMatch(line -> line.startsWith("failed ") || line.startsWith("broken "));
            return Math.max(print(answer), bad ? 1 : 0);
        } catch (IOException e) {
            return noAnswer(e);
        }
    }

    /**
     * Rebuilds a range of a dataset; yields the exit code.
     *
     * @param words dataset, from, to and mode; those at the end may be absent
     */
    public int rebuild(List<String> words) throws InterruptedException {
        if (words.isEmpty() || words.get(0).isBlank()) {
            out.println("Which dataset, and from when to when? For example:");
            out.println("  make rebuild DATASET=ads.impression FROM=2026-11-20 TO=2026-11-21");
            return 2;
        }
        StringBuilder path = new StringBuilder("/operate/rebuild/").append(word(words.get(0)));
        List<String> names = List.of("from", "to", "mode");
        for (int i = 0; i < names.size() && i + 1 < words.size(); i++) {
            path.append(i == 0 ? '?' : '&').append(names.get(i)).append('=').append(word(words.get(i + 1)));
        }
        try {
            return post(path.toString());
        } catch (IOException e) {
            return noAnswer(e);
        }
    }

    /** Compares tables with their source; yields 0 only if they are equal. */
    public int verify() throws InterruptedException {
        try {
            return post("/operate/verify");
        } catch (IOException e) {
            return noAnswer(e);
        }
    }

    private int post(String path) throws IOException, InterruptedException {
        return print(send("POST", path));
    }

    private int print(HttpResponse<String> answer) {
        out.print(answer.statusCode() == 401 ? WRONG_LOGIN : answer.body());
        return answer.statusCode() == 200
                        && !answer.body().contains(" state=failed ")
                        && !answer.body().contains(" is still under way ")
                ? 0
                : 1;
    }

    private int noAnswer(IOException e) {
        if (e instanceof ConnectException) {
            out.printf("Serai does not run at %s: make start%n", base());
        } else {
            out.printf("Serai at %s did not answer: %s%n", base(), e.getMessage());
        }
        return 1;
    }

    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        String login = settings.text("management.user") + ":" + settings.text("management.password");
        HttpRequest request = HttpRequest.newBuilder(URI.create(base() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(PATIENCE)
                .header(OperatorLogin.HEADER, "yes")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String base() {
        String scheme = settings.text("tls.key-store").isEmpty() ? "http" : "https";
        return "%s://%s:%d".formatted(scheme, settings.text("management.host"), settings.number("management.port"));
    }
}
