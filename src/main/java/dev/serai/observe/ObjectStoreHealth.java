package dev.serai.observe;

import java.time.Duration;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/** Health of S3, with the reason when it is away; every pipeline lands there first. Thread-safe. */
public final class ObjectStoreHealth extends AbstractHealthCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int SERVER_ERROR = 500;

    private final S3Client s3;

    public ObjectStoreHealth(S3Client s3) {
        super("serai", "s3");
        this.s3 = s3;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        try {
            s3.listBuckets(request -> request.overrideConfiguration(
                    limits -> limits.apiCallTimeout(PATIENCE).apiCallAttemptTimeout(PATIENCE)));
            result.up();
        } catch (AwsServiceException e) {
            // A login that may do its work and not list all buckets is refused, and S3 is there.
            if (e.statusCode() < SERVER_ERROR) {
                result.up();
            } else {
                result.message("S3 answers %d: %s".formatted(e.statusCode(), e.getMessage()))
                        .down();
            }
        } catch (SdkException e) {
            result.message("S3 cannot be reached: " + e.getMessage()).down();
        }
    }

    @Override
    public boolean isLiveness() {
        return false;
    }
}
