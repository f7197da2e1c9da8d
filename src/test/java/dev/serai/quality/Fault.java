package dev.serai.quality;

import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import java.util.List;

/**
 * A fault that the drill injects, and the sign by which the hub shows that it noticed.
 *
 * @param pipeline that gets it
 * @param failure what its simulator is told
 * @param injected for a person
 * @param sign where it has to show
 * @param name code of the dead letter or the run, check, or table, by which the sign is found; % stands for anything
 */
record Fault(String pipeline, Failure failure, String injected, Sign sign, String name) {

    /** Where a fault shows. Each is a query with the pipeline and the name that yields a sentence, or no row. */
    enum Sign {
        DEAD_LETTER("rejected", """
                select format('%s in the dead letter: %s', count(*), min(message)) from ops.dead_letter
                where pipeline = ? and code like ? having count(*) > 0"""),
        CHECK(
                "flagged",
                "select says from mart.quality_now where ? <> '' and check_id like ? and state in ('failed', 'warned')"),
        RUN("flagged", """
                select format('the run is %s: %s', state, coalesce(error_message, 'the source had no records')) from ops.run
                where pipeline = ? and state in ('failed', 'empty') and coalesce(error_code, 'EMPTY') like ? limit 1"""),
        BOOK("flagged", """
                select format('the book counts %s as there already', sum(unchanged)) from ops.load
                where pipeline = ? and dataset like ? having sum(unchanged) > 0"""),
        STREAM("flagged", "select reason from mart.pipeline where pipeline = ? and state like ?");

        private final String verdict;
        private final String sql;

        Sign(String verdict, String sql) {
            this.verdict = verdict;
            this.sql = sql;
        }

        String verdict() {
            return verdict;
        }

        String sql() {
            return sql;
        }
    }

    private static final int SEVERAL = 15;
    private static final int LATE_MS = 300_000;
    private static final int GAP_MS = 45_000;

    private static Fault of(String pipeline, FailureKind kind, String injected, Sign sign, String name) {
        return new Fault(pipeline, Failure.of(kind, 1), injected, sign, name);
    }

    private static Fault messages(FailureKind kind, String injected, Sign sign, String name) {
        return new Fault("sensors", Failure.of(kind, SEVERAL), injected, sign, name);
    }

    /** What comes in answers: quickly tried. */
    static List<Fault> ofAnswers() {
        return List.of(
                of("users", FailureKind.NULLS, "nulls: no email", Sign.CHECK, "users.profile.email.missing"),
                of("users", FailureKind.WRONG_TYPES, "wrong types", Sign.DEAD_LETTER, "USER_%"),
                of("users", FailureKind.OUT_OF_RANGE, "range: a latitude of 123.4", Sign.DEAD_LETTER, "USER_%LAT%"),
                of(
                        "users",
                        FailureKind.OUT_OF_RANGE,
                        "range: born in 2190",
                        Sign.CHECK,
                        "users.profile.date-of-birth-plausible"),
                of("users", FailureKind.REPEAT, "duplicates: the answer before", Sign.BOOK, "users.profile"),
                of("users", FailureKind.WITHOUT_UID, "drift: fields renamed", Sign.DEAD_LETTER, "USER_UID_%"),
                of(
                        "users",
                        FailureKind.UNHEARD_OF_VALUE,
                        "drift: a gender never heard of",
                        Sign.CHECK,
                        "users.profile.gender.invalid"),
                of("users", FailureKind.EMPTY, "missing batch: no records", Sign.RUN, "EMPTY"),
                of("users", FailureKind.TRUNCATED, "half a batch", Sign.RUN, "ANSWER_%"),
                of("users", FailureKind.HTML, "an error page", Sign.RUN, "ANSWER_%"),
                of("ads", FailureKind.NULLS, "nulls: no group", Sign.DEAD_LETTER, "AD_%"),
                of("ads", FailureKind.WRONG_TYPES, "wrong types", Sign.DEAD_LETTER, "AD_%"),
                of(
                        "ads",
                        FailureKind.OUT_OF_RANGE,
                        "range: shown in 2098",
                        Sign.CHECK,
                        "ads.impression.shown-before-stored"),
                of("ads", FailureKind.REPEAT, "duplicates: the answer before", Sign.BOOK, "ads.impression"),
                of(
                        "ads",
                        FailureKind.UNHEARD_OF_VALUE,
                        "drift: a group never heard of",
                        Sign.CHECK,
                        "ads.impression.ad_group.invalid"),
                of("ads", FailureKind.EMPTY, "missing batch: no records", Sign.RUN, "EMPTY"),
                of("ads", FailureKind.TRUNCATED, "half a batch", Sign.RUN, "ANSWER_%"));
    }

    /** What comes as messages: takes as long as the sensors take. */
    static List<Fault> ofMessages() {
        return List.of(
                messages(FailureKind.MISSING_VALUE, "nulls: no value", Sign.DEAD_LETTER, "SENSOR_READING_VALUE_%"),
                messages(FailureKind.WRONG_TYPES, "wrong types", Sign.DEAD_LETTER, "SENSOR_READING_ID_%"),
                messages(FailureKind.TRUNCATED, "half a message", Sign.DEAD_LETTER, "SENSOR_READING_NOT_JSON"),
                messages(
                        FailureKind.OUT_OF_RANGE,
                        "range: a value of 1,000,000",
                        Sign.CHECK,
                        "sensors.reading.value-in-range"),
                messages(FailureKind.REPEAT, "duplicates: each message twice", Sign.BOOK, "sensors.reading"),
                messages(
                        FailureKind.CONFLICT,
                        "duplicates: two values for an instant",
                        Sign.DEAD_LETTER,
                        "SENSOR_READING_CONFLICT"),
                new Fault(
                        "sensors",
                        new Failure(FailureKind.OUT_OF_ORDER, SEVERAL, 0, LATE_MS),
                        "late: five minutes",
                        Sign.CHECK,
                        "sensors.reading_1min.lateness"),
                messages(FailureKind.FUTURE_CLOCK, "a clock ten years ahead", Sign.CHECK, "sensors.reading.clock-skew"),
                messages(FailureKind.PAST_CLOCK, "a clock in the seventies", Sign.CHECK, "sensors.reading.clock-skew"),
                messages(
                        FailureKind.UNKNOWN_SENSOR,
                        "drift: sensors that no list has",
                        Sign.CHECK,
                        "sensors.reading.sensor_id.reference"),
                new Fault(
                        "sensors",
                        new Failure(FailureKind.GAP, 1, 0, GAP_MS),
                        "missing batches: no message for 45 s",
                        Sign.STREAM,
                        "silent"));
    }
}
