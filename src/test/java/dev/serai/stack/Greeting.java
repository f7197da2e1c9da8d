package dev.serai.stack;

import dev.serai.settings.Settings;
import java.io.PrintStream;

/** What a start says at the end: where everything is, and what happens next. */
record Greeting(LaunchEnvironment environment, PrintStream out) {

    void print() {
        Settings settings = environment.settings();
        out.println();
        out.println("Page        " + Addresses.of(settings, "page") + "/"
                + "  first users in a few seconds, then more on schedule " + settings.text("users.schedule"));
        out.println("Operations  " + Addresses.of(settings, "management") + "/hawtio/  login "
                + environment.value("management.user"));
        if (!settings.text("simulators").equals("none")) {
            out.println("Simulators  " + Addresses.of(settings, "simulators") + "/simulators");
        }
        out.println("PostgreSQL  " + settings.text("postgres.url") + "  eval \"$(make -s env)\"; psql");
        if (environment.isFirstStart()) {
            out.println();
            out.println("Password of " + environment.value("management.user") + ": "
                    + environment.value("management.password")
                    + "  (kept with the others in .serai/secrets.properties)");
        }
    }
}
