package dev.serai.sensors;

/** What PostgreSQL stores as text: neither NUL nor half of a surrogate pair. Pure. */
final class Text {

    private Text() {}

    static boolean isStorable(String text) {
        return firstUnstorable(text) < 0;
    }

    /** The text with a replacement character for what is not. */
    static String storable(String text) {
        StringBuilder mended = new StringBuilder(text);
        int at;
        while ((at = firstUnstorable(mended)) >= 0) {
            mended.setCharAt(at, '\uFFFD');
        }
        return mended.toString();
    }

    private static int firstUnstorable(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return i;
            }
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }
}
