package dev.serai.stack;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;

/**
 * An S3 server, S3Proxy, in this process. Signatures are checked; objects are files below {@code directory/s3}, metadata
 * are extended attributes of those.
 *
 * <p>A key must not be the directory of another ({@code a} and {@code a/b}), nor have a part of more than 255 bytes. <br>
 * Errors: {@link StackException}. Not thread-safe.
 */
public final class ObjectStore implements Server {

    private static final int THREADS = 32;

    private final Path directory;
    private final String host;
    private final int port;
    private final Login login;
    private @Nullable S3Proxy proxy;

    /**
     * Does not start it yet.
     *
     * @param port 0 for any that is free
     * @param login access key and secret key
     */
    public ObjectStore(Path directory, String host, int port, Login login) {
        this.directory = directory.toAbsolutePath().resolve("s3");
        this.host = host;
        this.port = Ports.orFree(host, port);
        this.login = login;
    }

    @Override
    public String name() {
        return "S3";
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
        FileTree.createPrivate(directory);
        try {
            S3Proxy starting = S3Proxy.builder()
                    .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                    .endpoint(URI.create("http://%s:%d".formatted(host, port)))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, login.user(), login.password())
                    .jettyMaxThreads(THREADS)
                    .build();
            starting.start();
            proxy = starting;
        } catch (Exception e) {
            throw new StackException("the S3 server does not start: " + e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        if (proxy == null) {
            return;
        }
        try {
            proxy.stop();
            proxy = null;
        } catch (Exception e) {
            throw new StackException("the S3 server does not stop: " + e.getMessage(), e);
        }
    }

    /** Where the objects are, a folder for each bucket. */
    public Path directory() {
        return directory;
    }

    /** Deletes every bucket with its objects. */
    public void deleteBuckets() {
        FileTree.delete(directory);
        FileTree.createPrivate(directory);
    }
}
