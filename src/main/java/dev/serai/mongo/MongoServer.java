package dev.serai.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** The connection to a MongoDB server or replica set. */
public final class MongoServer {

    private MongoServer() {}

    /**
     * Connects when it is first used; a call to a server that is away ends with a {@code MongoException} after that time.
     * Reads what a majority has, from the primary, so that nothing is loaded that a new primary does not have. The caller
     * closes it. Thread-safe.
     *
     * @param trusted whom to trust if the address asks for TLS; without it those whom Java does
     */
    public static MongoClient connect(String url, int timeoutMs, Optional<SSLContext> trusted) {
        ConnectionString address = new ConnectionString(url);
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applicationName("serai")
                .readPreference(ReadPreference.primary())
                .applyConnectionString(address)
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(timeoutMs, TimeUnit.MILLISECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(timeoutMs, TimeUnit.MILLISECONDS)
                        .readTimeout(timeoutMs, TimeUnit.MILLISECONDS));
        // Counts only where the address asks for TLS.
        trusted.ifPresent(context -> settings.applyToSslSettings(tls -> tls.context(context)));
        if (address.getReadConcern() == null) {
            settings.readConcern(ReadConcern.MAJORITY);
        }
        return MongoClients.create(settings.build());
    }
}
