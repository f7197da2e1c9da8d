package dev.serai.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Properties;
import javax.net.SocketFactory;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.security.SSLSocketFactoryFactory;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is and how to reach it: {@code tcp://host:1883} or, with TLS, {@code ssl://host:8883}.
 *
 * <p>Errors: {@link IllegalArgumentException} for any other address. Thread-safe.
 */
record BrokerAddress(String host, int port, boolean tls) {

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    static BrokerAddress of(String url) {
        try {
            URI uri = new URI(url.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme();
            boolean tls =
                    switch (scheme) {
                        case "tcp", "mqtt" -> false;
                        case "ssl", "mqtts" -> true;
                        default -> throw refused(url, null);
                    };
            if (uri.getHost() == null) {
                throw refused(url, null);
            }
            String host = uri.getHost().replace("[", "").replace("]", "");
            return new BrokerAddress(host, uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PORT, tls);
        } catch (URISyntaxException e) {
            throw refused(url, e);
        }
    }

    private static IllegalArgumentException refused(String url, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "brokerUrl has to be like tcp://127.0.0.1:1883 or ssl://broker.example:8883 when batching; it is '%s'"
                        .formatted(url),
                cause);
    }

    /** A socket that is not connected yet, so that it can be closed while it connects. */
    Socket socket(MqttConnectionOptions options) throws IOException {
        SocketFactory factory = options.getSocketFactory();
        if (factory != null) {
            return factory.createSocket();
        }
        return tls ? tlsFactory(options.getSSLProperties()).createSocket() : new Socket();
    }

    private static SocketFactory tlsFactory(Properties properties) throws IOException {
        try {
            SSLSocketFactoryFactory factory = new SSLSocketFactoryFactory();
            if (properties != null) {
                factory.initialize(properties, null);
            }
            return factory.createSocketFactory(null);
        } catch (MqttException e) {
            throw new IOException("sslClientProps: " + e.getMessage(), e);
        }
    }

    void connect(Socket socket, MqttConnectionOptions options) throws IOException {
        int timeoutMs = options.getConnectionTimeout() * 1_000;
        socket.connect(new InetSocketAddress(host, port), timeoutMs);
        socket.setSoTimeout(timeoutMs);
        socket.setTcpNoDelay(true);
        if (socket instanceof SSLSocket secure) {
            if (options.isHttpsHostnameVerificationEnabled()) {
                SSLParameters parameters = secure.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secure.setSSLParameters(parameters);
            }
            secure.startHandshake();
            HostnameVerifier verifier = options.getSSLHostnameVerifier();
            if (verifier != null && !verifier.verify(host, secure.getSession())) {
                throw new IOException("sslHostnameVerifier does not accept the certificate of " + host);
            }
        }
    }

    @Override
    public String toString() {
        return "%s://%s:%d".formatted(tls ? "ssl" : "tcp", host, port);
    }
}
