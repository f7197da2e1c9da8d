package dev.serai.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Bounds every answer of every HTTP source in size and in time, and leaves trying again to the routes.
 *
 * <p>Errors while an answer is read: {@link IOException} for one that is too large, {@link SocketTimeoutException} for
 * one that takes too long as a whole. Thread-safe.
 */
public final class BoundedAnswers implements HttpClientConfigurer {

    private final long maxBytes;
    private final long maxMillis;

    public BoundedAnswers(long maxBytes, long maxMillis) {
        this.maxBytes = maxBytes;
        this.maxMillis = maxMillis;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableAutomaticRetries();
        client.disableRedirectHandling();
        client.disableCookieManagement();
        client.addExecInterceptorFirst("serai-bounds", (request, scope, chain) -> {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(maxMillis);
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(new BoundedEntity(entity, deadline, scope.execRuntime));
            }
            return response;
        });
    }

    private final class BoundedEntity extends HttpEntityWrapper {

        private final long deadline;
        private final ExecRuntime connection;

        BoundedEntity(HttpEntity entity, long deadline, ExecRuntime connection) {
            super(entity);
            this.deadline = deadline;
            this.connection = connection;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent(), deadline, connection);
        }
    }

    private final class BoundedStream extends FilterInputStream {

        private final long deadline;
        private final ExecRuntime connection;
        private long seen;
        private boolean refused;

        BoundedStream(InputStream in, long deadline, ExecRuntime connection) {
            super(in);
            this.deadline = deadline;
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            count(Math.max(n, 0));
            return n;
        }

        @Override
        public void close() throws IOException {
            // Closing the answer reads it to its end, which is just what is refused here.
            if (!refused) {
                super.close();
            }
        }

        private void refuse() {
            refused = true;
            connection.discardEndpoint();
        }

        private void count(int n) throws IOException {
            seen += n;
            if (seen > maxBytes) {
                refuse();
                throw new IOException("the answer is larger than http.max-body-bytes = " + maxBytes);
            }
            if (System.nanoTime() - deadline > 0) {
                refuse();
                throw new SocketTimeoutException(
                        "the answer took longer than http.total-timeout-ms = %d, %d bytes had come"
                                .formatted(maxMillis, seen));
            }
        }
    }
}
