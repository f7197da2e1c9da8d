package dev.serai.stack;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a start says at the end: where everything is, and what happens next. */
record Greeting(Path directory, LaunchEnvironment environment, PrintStream out) {

    private static final Pattern EVERY_N_MINUTES = Pattern.compile("0 0/(\\d+) \\* \\* \\* \\?");

    void print() {
        Settings settings = environment.settings();
        out.println();
        out.printf("Page        %s/ — first users in a few seconds, %s%n", Addresses.of(settings, "page"), then());
        new NodePorts(directory, settings)
                .all().stream()
                        .skip(1)
                        .forEach(node -> out.printf(
                                "  %-9s %s/, operations %s/%n",
                                node.name(),
                                Addresses.of(node.settings(), "page"),
                                Addresses.of(node.settings(), "management")));
        out.printf(
                "Operations  %s/hawtio/ — login %s%n",
                Addresses.of(settings, "management"), environment.value("management.user"));
        if (!settings.text("simulators").equals("none")) {
            out.printf("Simulators  %s/simulators%n", Addresses.of(settings, "simulators"));
        }
        out.printf("PostgreSQL  %s — eval \"$(make -s env)\"; psql%n", settings.text("postgres.url"));
        printLoginOnce();
    }

    private String then() {
        Matcher schedule = EVERY_N_MINUTES.matcher(environment.value("users.schedule"));
        String size = environment.value("users.api.size");
        return schedule.matches()
                ? "%s more every %s minutes".formatted(size, schedule.group(1))
                : "%s more on the schedule %s".formatted(size, environment.value("users.schedule"));
    }

    private void printLoginOnce() {
        Path shown = directory.resolve("login-shown");
        try {
            if (!Files.exists(shown)) {
                out.printf(
                        "%nPassword of %s: %s (not shown again; it is in %s)%n",
                        environment.value("management.user"),
                        environment.value("management.password"),
                        directory.resolve("secrets.properties"));
                Files.createFile(shown);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
