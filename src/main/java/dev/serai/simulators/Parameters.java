package dev.serai.simulators;

import org.jspecify.annotations.Nullable;

/** The parameters of a request to the control. Errors: {@link RefusedException} with status 400. Pure. */
final class Parameters {

    private Parameters() {}

    /** A whole number in a range; {@code text} may be absent. */
    static int number(String parameter, @Nullable String text, int least, int most, int example) {
        try {
            int number = Integer.parseInt(String.valueOf(text));
            if (number >= least && number <= most) {
                return number;
            }
            throw outside(parameter, text, least, most, example);
        } catch (NumberFormatException e) {
            throw outside(parameter, text, least, most, example);
        }
    }

    private static RefusedException outside(String parameter, @Nullable String text, int least, int most, int example) {
        String expected = "a whole number from %d to %d, for example %d".formatted(least, most, example);
        return RefusedException.badParameter(parameter, expected, shown(text));
    }

    /** A value as a message shows it. */
    static String shown(@Nullable String value) {
        return value == null ? "absent" : '"' + value + '"';
    }
}
