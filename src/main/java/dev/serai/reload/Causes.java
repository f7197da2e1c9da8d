package dev.serai.reload;

import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an exception of Camel says, for a person, and of which part of a file. Stateless. */
final class Causes {

    private static final int SHORTEST_NAME = 3;
    private static final int LONGEST = 400;
    private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<", Pattern.DOTALL);

    private Causes() {}

    /** The message of the cause at the bottom, on one line. */
    static String root(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        String what = message.isBlank() || cause instanceof ClassNotFoundException
                ? "%s %s".formatted(cause.getClass().getSimpleName(), message)
                : message;
        String flat = what.replaceAll("\\s+", " ").strip();
        return flat.length() > LONGEST ? flat.substring(0, LONGEST) + "…" : flat;
    }

    /** The messages of all causes. */
    static String all(Throwable thrown) {
        StringJoiner all = new StringJoiner(" | ");
        for (Throwable cause = thrown; cause != null; cause = cause.getCause() == cause ? null : cause.getCause()) {
            all.add(String.valueOf(cause.getMessage()));
        }
        return all.toString();
    }

    /** The step that Camel was at, as it writes it; empty if it does not say. */
    static String step(Throwable thrown) {
        Matcher step = STEP.matcher(all(thrown));
        return step.find() ? step.group(1) : "";
    }

    /** The longest value in a part of a file that a message quotes. */
    static YamlNode named(YamlNode part, String message) {
        YamlNode[] named = {YamlNode.NOTHING};
        part.scalars((field, scalar) -> {
            String text = scalar.text().strip();
            boolean name = !"id".equals(field) && !"description".equals(field) && !"group".equals(field);
            if (name
                    && text.length() >= SHORTEST_NAME
                    && text.length() > named[0].text().strip().length()
                    && message.contains(text)) {
                named[0] = scalar;
            }
        });
        return named[0];
    }
}
