package dev.serai.rebuild;

import dev.serai.landing.LandedObject;
import dev.serai.landing.LandingZone;
import java.util.Iterator;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The landed objects of a range of time, in the order of their runs, a page in memory. Thread-safe. */
public final class LandedRange {

    private final S3Client s3;

    public LandedRange(S3Client s3) {
        this.s3 = s3;
    }

    public Iterator<LandedObject> find(RebuildRequest request) {
        LandingZone zone = request.zone();
        try {
            s3.headBucket(head -> head.bucket(zone.bucket()));
        } catch (NoSuchBucketException e) {
            return List.<LandedObject>of().iterator(); // nothing has ever landed
        }
        String end = zone.mark(request.to());
        return s3
                .listObjectsV2Paginator(
                        list -> list.bucket(zone.bucket()).prefix(zone.prefix()).startAfter(zone.mark(request.from())))
                .contents()
                .stream()
                .map(S3Object::key)
                .takeWhile(key -> key.compareTo(end) < 0)
                .map(key -> new LandedObject(request.pipeline(), zone.bucket(), key, zone.address(key)))
                .iterator();
    }
}
