package dev.serai.bench;

import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Measures how long the packaged application takes from the start of its process until its health is good, and how much memory
 * it has when it has then done nothing but wait: {@code StartBench [IDLE SECONDS] [STARTS]}.
 *
 * <p>The stores run, all routes are loaded, no simulated source runs. The first start, which makes the tables, does not count.
 */
public final class StartBench {

    private static final int IDLE_SECONDS = 30;
    private static final int STARTS = 5;
    private static final Path JAR = Path.of("target/serai.jar");
    private static final String PASSWORD = "bench";
    private static final String NEVER = "0 0 0 1 1 ? 2099";
    private static final int POLL_MS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Map<String, String> settings;
    private final Path log;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private StartBench(Map<String, String> settings, Path log) {
        this.settings = settings;
        this.log = log;
    }

    public static void main(String[] arguments) throws Exception {
        int idleSeconds = arguments.length == 0 ? IDLE_SECONDS : Integer.parseInt(arguments[0]);
        int starts = arguments.length < 2 ? STARTS : Integer.parseInt(arguments[1]);
        Path log = Files.createTempFile("serai-bench-", ".log");
        try (LocalStack stack = LocalStack.throwAway()) {
            Map<String, String> settings = new HashMap<>(stack.settings());
            settings.put("postgres.url", stack.freshDatabase());
            settings.put("management.password", PASSWORD);
            settings.put("simulators", "none");
            settings.put("run-at-start", "");
            settings.put("users.schedule", NEVER);
            settings.put("ads.schedule", NEVER);
            new StartBench(settings, log).run(idleSeconds, starts);
        }
        System.out.println("what it said is in           " + log);
        System.exit(0);
    }

    private void run(int idleSeconds, int starts) throws Exception {
        once(0, new ArrayList<>(), new ArrayList<>());
        List<Double> seconds = new ArrayList<>();
        List<Double> megabytes = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            once(idleSeconds, seconds, megabytes);
        }
        line("start until healthy", "s", seconds, "%.1f");
        line("resident after %d s".formatted(idleSeconds), "MB", megabytes, "%.0f");
    }

    private static void line(String what, String unit, List<Double> values, String format) {
        System.out.printf(
                "%-28s median %s %s, of %s%n",
                what,
                String.format(Locale.ROOT, format, median(values)),
                unit,
                values.stream()
                        .map(value -> String.format(Locale.ROOT, format, value))
                        .collect(Collectors.joining(", ")));
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private void once(int idleSeconds, List<Double> seconds, List<Double> megabytes) throws Exception {
        String management = HubProcess.freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        JAR.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        settings.forEach((key, value) -> builder.environment().put(Settings.variable(key), value));
        builder.environment().put("PAGE_PORT", HubProcess.freePort());
        builder.environment().put("MANAGEMENT_PORT", management);
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            while (!isHealthy(management)) {
                if (!process.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw new IllegalStateException("the application did not become healthy; see " + log);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
            }
            seconds.add((System.nanoTime() - begin) / 1e9);
            if (!process.waitFor(idleSeconds, TimeUnit.SECONDS)) {
                megabytes.add((double) new ProcessUse(process.pid()).residentMegabytes());
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private boolean isHealthy(String port) throws InterruptedException {
        String login = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s/observe/health".formatted(port)))
                .header("Authorization", "Basic " + login)
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
