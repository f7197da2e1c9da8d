package dev.serai.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
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

    private static final int SECONDS_IN_A_DAY = 86_400;

    private SettingRule() {}

    static Optional<String> complaint(String key, String value) {
        if (key.equals("community.clock")) {
            return oneOf(value, "source", "wall");
        }
        if (key.equals("log.format")) {
            return oneOf(value, "text", "json");
        }
        if (key.equals("community.change-streams")) {
            return oneOf(value, "auto", "on", "off");
        }
        if (key.equals("community.mongo.url")) {
            // Several hosts, as replica sets have them, are no host to a URI.
            return value.matches("mongodb(\\+srv)?://[^/\\s]+(/\\S*)?")
                    ? Optional.empty()
                    : Optional.of("an address such as mongodb://127.0.0.1:27017");
        }
        if (key.equals("postgres.url")) {
            return address(value, "jdbc:postgresql://127.0.0.1:15432/serai", "jdbc:postgresql:");
        }
        if (key.endsWith(".mqtt.url")) {
            return address(value, "tcp://127.0.0.1:1883", "tcp:", "mqtt:", "ssl:", "mqtts:");
        }
        if (key.endsWith(".api.url") || key.endsWith(".endpoint")) {
            // Camel would take any of its endpoints here, a file or a class too.
            return address(value, "http://127.0.0.1:18080", "http:", "https:");
        }
        if (key.endsWith("-per-second")) {
            return range(value, 1, Integer.MAX_VALUE);
        }
        if (key.endsWith(".url")) {
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
        if (key.equals("nodes")) {
            return range(value, 1, 100);
        }
        if (key.equals("users.api.size")) {
            return range(value, 1, 100);
        }
        if (key.endsWith(".qos")) {
            return range(value, 0, 1);
        }
        if (key.endsWith(".watch") || key.endsWith(".operations")) {
            return value.matches("true|false") ? Optional.empty() : Optional.of("true or false");
        }
        if (key.endsWith("-days") || key.endsWith(".days")) {
            return range(value, 1, 36_500);
        }
        if (key.endsWith(".retries")) {
            return range(value, 0, 100);
        }
        if (key.endsWith(".start-date")) {
            return isDay(value) ? Optional.empty() : Optional.of("a day such as 2020-06-01");
        }
        if (key.endsWith("-per-scaled-day")) {
            return value.matches("[0-9]{1,6}([.][0-9]{1,6})?") ? Optional.empty() : Optional.of("a number such as 10");
        }
        if (key.endsWith(".seconds-in-a-day") || key.endsWith(".cron-jobs")) {
            return range(value, 1, SECONDS_IN_A_DAY);
        }
        if (key.endsWith(".most-users")) {
            return range(value, 0, Integer.MAX_VALUE);
        }
        if (key.endsWith("-ms") || key.endsWith("-bytes") || key.endsWith("-size") || key.endsWith(".attempts")) {
            return range(value, 1, Integer.MAX_VALUE);
        }
        return Optional.empty();
    }

    private static Optional<String> oneOf(String value, String... words) {
        return List.of(words).contains(value) ? Optional.empty() : Optional.of(String.join(" or ", words));
    }

    private static Optional<String> address(String value, String example, String... schemes) {
        return isAddress(value) && List.of(schemes).stream().anyMatch(value::startsWith)
                ? Optional.empty()
                : Optional.of("an address such as " + example);
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

    private static boolean isDay(String value) {
        try {
            LocalDate.parse(value);
            return true;
        } catch (DateTimeParseException e) {
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
