package dev.serai.tls;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The authorities whose certificates count: those of Java and those in the file that {@code tls.ca-file} names, in PEM.
 *
 * <p>Yields nothing while that setting is empty: then every library does what it does by itself, which is to trust Java's.
 * Errors: {@link IllegalStateException} that names the setting. Immutable and thread-safe.
 */
public final class Trust {

    private final TrustManager[] managers;
    private final SSLContext context;

    private Trust(TrustManager[] managers, SSLContext context) {
        this.managers = managers;
        this.context = context;
    }

    /** Reads the file that the settings name, if they do. */
    public static Optional<Trust> of(Settings settings) {
        String file = settings.text("tls.ca-file");
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                all.setCertificateEntry("given-" + number++, one);
            }
            if (number == 0) {
                throw new GeneralSecurityException("it holds no certificate");
            }
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager usual) {
                    for (X509Certificate one : usual.getAcceptedIssuers()) {
                        all.setCertificateEntry("java-" + number++, one);
                    }
                }
            }
            TrustManager[] managers = managers(all);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return Optional.of(new Trust(managers, context));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "TLS_CA_FILE must name a readable file of certificates in PEM, such as /etc/ssl/our-ca.pem, was \"%s\": %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    private static TrustManager[] managers(@Nullable KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    public TrustManager[] managers() {
        return managers.clone();
    }

    public SSLContext context() {
        return context;
    }
}
