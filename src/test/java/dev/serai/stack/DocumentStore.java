package dev.serai.stack;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks MongoDB's protocol, mongo-java-server, in this process. Documents are kept in
 * {@code directory/mongo}.
 *
 * <p>It stands in for MongoDB as far as finding, sorting and paging go. It has no login, no change streams, no
 * transactions. <br>
 * Errors: {@link StackException}. Not thread-safe.
 */
public final class DocumentStore implements Server {

    private static final int CACHE_MB = 16;

    private final Path directory;
    private final String host;
    private final int port;
    private @Nullable MongoServer server;

    /**
     * Does not start it yet.
     *
     * @param port 0 for any that is free
     */
    public DocumentStore(Path directory, String host, int port) {
        this.directory = directory.toAbsolutePath().resolve("mongo");
        this.host = host;
        this.port = Ports.orFree(host, port);
    }

    @Override
    public String name() {
        return "MongoDB";
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void start() {
        Ports.requireFree(this);
        Path file = FileTree.createPrivate(directory).resolve("documents.mv");
        try {
            MVStore store = new MVStore.Builder()
                    .fileName(file.toString())
                    .compress()
                    .cacheSize(CACHE_MB)
                    .open();
            server = new MongoServer(new H2Backend(store).version(ServerVersion.MONGO_5_0));
            server.bind(host, port);
        } catch (RuntimeException e) {
            stop();
            throw new StackException("the MongoDB server does not start: " + e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        if (server != null) {
            server.shutdownNow();
            server = null;
        }
    }
}
