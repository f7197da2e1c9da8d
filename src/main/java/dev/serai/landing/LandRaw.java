package dev.serai.landing;

import dev.serai.ledger.Run;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/**
 * Prepares the put of a raw body: bucket and key from the variable {@code landing} and the run.
 *
 * <p>Makes the bucket if there is none. A run that lands several objects names each in the variable {@code part}. Leaves the object's address in the variable {@code raw_object}. Thread-safe.
 */
public final class LandRaw implements Processor {

    private final S3Client s3;
    private final Set<String> buckets = ConcurrentHashMap.newKeySet();

    public LandRaw(S3Client s3) {
        this.s3 = s3;
    }

    @Override
    public void process(Exchange exchange) {
        LandingZone zone = LandingZone.of(exchange.getVariable("landing", String.class));
        makeBucket(zone.bucket());
        Run run = Run.of(exchange);
        String part = exchange.getVariable("part", String.class);
        String key = part == null
                ? zone.key(run.startedAt(), run.id())
                : zone.key(run.startedAt(), "%s-%s".formatted(run.id(), part));
        exchange.getMessage().setHeader(AWS2S3Constants.OVERRIDE_BUCKET_NAME, zone.bucket());
        exchange.getMessage().setHeader(AWS2S3Constants.KEY, key);
        exchange.getMessage().setHeader(AWS2S3Constants.CONTENT_TYPE, "application/json");
        exchange.setVariable("raw_object", zone.address(key));
    }

    /** Once a process: a server may refuse a large object by cutting it off, which does not say that there is no bucket. */
    private void makeBucket(String bucket) {
        if (buckets.contains(bucket)) {
            return;
        }
        try {
            s3.headBucket(request -> request.bucket(bucket));
        } catch (NoSuchBucketException absent) {
            s3.createBucket(request -> request.bucket(bucket));
        }
        buckets.add(bucket);
    }
}
