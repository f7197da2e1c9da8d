package dev.serai.simulators;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Invents users in the shape of random-data-api, its traps included.
 *
 * <p>{@code id} is 0 to 9999 and repeats; {@code uid} does not. Coordinates are anywhere on the globe, whatever the
 * country. Some names and e-mail addresses have an apostrophe, some zip codes a leading zero or a +4 part. <br>
 * The same generator state gives the same users: no clock, no other source of chance. <br>
 * Not thread-safe, as the generator is not.
 */
public final class UserFactory {

    private static final int IDS = 10_000;
    private static final LocalDate OLDEST = LocalDate.of(1955, 1, 1);
    private static final int DAYS_OF_BIRTH = 18_000;
    private static final String PASSWORD_CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789";
    private static final int PASSWORD_LENGTH = 10;

    private final RandomGenerator random;

    public UserFactory(RandomGenerator random) {
        this.random = random;
    }

    public List<ObjectNode> users(int count) {
        return Stream.generate(this::user).limit(count).collect(Collectors.toList());
    }

    public ObjectNode user() {
        String first = any(UserWords.FIRST_NAMES);
        String last = any(UserWords.LAST_NAMES);
        String username = (first + "." + last).toLowerCase(Locale.ROOT);
        ObjectNode user = JsonNodeFactory.instance.objectNode();
        user.put("id", random.nextInt(IDS));
        user.put("uid", RandomIds.version4(random));
        user.put("password", password());
        user.put("first_name", first);
        user.put("last_name", last);
        user.put("username", username);
        user.put("email", username + "@" + any(UserWords.MAIL_DOMAINS));
        user.put("avatar", "https://avatars.example.org/%s.png?size=300x300&set=set1".formatted(letters(12)));
        user.put("gender", any(UserWords.GENDERS));
        user.put("phone_number", phoneNumber());
        user.put("social_insurance_number", digits(9));
        user.put("date_of_birth", OLDEST.plusDays(random.nextInt(DAYS_OF_BIRTH)).toString());
        user.set("employment", employment());
        user.set("address", address());
        user.putObject("credit_card").put("cc_number", cardNumber());
        user.set("subscription", subscription());
        return user;
    }

    private ObjectNode employment() {
        String title = String.join(" ", any(UserWords.JOB_LEVELS), any(UserWords.JOB_FIELDS), any(UserWords.JOB_ROLES));
        return JsonNodeFactory.instance.objectNode().put("title", title).put("key_skill", any(UserWords.SKILLS));
    }

    private ObjectNode address() {
        ObjectNode address = JsonNodeFactory.instance.objectNode();
        address.put("city", any(UserWords.CITY_STARTS) + any(UserWords.CITY_ENDS));
        address.put("street_name", street());
        address.put("street_address", (1 + random.nextInt(99_999)) + " " + street());
        address.put("zip_code", random.nextBoolean() ? digits(5) : digits(5) + "-" + digits(4));
        address.put("state", any(UserWords.STATES));
        address.put("country", "United States");
        address.putObject("coordinates")
                .put("lat", random.nextDouble(-90, 90))
                .put("lng", random.nextDouble(-180, 180));
        return address;
    }

    private ObjectNode subscription() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("plan", any(UserWords.PLANS))
                .put("status", any(UserWords.STATUSES))
                .put("payment_method", any(UserWords.PAYMENT_METHODS))
                .put("term", any(UserWords.TERMS));
    }

    private String phoneNumber() {
        String country = "+" + (1 + random.nextInt(998));
        String number =
                switch (random.nextInt(4)) {
                    case 0 -> "1-%s-%s-%s".formatted(digits(3), digits(3), digits(4));
                    case 1 -> "(%s) %s-%s".formatted(digits(3), digits(3), digits(4));
                    case 2 -> "%s.%s.%s".formatted(digits(3), digits(3), digits(4));
                    default -> "%s-%s-%s".formatted(digits(3), digits(3), digits(4));
                };
        String extension = random.nextBoolean() ? " x" + digits(3 + random.nextInt(3)) : "";
        return country + " " + number + extension;
    }

    private String cardNumber() {
        return random.nextBoolean()
                ? "%s-%s-%s-%s".formatted(digits(4), digits(4), digits(4), digits(4))
                : "4" + digits(12);
    }

    private String street() {
        return any(UserWords.STREET_NAMES) + " " + any(UserWords.STREET_KINDS);
    }

    private String password() {
        return characters(PASSWORD_CHARACTERS, PASSWORD_LENGTH);
    }

    private String letters(int count) {
        return characters("abcdefghijklmnopqrstuvwxyz", count);
    }

    private String digits(int count) {
        return characters("0123456789", count);
    }

    private String characters(String alphabet, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private String any(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
