package dev.serai.landing;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the raw objects of one pipeline are kept: {@code s3://user-data/raw/}.
 *
 * <p>Keys begin with the day and then the instant of their run, so that their order is the order of the runs:
 * {@code raw/dt=2026-11-21/20261121T060000.123Z-<run id>.json}. Immutable and thread-safe.
 *
 * @param bucket the bucket
 * @param prefix what every key begins with, ending in a slash
 */
public record LandingZone(String bucket, String prefix) {

    private static final Pattern FORM = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(.+/)");
    private static final Pattern OBJECT = Pattern.compile("s3://([^/]+)/(.+)");
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Reads {@code s3://bucket/prefix/}; anything else is an {@link IllegalArgumentException} that says so. */
    public static LandingZone of(String address) {
        Matcher matcher = FORM.matcher(address);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a landing zone must be an address such as s3://user-data/raw/, was \"%s\"".formatted(address));
        }
        return new LandingZone(matcher.group(1), matcher.group(2));
    }

    /** The key of what one run landed. A second attempt of the same run writes the same key. */
    public String key(Instant startedAt, UUID runId) {
        return key(startedAt, runId.toString());
    }

    /** The key of one of several objects of a run: its name begins with the run's id and tells it from the others. */
    public String key(Instant startedAt, String name) {
        return "%s-%s.json".formatted(mark(startedAt), name);
    }

    /** What the keys of runs that began at that instant or later are not less than, and those of earlier runs are. */
    public String mark(Instant instant) {
        return "%sdt=%s/%s".formatted(prefix, DAY.format(instant), INSTANT.format(instant));
    }

    public String address(String key) {
        return "s3://%s/%s".formatted(bucket, key);
    }

    /** Where one object is. */
    public record Address(String bucket, String key) {}

    /** Takes the address of an object apart again. */
    public static Address addressOf(String address) {
        Matcher matcher = OBJECT.matcher(address);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("an object must be at s3://bucket/key, was \"%s\"".formatted(address));
        }
        return new Address(matcher.group(1), matcher.group(2));
    }
}
