package dev.serai.forget;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who is to be forgotten: a user by uid, or a user of the community by the {@code _id} of the document. Immutable.
 *
 * @param id in lower case, as the tables have it
 * @param community whether of the community
 */
record Person(String id, boolean community) implements Comparable<Person> {

    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-f]{24}");

    /** Errors: an {@link IllegalArgumentException} for a text that is neither. */
    static Person of(String text) {
        String id = text.strip().toLowerCase(Locale.ROOT);
        boolean community = OBJECT_ID.matcher(id).matches();
        if (!community && !UID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "UID must be that of a user, such as 6a3f1b9e-0c1d-4b7e-9f3a-2d1c5e8b7a60, or the id of a user of the community, such as"
                            + " 5fb23f9e86c270918e7c69de, was \"%s\"".formatted(text));
        }
        return new Person(id, community);
    }

    /** What the list of erased persons has of this one: SHA-256 in hexadecimal, from which nobody reads the id. */
    String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public int compareTo(Person other) {
        return id.compareTo(other.id);
    }

    /** The setting that says where raw objects with this person are. */
    String landing() {
        return community ? "community.landing" : "users.landing";
    }

    /** Whether a landed record is about this person. */
    boolean owns(JsonNode record) {
        if (!community) {
            return is(record.path("uid"));
        }
        return switch (record.path("collection").asText()) {
            case "users" -> is(record.path("document_id"));
            case "messages" -> is(record.path("document").path("userId").path("$oid"));
            default -> false;
        };
    }

    private boolean is(JsonNode value) {
        return value.asText().toLowerCase(Locale.ROOT).equals(id);
    }

    /** Statements with the id as only parameter, ?; each begins with what it empties, for a person who reads it. */
    List<Statement> statements() {
        return community ? COMMUNITY : USERS;
    }

    /**
     * One statement.
     *
     * @param what the table and what is erased there
     * @param sql every {@code ?} in it is the id
     */
    record Statement(String what, String sql) {}

    private static final Statement LETTERS = new Statement(
            "ops.dead_letter",
            "delete from ops.dead_letter where strpos(lower(concat(payload, repaired, message)), ?) > 0");
    private static final Statement RUNS = new Statement(
            "messages of ops.run",
            "update ops.run set error_message = 'erased: it named a person' where strpos(lower(error_message), ?) > 0");
    private static final Statement PENDING = new Statement(
            "messages of ops.pending",
            "update ops.pending set last_error = 'erased: it named a person' where strpos(lower(last_error), ?) > 0");

    private static final List<Statement> USERS = List.of(
            new Statement("users.profile", "delete from users.profile where uid = cast(? as uuid)"),
            new Statement("rebuild.users_profile", "delete from rebuild.users_profile where uid = cast(? as uuid)"),
            LETTERS,
            RUNS,
            PENDING);

    private static final List<Statement> COMMUNITY = List.of(
            new Statement("community.document", """
                    delete from community.document
                    where collection = 'users' and document_id = ?
                       or collection = 'messages' and document_id in (select document_id from community.messages where user_id = ?)"""),
            new Statement("community.messages", "delete from community.messages where user_id = ?"),
            new Statement("community.user_week", "delete from community.user_week where user_id = ?"),
            new Statement("community.invoices", "delete from community.invoices where user_id = ?"),
            new Statement("community.subscriptions", "delete from community.subscriptions where user_id = ?"),
            new Statement("community.users", "delete from community.users where user_id = ?"),
            new Statement(
                    "examples of ops.reconciliation",
                    "update ops.reconciliation set examples = '[]' where strpos(lower(examples::text), ?) > 0"),
            LETTERS,
            RUNS,
            PENDING);
}
