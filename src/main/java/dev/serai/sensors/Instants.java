package dev.serai.sensors;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times of readings, in microseconds since 1970.
 *
 * <p>From the years 1700 to 2199, in which PostgreSQL adds microseconds to an instant without rounding. What is finer than a
 * microsecond is rounded to the nearest, half to even. Pure.
 */
final class Instants {

    /** No time. */
    static final long NONE = Long.MIN_VALUE;

    static final String EXPECTED =
            "a time of the years 1700 to 2199 such as \"2026-11-21T06:00:00.25\", in UTC where it does"
                    + " not say otherwise, or seconds since 1970 such as 1795240800.25";

    private static final long SECOND = 1_000_000;
    private static final int DAY_SECONDS = 86_400;
    private static final int FIRST_YEAR = 1700;
    private static final int LAST_YEAR = 2199;
    private static final BigDecimal FIRST = BigDecimal.valueOf(-8_520_336_000L);
    private static final BigDecimal END = BigDecimal.valueOf(7_258_118_400L);
    private static final int LONGEST_NUMBER = 64;
    private static final int FRACTION_DIGITS = 6;
    private static final int SECONDS_END = "2026-11-21T06:00:00".length();

    private Instants() {}

    static Instant of(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), SECOND),
                instant.getNano() / ChronoUnit.MICROS.getDuration().toNanos());
    }

    /** The digits of a JSON number; {@link #NONE} if it is none of those years. */
    static long ofSeconds(String number) {
        if (number.length() > LONGEST_NUMBER) {
            return NONE;
        }
        BigDecimal seconds = new BigDecimal(number);
        // A scale of millions would make rounding a matter of minutes.
        if (Math.abs((long) seconds.scale()) > LONGEST_NUMBER
                || seconds.compareTo(FIRST) < 0
                || seconds.compareTo(END) >= 0) {
            return NONE;
        }
        return seconds.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN)
                .unscaledValue()
                .longValueExact();
    }

    /** ISO 8601 with seconds; fraction and offset may be missing. {@link #NONE} if it is anything else. */
    static long ofText(String text) {
        if (text.length() < SECONDS_END
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || (text.charAt(10) != 'T' && text.charAt(10) != ' ')
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return NONE;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, 19);
        if (year < FIRST_YEAR
                || year > LAST_YEAR
                || month < 1
                || month > 12
                || day < 1
                || day > lengthOf(month, year)) {
            return NONE;
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return NONE;
        }
        long seconds = epochDay(year, month, day) * DAY_SECONDS + hour * 3600L + minute * 60L + second;
        return withRest(text, seconds * SECOND);
    }

    private static long withRest(String text, long micros) {
        int at = SECONDS_END;
        long fraction = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            int end = at + 1;
            while (end < text.length() && isDigit(text.charAt(end))) {
                end++;
            }
            if (end == at + 1) {
                return NONE;
            }
            fraction = fraction(text, at + 1, end);
            at = end;
        }
        if (at == text.length() || (at + 1 == text.length() && (text.charAt(at) == 'Z' || text.charAt(at) == 'z'))) {
            return micros + fraction;
        }
        int offset = offsetSeconds(text, at);
        return offset == Integer.MIN_VALUE ? NONE : micros + fraction - offset * SECOND;
    }

    private static long fraction(String text, int begin, int end) {
        long fraction = 0;
        for (int i = begin; i < begin + FRACTION_DIGITS; i++) {
            fraction = fraction * 10 + (i < end ? text.charAt(i) - '0' : 0);
        }
        int next = begin + FRACTION_DIGITS;
        if (next < end) {
            int digit = text.charAt(next) - '0';
            boolean more = false;
            for (int i = next + 1; i < end; i++) {
                more |= text.charAt(i) != '0';
            }
            if (digit > 5 || (digit == 5 && (more || fraction % 2 == 1))) {
                fraction++;
            }
        }
        return fraction;
    }

    /** +01:00, +0100 or +01. */
    private static int offsetSeconds(String text, int at) {
        char sign = text.charAt(at);
        int length = text.length() - at;
        boolean colon = length == 6 && text.charAt(at + 3) == ':';
        if ((sign != '+' && sign != '-') || (length != 3 && length != 5 && !colon)) {
            return Integer.MIN_VALUE;
        }
        int hours = digits(text, at + 1, at + 3);
        int minutes = length == 3 ? 0 : digits(text, text.length() - 2, text.length());
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3600 + minutes * 60;
        return sign == '+' ? seconds : -seconds;
    }

    /** -1 if they are no digits. */
    private static int digits(String text, int begin, int end) {
        int number = 0;
        for (int i = begin; i < end; i++) {
            char c = text.charAt(i);
            if (!isDigit(c)) {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int lengthOf(int month, int year) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days since 1970 of a date after the year 0: years that begin in March have their leap day last. */
    private static long epochDay(int year, int month, int day) {
        int marchYear = month > 2 ? year : year - 1;
        int marchMonth = month > 2 ? month - 3 : month + 9;
        long era = marchYear / 400;
        int yearOfEra = marchYear % 400;
        int dayOfYear = (153 * marchMonth + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }
}
