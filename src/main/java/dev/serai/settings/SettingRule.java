package dev.serai.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.quartz.CronExpression;

/**
 * What a value has to look like, known from the last word of its key.
 *
 * <p>Yields the words "must be …" for a value that does not fit, nothing for one that does. Pure and thread-safe.
 */
final class SettingRule {

    private SettingRule() {}

    static Optional<String> complaint(String key, String value) {
        if (key.endsWith(".url") || key.endsWith(".endpoint")) {
            return isAddress(value) ? Optional.empty() : Optional.of("an address such as http://127.0.0.1:18080");
        }
        if (key.endsWith(".schedule")) {
            return CronExpression.isValidExpression(value)
                    ? Optional.empty()
                    : Optional.of("a Quartz cron expression such as \"0 0/2 * * * ?\" (every 2 minutes)");
        }
        if (key.endsWith(".landing") || key.endsWith(".zone")) {
            return value.matches("s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+/")
                    ? Optional.empty()
                    : Optional.of("a bucket and prefix such as s3://user-data/raw/");
        }
        if (key.endsWith(".port")) {
            return range(value, 1, 65_535);
        }
        if (key.equals("users.api.size")) {
            return range(value, 1, 100);
        }
        if (key.endsWith("-days")) {
            return range(value, 1, 36_500);
        }
        if (key.endsWith(".retries")) {
            return range(value, 0, 100);
        }
        if (key.endsWith("-ms") || key.endsWith("-bytes") || key.endsWith("-size") || key.endsWith(".attempts")) {
            return range(value, 1, Integer.MAX_VALUE);
        }
        return Optional.empty();
    }

    private static boolean isAddress(String value) {
        String plain = value.startsWith("jdbc:") ? value.substring("jdbc:".length()) : value;
        try {
            URI uri = new URI(plain);
            return uri.getScheme() != null && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Optional<String> range(String value, long least, long most) {
        OptionalLong number = whole(value);
        return number.isPresent() && number.getAsLong() >= least && number.getAsLong() <= most
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "a whole number from %d to %d", least, most));
    }

    private static OptionalLong whole(String value) {
        try {
            return OptionalLong.of(Long.parseLong(value));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
