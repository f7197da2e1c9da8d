package dev.serai.forget;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.landing.LandingZone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/**
 * Writes the raw objects that have persons in them again, without those persons; the others are not touched.
 *
 * <p>Reads every object of the zone, one at a time; where the bucket keeps versions, every version, and deletes for ever
 * those older ones that have a person in them. Numbers keep their digits. Of an object that is no JSON nobody can tell
 * where the person ends: it becomes an empty array as a whole. <br>
 * Errors: {@code SdkException}; asking again goes on. Not thread-safe.
 */
final class RawObjects {

    private static final byte[] NOTHING = "[]".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** The version of an object that was written while its bucket kept none. */
    private static final String UNVERSIONED = "null";

    private final S3Client s3;

    private long objects;
    private long rewritten;
    private long emptied;
    private long deleted;

    /** What can be read: an object, or one version of it. Without a version where the bucket keeps none. */
    private record Stored(String key, @Nullable String version, boolean latest) {}

    RawObjects(S3Client s3) {
        this.s3 = s3;
    }

    /** Those of a list whom an object or a version of one names. */
    Set<Person> find(LandingZone zone, Ids ids) {
        try {
            return stored(zone)
                    .flatMap(each -> ids.in(new String(read(zone, each), StandardCharsets.UTF_8)))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (NoSuchBucketException e) {
            return Set.of();
        }
    }

    /** Yields a line that says what was done. */
    String erase(LandingZone zone, Collection<Person> persons) {
        try {
            stored(zone).forEach(each -> erase(zone, each, persons));
        } catch (NoSuchBucketException e) {
            return "%s has no objects".formatted(zone.address(zone.prefix()));
        }
        return "%s: %d objects read, %d written again without the person, %d that were no JSON emptied, %d older versions deleted"
                .formatted(zone.address(zone.prefix()), objects, rewritten, emptied, deleted);
    }

    private Stream<Stored> stored(LandingZone zone) {
        BucketVersioningStatus status =
                s3.getBucketVersioning(request -> request.bucket(zone.bucket())).status();
        if (status == null) {
            return s3
                    .listObjectsV2Paginator(
                            request -> request.bucket(zone.bucket()).prefix(zone.prefix()))
                    .contents()
                    .stream()
                    .map(object -> new Stored(object.key(), null, true));
        }
        return s3
                .listObjectVersionsPaginator(
                        request -> request.bucket(zone.bucket()).prefix(zone.prefix()))
                .versions()
                .stream()
                .map(version ->
                        new Stored(version.key(), version.versionId(), Boolean.TRUE.equals(version.isLatest())));
    }

    private byte[] read(LandingZone zone, Stored stored) {
        return s3.getObjectAsBytes(request ->
                        request.bucket(zone.bucket()).key(stored.key()).versionId(stored.version()))
                .asByteArrayUnsafe();
    }

    private void erase(LandingZone zone, Stored stored, Collection<Person> persons) {
        objects++;
        byte[] before = read(zone, stored);
        String text = new String(before, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        if (persons.stream().noneMatch(person -> text.contains(person.id()))) {
            return;
        }
        String written = stored.latest() ? rewrite(zone, stored.key(), before, persons) : null;
        if (stored.version() != null && !stored.version().equals(written)) {
            s3.deleteObject(
                    request -> request.bucket(zone.bucket()).key(stored.key()).versionId(stored.version()));
            deleted++;
        }
    }

    /** Yields the version that was written: where versioning is suspended, the one that took the place of the former. */
    private String rewrite(LandingZone zone, String key, byte[] before, Collection<Person> persons) {
        byte[] after;
        try {
            after = without(JSON.readTree(before), persons);
            rewritten++;
        } catch (JsonProcessingException e) {
            after = NOTHING;
            emptied++;
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be read", e);
        }
        RequestBody body = RequestBody.fromBytes(after);
        String version = s3.putObject(
                        request -> request.bucket(zone.bucket()).key(key).contentType("application/json"), body)
                .versionId();
        return Objects.requireNonNullElse(version, UNVERSIONED);
    }

    private static byte[] without(JsonNode answer, Collection<Person> persons) throws JsonProcessingException {
        if (!answer.isArray()) {
            return isOfOne(persons, answer) ? NOTHING : JSON.writeValueAsBytes(answer);
        }
        ArrayNode others = JSON.createArrayNode();
        answer.forEach(record -> {
            if (!isOfOne(persons, record)) {
                others.add(record);
            }
        });
        return JSON.writeValueAsBytes(others);
    }

    private static boolean isOfOne(Collection<Person> persons, JsonNode record) {
        return persons.stream().anyMatch(person -> person.owns(record));
    }
}
