package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.serai.Hub;
import dev.serai.landing.CatchUp;
import dev.serai.landing.LandedObject;
import dev.serai.landing.PendingBook;
import dev.serai.landing.PendingObjects;
import dev.serai.ledger.DeadLetters;
import dev.serai.ledger.Ledger;
import dev.serai.stack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.bson.Document;
import org.bson.UuidRepresentation;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** A hub whose community is a database of its own, in memory. Close after use. */
final class CommunityFixture implements AutoCloseable {

    /** Everything but the columns that tell the history of a row, and what tells which object it came from. */
    static final String CONTENT = "to_jsonb(t) - '{source_version,first_seen_at,changed_at,run_id,raw_object}'::text[]";

    static final List<String> TABLES = List.of(
            "community.users",
            "community.subscriptions",
            "community.plans",
            "community.invoices",
            "community.groups",
            "community.messages");

    final Hub hub;
    final MongoDatabase database;
    private final MongoServer server;
    private final MongoClient client;

    CommunityFixture(LocalStack stack, Map<String, String> settings) throws Exception {
        this(stack, settings, server -> {});
    }

    CommunityFixture(LocalStack stack, Map<String, String> settings, Consumer<MongoServer> before) throws Exception {
        server = new MongoServer(new MemoryBackend().version(ServerVersion.MONGO_5_0));
        before.accept(server);
        server.bind("127.0.0.1", 0);
        String url = "mongodb://127.0.0.1:" + server.getLocalAddress().getPort();
        client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(url))
                .uuidRepresentation(UuidRepresentation.STANDARD)
                .build());
        database = client.getDatabase("secondNature");
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("community.mongo.url", url);
        hub = new Hub(stack, all);
    }

    int port() {
        return server.getLocalAddress().getPort();
    }

    MongoCollection<Document> users() {
        return database.getCollection("users");
    }

    MongoCollection<Document> groups() {
        return database.getCollection("groups");
    }

    MongoCollection<Document> messages() {
        return database.getCollection("messages");
    }

    /** Brings the tables up to what the source is now. */
    String sweep() throws Exception {
        return hub.run("community-sweep");
    }

    /** Puts the open dead letters through again. */
    List<String> replay() throws Exception {
        return new DeadLetters(bean("postgres", DataSource.class), bean("ledger", Ledger.class), camel())
                .replay("community");
    }

    /** Loads what is landed and not loaded. */
    List<String> catchUp() throws Exception {
        return new CatchUp(
                        bean("pendingObjects", PendingObjects.class),
                        bean("pendingBook", PendingBook.class),
                        bean("ledger", Ledger.class),
                        camel())
                .load("community");
    }

    private CamelContext camel() {
        return hub.application().camel();
    }

    private <T> T bean(String name, Class<T> type) {
        return camel().getRegistry().lookupByNameAndType(name, type);
    }

    /** Loads one landed object again, as a catch-up does. */
    void load(String key) {
        try (ProducerTemplate template = camel().createProducerTemplate()) {
            Exchange done = template.request("direct:load-landed", exchange -> {
                exchange.setVariable("pipeline", "community");
                exchange.setVariable("cause", "CATCH_UP");
                exchange.getMessage()
                        .setBody(new LandedObject("community", "community-data", key, "s3://community-data/" + key));
            });
            assertThat(done.getException()).isNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in the tables and not gone, all columns but those of the history. */
    List<String> content() throws Exception {
        List<String> content = new ArrayList<>();
        for (String table : TABLES) {
            hub.rows("select %s - 'deleted_at' from %s t where deleted_at is null".formatted(CONTENT, table)).stream()
                    .sorted()
                    .map(row -> table + " " + row)
                    .forEach(content::add);
        }
        return content;
    }

    /** A user as the source writes one. */
    static Document user(Object id, @Nullable Object subscriptions) {
        return new Document("_id", id)
                .append("firstname", "Ada")
                .append("lastname", "O'Neil")
                .append("age", 41)
                .append("gender", "Female")
                .append("country", "GB")
                .append("postCode", "LE3 9PX")
                .append("signUpDate", new Date(1_591_030_080_000L))
                .append("groupId", new ObjectId("5fb23f9e86c270918e7c69dd"))
                .append("subscriptions", subscriptions);
    }

    static Document subscription(ObjectId id, String planId, Document... invoices) {
        return new Document("_id", new ObjectId())
                .append("subscriptionID", id)
                .append("startDate", new Date(1_592_179_200_000L))
                .append(
                        "planType",
                        new Document("_id", new ObjectId())
                                .append("planID", planId)
                                .append("planDescription", "Core" + planId)
                                .append("planCost", 120)
                                .append("currency", "GBP")
                                .append("planLength", 3)
                                .append("planLengthUnits", "months")
                                .append("paymentType", "repeat"))
                .append("invoices", List.of(invoices));
    }

    static Document invoice(int amount, long at) {
        return new Document("_id", new ObjectId())
                .append("amount", amount)
                .append("currency", "GBP")
                .append("info", new Document("status", "settled").append("date", new Date(at)));
    }

    static Document message(long at, String text) {
        return new Document("messageDate", new Date(at)).append("message", text);
    }

    static Document messages(Object id, Object userId, Object groupId, Document... messages) {
        return new Document("_id", id)
                .append("userId", userId)
                .append("groupId", groupId)
                .append("latestMessageDate", new Date(1_594_966_095_303L))
                .append("messages", List.of(messages));
    }

    @Override
    public void close() {
        hub.close();
        client.close();
        server.shutdownNow();
    }
}
