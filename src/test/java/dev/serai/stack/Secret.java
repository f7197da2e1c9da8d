package dev.serai.stack;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes passwords. Thread-safe. */
final class Secret {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 18;

    private Secret() {}

    /** 144 random bits in letters, digits, - and _, which no shell, address or file format takes for something else. */
    static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
