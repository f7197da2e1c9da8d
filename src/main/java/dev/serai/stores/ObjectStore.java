package dev.serai.stores;

import dev.serai.settings.Settings;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The connection to S3, or to any server that speaks its protocol. */
public final class ObjectStore {

    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration CALL = Duration.ofSeconds(30);

    private ObjectStore() {}

    /** Addresses buckets by path, as MinIO and its kind want it. Every call ends within 30 seconds. Thread-safe. */
    public static S3Client connect(Settings settings) {
        return S3Client.builder()
                .endpointOverride(settings.address("s3.endpoint"))
                .region(Region.of(settings.text("s3.region")))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.text("s3.access-key"), settings.text("s3.secret-key"))))
                .forcePathStyle(true)
                .overrideConfiguration(
                        override -> override.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL))
                .build();
    }
}
