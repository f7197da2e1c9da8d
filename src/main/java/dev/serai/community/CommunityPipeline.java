package dev.serai.community;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import dev.serai.ledger.Run;
import dev.serai.mongo.MongoServer;
import dev.serai.settings.Settings;
import dev.serai.stores.Postgres;
import dev.serai.tls.Trust;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * What the routes of the community use, put together from the settings.
 *
 * <p>A step that reads leaves a {@link ChunkReader} in the variable {@code chunks}, which ends with the exchange. The source
 * is connected to when it is first read. Thread-safe; close after use.
 */
public final class CommunityPipeline implements AutoCloseable {

    /** The bean of the route that loads. */
    private static final String TRANSFORM = "communityDocuments";

    private final MongoClient mongo;
    private final DataSource postgres;
    private final Source source;
    private final ChangeStreams changes;
    private final Reconciliation reconciliation;
    private final int documentsPerSecond;

    /**
     * Connects to nothing yet.
     *
     * @param sweep asks for a sweep that begins after now
     * @param ending whether the process is about to end
     */
    public CommunityPipeline(Settings settings, DataSource postgres, Runnable sweep, BooleanSupplier ending) {
        this.postgres = postgres;
        mongo = MongoServer.connect(
                settings.text("community.mongo.url"),
                settings.number("community.mongo.timeout-ms"),
                Trust.of(settings).map(Trust::context));
        MongoDatabase database = mongo.getDatabase(settings.text("community.mongo.database"));
        source = Source.of(
                database,
                postgres,
                new Chunk.Limits(settings.number("community.chunk-size"), settings.number("community.chunk-bytes")),
                ending);
        changes = new ChangeStreams(
                source,
                database,
                ChangeStreams.Mode.valueOf(
                        settings.text("community.change-streams").toUpperCase(Locale.ROOT)),
                new ChangeStreamStates(postgres),
                sweep);
        reconciliation = new Reconciliation(
                source,
                purpose -> Postgres.session(settings, purpose),
                Duration.ofMillis(settings.number("community.reconcile.patience-ms")));
        documentsPerSecond = settings.number("community.sweep.documents-per-second");
    }

    /** The server of the source, for routes that use it themselves. */
    public MongoClient mongo() {
        return mongo;
    }

    /** Tells the database what "now" is: the setting {@code community.clock}, source or wall. */
    public void setClock(String mode) throws SQLException {
        try (Connection connection = postgres.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("update community.clock set mode = ? where mode <> ?")) {
            statement.setString(1, mode);
            statement.setString(2, mode);
            statement.executeUpdate();
        }
    }

    /** For a route: reads new documents, and turns them into rows while those before are loaded. */
    public Processor inserts() {
        return exchange -> {
            CommunityDocuments transform =
                    CamelContextHelper.mandatoryLookup(exchange.getContext(), TRANSFORM, CommunityDocuments.class);
            start(exchange, new InsertsReader(source, transform::prepare));
        };
    }

    /** For a route: compares everything. */
    public Processor sweep() {
        return exchange -> start(exchange, new SweepReader(source, documentsPerSecond));
    }

    /** For a route: reads what the change streams tell. */
    public Processor changes() {
        return exchange -> start(exchange, changes.read());
    }

    /** For a route: compares source and tables. */
    public Processor reconcile() {
        return exchange -> {
            Run run = Run.of(exchange);
            reconciliation.run(run.id(), run.pipeline());
        };
    }

    private static void start(Exchange exchange, ChunkReader reader) {
        ChunkReader chunks = new FailedForGood(reader);
        exchange.setVariable("chunks", chunks);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                chunks.close();
            }
        });
    }

    @Override
    public void close() {
        changes.close();
        mongo.close();
    }
}
