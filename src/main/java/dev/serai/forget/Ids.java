package dev.serai.forget;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds those persons again whose digest is on a list.
 *
 * <p>Looks wherever {@link Person#statements()} erases, and in texts for whatever looks like an id. Errors:
 * {@link SQLException}. Immutable.
 */
final class Ids {

    /** A uid, or the id of a document, that stands by itself. */
    private static final Pattern ID = Pattern.compile(
            "(?<![0-9a-f])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{24})(?![0-9a-f])");

    private static final List<String> QUERIES = List.of(
            "select cast(uid as text) from users.profile",
            "select cast(uid as text) from rebuild.users_profile",
            "select user_id from community.users",
            "select user_id from community.messages",
            "select user_id from community.user_week",
            "select user_id from community.invoices",
            "select user_id from community.subscriptions",
            "select document_id from community.document where collection = 'users'",
            "select concat_ws(' ', payload, repaired, message) from ops.dead_letter",
            "select error_message from ops.run where error_message is not null",
            "select last_error from ops.pending where last_error is not null",
            "select cast(examples as text) from ops.reconciliation");

    private static final int ROWS_AT_ONCE = 1000;

    private final Set<String> digests;

    Ids(Set<String> digests) {
        this.digests = Set.copyOf(digests);
    }

    /** The persons that a text names. */
    Stream<Person> in(String text) {
        return ID.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(found -> Person.of(found.group()))
                .filter(person -> digests.contains(person.digest()));
    }

    /** The persons that the tables, dead letters and messages of the book name; reads all of them, some rows at once. */
    Set<Person> in(Connection connection) throws SQLException {
        Set<Person> found = new TreeSet<>();
        for (String query : QUERIES) {
            try (PreparedStatement select = connection.prepareStatement(query)) {
                select.setFetchSize(ROWS_AT_ONCE);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        String text = row.getString(1);
                        if (text != null) {
                            in(text).forEach(found::add);
                        }
                    }
                }
            }
        }
        return found;
    }
}
