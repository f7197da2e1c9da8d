package dev.serai.simulators.community;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.serai.settings.Settings;
import java.util.concurrent.TimeUnit;

/** The connection to the document store that the community is played into: {@code community.mongo.url}. */
public final class CommunityStore {

    private static final int CONNECT_SECONDS = 2;
    private static final int ANSWER_SECONDS = 30;

    private CommunityStore() {}

    /** Connects when it is first used. Gives up a call soon when the store is away. The caller closes it. */
    public static MongoClient connect(Settings settings) {
        return MongoClients.create(MongoClientSettings.builder()
                .applicationName("serai-simulators")
                .applyConnectionString(new ConnectionString(settings.text("community.mongo.url")))
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(CONNECT_SECONDS, TimeUnit.SECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                        .readTimeout(ANSWER_SECONDS, TimeUnit.SECONDS))
                .retryWrites(false)
                .build());
    }
}
