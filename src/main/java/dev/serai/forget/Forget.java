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
import java.util.List;
import org.bson.types.ObjectId;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * {@code make forget UID=…}: erases a person everywhere this product keeps one.
 *
 * <p>First the raw objects, then the tables in one transaction: asked again after a failure it goes on, and what is gone
 * cannot be loaded from the landing any more. The archive has no persons. A source that still has the person would bring it
 * back: of the community that is looked for and refused. Not thread-safe.
 */
public final class Forget {

    /** Settings without which it does not work. */
    public static final List<String> REQUIRED = List.of("postgres.password", "s3.secret-key");

    private final Settings settings;
    private final PrintStream out;

    public Forget(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Prints what was erased where; yields the exit code.
     *
     * @param arguments the uid of a user, or the id of a user of the community
     */
    public int person(List<String> arguments) {
        try {
            Person person = Person.of(arguments.isEmpty() ? "" : arguments.get(0));
            if (person.community() && isInSource(person)) {
                return 1;
            }
            try (S3Client s3 = ObjectStore.connect(settings)) {
                LandingZone zone = LandingZone.of(settings.text(person.landing()));
                out.println(new RawObjects(s3).erase(zone, person));
            }
            tables(person);
            return 0;
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return 2;
        } catch (SQLException | SdkException | MongoException e) {
            out.printf("Not everything is erased, ask again: %s%n", e.getMessage());
            return 1;
        }
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

    private void tables(Person person) throws SQLException {
        try (Connection connection = Postgres.session(settings, "forget")) {
            connection.setAutoCommit(false);
            for (Person.Statement statement : person.statements()) {
                long rows = execute(connection, statement.sql(), person.id());
                out.printf("%s: %d rows%n", statement.what(), rows);
            }
            connection.commit();
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
