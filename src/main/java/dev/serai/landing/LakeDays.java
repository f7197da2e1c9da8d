package dev.serai.landing;

import dev.serai.ledger.CodedException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/**
 * The objects of a raw lake that arrived on one day, and which of them a replay found broken.
 *
 * <p>A lake has a folder {@code dt=2026-11-20/} for each day (UTC). Errors: those of S3. Thread-safe.
 */
public final class LakeDays {

    private static final int NAMED = 3;

    private final S3Client s3;
    private final Map<String, List<String>> broken = new ConcurrentHashMap<>();

    public LakeDays(S3Client s3) {
        this.s3 = s3;
    }

    /**
     * In the order in which they began to arrive, a page in memory; none for a day without any.
     *
     * @param zone bucket and prefix: {@code s3://sensor-data/raw/}
     * @param day as in 2026-11-20
     */
    public Iterator<LandedObject> objects(String pipeline, String zone, String day) {
        LandingZone lake = LandingZone.of(zone);
        try {
            s3.headBucket(head -> head.bucket(lake.bucket()));
        } catch (NoSuchBucketException e) {
            return List.<LandedObject>of().iterator(); // nothing has ever come
        }
        String folder = "%sdt=%s/".formatted(lake.prefix(), day);
        return s3.listObjectsV2Paginator(list -> list.bucket(lake.bucket()).prefix(folder)).contents().stream()
                .map(object -> new LandedObject(pipeline, lake.bucket(), object.key(), lake.address(object.key())))
                .iterator();
    }

    /** Notes that an object could not be read to its end. */
    public void broken(String runId, String address, String reason) {
        broken.computeIfAbsent(runId, id -> new CopyOnWriteArrayList<>()).add(address + ": " + reason);
    }

    /** A {@link CodedException} {@code LAKE_OBJECT_BROKEN} if a run has found any. */
    public void requireWhole(String runId) {
        List<String> found = broken.get(runId);
        if (found != null) {
            throw new CodedException(
                    "LAKE_OBJECT_BROKEN",
                    "%d objects are not whole, what could be read of them is loaded: %s"
                            .formatted(
                                    found.size(), String.join("; ", found.subList(0, Math.min(NAMED, found.size())))));
        }
    }

    /** The run has ended. */
    void forget(String runId) {
        broken.remove(runId);
    }
}
