package dev.serai.batch;

/** The beginning of a value, short enough for a message: personal data does not belong in logs and messages. Pure. */
public final class Excerpt {

    /** Characters shown at the most. */
    public static final int LIMIT = 200;

    private Excerpt() {}

    /** The text on one line, cut to {@link #LIMIT} characters. */
    public static String of(String text) {
        String head = text.length() > LIMIT ? text.substring(0, LIMIT) + "…" : text;
        return head.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }
}
