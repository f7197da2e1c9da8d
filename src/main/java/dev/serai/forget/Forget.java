package dev.serai.forget;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import dev.serai.landing.LandingZone;
import dev.serai.mongo.MongoServer;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import dev.serai.stores.Postgres;
import dev.serai.tls.Trust;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.types.ObjectId;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * {@code make forget UID=…}: erases a person everywhere this product keeps one; {@code make forget} erases all of them again,
 * after a backup was restored.
 *
 * <p>First the {@link ForgottenList} gets the person's digest, then the raw objects are written again, then the tables go in
 * one transaction: asked again after a failure it goes on, and what is gone cannot be loaded from the landing any more. The
 * archive has no persons. A source that still has the person would bring it back: of the community that is looked for and
 * refused. Not thread-safe.
 */
public final class Forget {

    /** Settings without which it does not work. */
    public static final List<String> REQUIRED = List.of("postgres.password", "s3.secret-key");

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Settings settings;
    private final PrintStream out;

    public Forget(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Prints what was erased where; yields the exit code.
     *
     * @param arguments the uid of a user, the id of a user of the community or the digest of either; empty for all who were
     *     ever erased
     */
    public int person(List<String> arguments) {
        String asked = arguments.isEmpty() ? "" : arguments.get(0).strip();
        try (S3Client s3 = ObjectStore.connect(settings);
                Connection connection = Postgres.session(settings, "forget")) {
            connection.setAutoCommit(false);
            if (asked.isEmpty() || DIGEST.matcher(asked).matches()) {
                return again(s3, connection, asked);
            }
            Person person = Person.of(asked);
            if (person.community() && isInSource(person)) {
                return 1;
            }
            remember(s3, connection, Set.of(person.digest()));
            erase(s3, connection, List.of(person));
            out.printf("On the list of the erased as %s: keep that beside your backups%n", person.digest());
            return 0;
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return 2;
        } catch (SQLException | SdkException | MongoException e) {
            out.printf("Not everything is erased, ask again: %s%n", e.getMessage());
            return 1;
        }
    }

    private int again(S3Client s3, Connection connection, String digest) throws SQLException {
        Set<String> digests = digest.isEmpty() ? list(s3, connection).digests() : Set.of(digest);
        remember(s3, connection, digests);
        Ids ids = new Ids(digests);
        Set<Person> found = ids.in(connection);
        for (LandingZone zone : zones()) {
            found.addAll(new RawObjects(s3).find(zone, ids));
        }
        out.printf("%d on the list of the erased, %d of them are back%n", digests.size(), found.size());
        List<Person> refused = found.stream()
                .filter(Person::community)
                .filter(this::isInSource)
                .toList();
        found.removeAll(refused);
        if (!found.isEmpty()) {
            erase(s3, connection, found);
        }
        return refused.isEmpty() ? 0 : 1;
    }

    private List<LandingZone> zones() {
        return Stream.of("users.landing", "community.landing")
                .map(settings::text)
                .map(LandingZone::of)
                .toList();
    }

    private ForgottenList list(S3Client s3, Connection connection) {
        return new ForgottenList(connection, s3, zones());
    }

    /** Committed before anything is erased: who is only half erased is on the list. */
    private void remember(S3Client s3, Connection connection, Set<String> digests) throws SQLException {
        list(s3, connection).add(digests);
        connection.commit();
    }

    private void erase(S3Client s3, Connection connection, Collection<Person> persons) throws SQLException {
        for (LandingZone zone : persons.stream()
                .map(Person::landing)
                .distinct()
                .map(settings::text)
                .map(LandingZone::of)
                .toList()) {
            out.println(new RawObjects(s3).erase(zone, persons));
        }
        for (Person person : persons) {
            for (Person.Statement statement : person.statements()) {
                long rows = execute(connection, statement.sql(), person.id());
                out.printf("%s: %d rows%n", statement.what(), rows);
            }
        }
        connection.commit();
    }

    private boolean isInSource(Person person) {
        try (MongoClient mongo = MongoServer.connect(
                settings.text("community.mongo.url"),
                settings.number("community.mongo.timeout-ms"),
                Trust.of(settings).map(Trust::context))) {
            MongoDatabase source = mongo.getDatabase(settings.text("community.mongo.database"));
            ObjectId id = new ObjectId(person.id());
            long users = source.getCollection("users").countDocuments(Filters.eq("_id", id));
            long messages = source.getCollection("messages").countDocuments(Filters.eq("userId", id));
            if (users + messages > 0) {
                out.printf(
                        "%s is still in MongoDB (users: %d, messages: %d documents) and would come back:"
                                + " have it deleted there first. Nothing was erased.%n",
                        person.id(), users, messages);
            }
            return users + messages > 0;
        }
    }

    private static long execute(Connection connection, String sql, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameters = statement.getParameterMetaData().getParameterCount();
            for (int i = 1; i <= parameters; i++) {
                statement.setString(i, id);
            }
            return statement.executeLargeUpdate();
        }
    }
}
