package dev.serai.simulators.community;

import dev.serai.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * How fast the simulated community lives. Immutable.
 *
 * @param signUpsPerDay sign-ups expected in one of its days
 * @param secondsInADay how many real seconds one of its days takes
 * @param secondsBetweenTicks real seconds from one writing of messages and invoices to the next
 * @param startDate where its time begins when it has no users
 * @param mostUsers when nobody signs up any more; 0 for never
 */
public record CommunityPace(
        double signUpsPerDay, int secondsInADay, int secondsBetweenTicks, LocalDate startDate, int mostUsers) {

    private static final long MS_IN_A_DAY = Duration.ofDays(1).toMillis();

    public static CommunityPace of(Settings settings) {
        return new CommunityPace(
                settings.decimal("user.sign-ups-per-scaled-day"),
                settings.number("real-time.seconds-in-a-day"),
                settings.number("time-between.cron-jobs"),
                LocalDate.parse(settings.text("company.start-date")),
                settings.number("simulators.community.most-users"));
    }

    /** Its time that passes in so many real seconds. */
    Duration scaled(long realSeconds) {
        return Duration.ofMillis(realSeconds * MS_IN_A_DAY / secondsInADay);
    }

    Instant start() {
        return startDate.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    double signUpsPerSecond() {
        return signUpsPerDay / secondsInADay;
    }

    boolean isFull(long users) {
        return mostUsers > 0 && users >= mostUsers;
    }
}
