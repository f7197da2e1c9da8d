package dev.serai.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
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
                response.setEntity(new BoundedEntity(entity, deadline));
            }
            return response;
        });
    }

    private final class BoundedEntity extends HttpEntityWrapper {

        private final long deadline;

        BoundedEntity(HttpEntity entity, long deadline) {
            super(entity);
            this.deadline = deadline;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent(), deadline);
        }
    }

    private final class BoundedStream extends FilterInputStream {

        private final long deadline;
        private long seen;

        BoundedStream(InputStream in, long deadline) {
            super(in);
            this.deadline = deadline;
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

        private void count(int n) throws IOException {
            seen += n;
            if (seen > maxBytes) {
                throw new IOException("the answer is larger than http.max-body-bytes = " + maxBytes);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException(
                        "the answer took longer than http.total-timeout-ms = %d, %d bytes had come"
                                .formatted(maxMillis, seen));
            }
        }
    }
}
