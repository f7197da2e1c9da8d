package dev.serai.stack;

import dev.serai.settings.Settings;

/** Where the processes answer, as an address on this machine, without a slash at the end. Pure. */
final class Addresses {

    private Addresses() {}

    /** @param group of settings with a host and a port: page, management, simulators */
    static String of(Settings settings, String group) {
        String host = settings.text(group + ".host");
        // "On every interface" is where a server listens, not where one finds it.
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        boolean encrypted =
                !group.equals("simulators") && !settings.text("tls.key-store").isEmpty();
        return "%s://%s:%d"
                .formatted(
                        encrypted ? "https" : "http",
                        everywhere ? "127.0.0.1" : host,
                        settings.number(group + ".port"));
    }
}
