package dev.serai.stores;

import dev.serai.settings.Settings;
import dev.serai.tls.Trust;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The connection to S3, or to any server that speaks its protocol. */
public final class ObjectStore {

    private ObjectStore() {}

    /** Addresses buckets by path, as MinIO and its kind want it. Every call ends within {@code s3.call-timeout-ms}. Thread-safe. */
    public static S3Client connect(Settings settings) {
        S3ClientBuilder builder = S3Client.builder();
        Trust.of(settings)
                .ifPresent(trust -> builder.httpClientBuilder(
                        ApacheHttpClient.builder().tlsTrustManagersProvider(trust::managers)));
        return builder.endpointOverride(settings.address("s3.endpoint"))
                .region(Region.of(settings.text("s3.region")))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.text("s3.access-key"), settings.text("s3.secret-key"))))
                .forcePathStyle(true)
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(
                                Duration.ofMillis(settings.number("s3.attempt-timeout-ms")))
                        .apiCallTimeout(Duration.ofMillis(settings.number("s3.call-timeout-ms"))))
                .build();
    }
}
