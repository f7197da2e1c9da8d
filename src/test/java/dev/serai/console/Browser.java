package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium, if this machine has one; it opens a page, lets its scripts run and hands back what then stands there.
 *
 * <p>Time in the page is virtual: it runs ahead while nothing is being loaded, so waiting costs nothing.
 */
public final class Browser {

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final long TIME_OUT_S = 60;

    private final Path program;
    private final Path directory;

    private Browser(Path program, Path directory) {
        this.program = program;
        this.directory = directory;
    }

    /** @param directory for its profiles and output; the caller deletes it */
    public static Optional<Browser> find(Path directory) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .map(program -> new Browser(program, directory));
    }

    /** The document after so much virtual time; fails if a script, or the policy, complained. */
    String open(URI page, int virtualMs) throws IOException, InterruptedException {
        Path visit = Files.createTempDirectory(directory, "visit");
        Path document = visit.resolve("document.html");
        Path messages = visit.resolve("messages.log");
        Process browser = command(visit, "--virtual-time-budget=" + virtualMs, "--dump-dom", page.toString())
                .redirectOutput(document.toFile())
                .redirectError(messages.toFile())
                .start();
        try {
            assertThat(browser.waitFor(TIME_OUT_S, TimeUnit.SECONDS))
                    .as("%s ends within %d s; %s", program, TIME_OUT_S, messages)
                    .isTrue();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }
        // What the server answered is the page's to show; what its own scripts or the policy say is a mistake in it.
        assertThat(Files.readAllLines(messages).stream()
                        .filter(line -> line.contains("CONSOLE"))
                        .filter(line -> !line.contains("the server responded with a status of 503")))
                .isEmpty();
        return Files.readString(document);
    }

    /** A page to click in, with real time; it answers with this login when it is asked for one. */
    public BrowserSession session(String user, String password) throws Exception {
        Path visit = Files.createTempDirectory(directory, "visit");
        Path messages = visit.resolve("messages.log");
        Process browser = command(visit, "--remote-debugging-port=0", "--window-size=1400,1000")
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        Pattern listening = Pattern.compile("DevTools listening on (ws://\\S+)");
        Optional<String> address = await(program + " listens")
                .atMost(Duration.ofSeconds(TIME_OUT_S))
                .until(
                        () -> listening
                                .matcher(Files.readString(messages))
                                .results()
                                .map(found -> found.group(1))
                                .findFirst(),
                        Optional::isPresent);
        return new BrowserSession(browser, URI.create(address.orElseThrow()), user, password);
    }

    private ProcessBuilder command(Path visit, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + visit.resolve("profile")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
