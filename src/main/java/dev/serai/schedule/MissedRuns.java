package dev.serai.schedule;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import javax.sql.DataSource;
import org.quartz.CronExpression;

/**
 * The book of runs that were due and did not begin: {@code ops.missed}.
 *
 * <p>Until a run that makes up for them has begun, {@code ops.pipeline.next_run_at} stays in the past, so that a process
 * that is killed in between does not forget them. Thread-safe.
 */
final class MissedRuns {

    private static final String EXPECTED = """
            select pipeline, schedule, coalesce(time_zone, 'UTC'), next_run_at from ops.pipeline
            where kind = 'schedule' and next_run_at is not null and pipeline not in (select pipeline from ops.pause)""";

    private static final String NOTE = """
            insert into ops.missed as m (pipeline, first_due_at, last_due_at, times, catch_up, reason) values (?, ?, ?, ?, ?, ?)
            on conflict (pipeline, first_due_at) do update
                set last_due_at = excluded.last_due_at, times = excluded.times, catch_up = excluded.catch_up""";

    /** Nobody reads further than "more than"; a schedule of every second and a year away would take long to count. */
    private static final int COUNTED = 100_000;

    /**
     * Runs of one pipeline that were due.
     *
     * @param times how many, {@value #COUNTED} at most
     */
    record Missed(String pipeline, Instant first, Instant last, int times) {}

    /** When the next run of a pipeline is to begin, as the book has it. */
    record Expected(String pipeline, String cron, TimeZone zone, Instant next) {

        Optional<Missed> missedUntil(Instant now) {
            return next.isAfter(now) ? Optional.empty() : Optional.of(count(pipeline, cron, zone, next, now));
        }
    }

    private final DataSource postgres;

    MissedRuns(DataSource postgres) {
        this.postgres = postgres;
    }

    /** What was due until now by the schedules of the last process, paused pipelines left out. */
    List<Missed> due(Instant now) throws SQLException {
        return expected().stream()
                .flatMap(each -> each.missedUntil(now).stream())
                .toList();
    }

    /** The next runs of all schedules, paused pipelines left out. */
    List<Expected> expected() throws SQLException {
        List<Expected> expected = new ArrayList<>();
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(EXPECTED);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                expected.add(new Expected(
                        row.getString(1),
                        row.getString(2),
                        TimeZone.getTimeZone(row.getString(3)),
                        row.getTimestamp(4).toInstant()));
            }
        }
        return expected;
    }

    /** How often a schedule was due from one of its times on. */
    static Missed count(String pipeline, String cron, TimeZone zone, Instant first, Instant now) {
        CronExpression expression;
        try {
            expression = new CronExpression(cron);
        } catch (ParseException e) {
            throw new IllegalStateException(
                    "the schedule of %s is no cron expression: %s".formatted(pipeline, cron), e);
        }
        expression.setTimeZone(zone);
        Instant last = first;
        int times = 1;
        Date next = expression.getNextValidTimeAfter(Date.from(first));
        while (next != null && !next.toInstant().isAfter(now) && times < COUNTED) {
            last = next.toInstant();
            times++;
            next = expression.getNextValidTimeAfter(next);
        }
        return new Missed(pipeline, first, last, times);
    }

    void note(Missed missed, Schedule.CatchUp catchUp, String reason) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement = connection.prepareStatement(NOTE)) {
            statement.setString(1, missed.pipeline());
            statement.setTimestamp(2, Timestamp.from(missed.first()));
            statement.setTimestamp(3, Timestamp.from(missed.last()));
            statement.setInt(4, missed.times());
            statement.setString(5, catchUp.word());
            statement.setString(6, reason);
            statement.executeUpdate();
        }
    }
}
