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
import java.util.Locale;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Writes the raw objects that have a person in them again, without that person; the others are not touched.
 *
 * <p>Reads every object of the zone, one at a time. Numbers keep their digits. Of an object that is no JSON nobody can tell
 * where the person ends: it becomes an empty array as a whole. <br>
 * Errors: {@code SdkException}; asking again goes on. Not thread-safe.
 */
final class RawObjects {

    private static final byte[] NOTHING = "[]".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final S3Client s3;

    private long objects;
    private long rewritten;
    private long emptied;

    RawObjects(S3Client s3) {
        this.s3 = s3;
    }

    /** Yields a line that says what was done. */
    String erase(LandingZone zone, Person person) {
        try {
            for (S3Object object : s3.listObjectsV2Paginator(
                            request -> request.bucket(zone.bucket()).prefix(zone.prefix()))
                    .contents()) {
                objects++;
                erase(zone.bucket(), object.key(), person);
            }
        } catch (NoSuchBucketException e) {
            return "%s has no objects".formatted(zone.address(zone.prefix()));
        }
        return "%s: %d objects read, %d written again without the person, %d that were no JSON emptied"
                .formatted(zone.address(zone.prefix()), objects, rewritten, emptied);
    }

    private void erase(String bucket, String key, Person person) {
        byte[] before =
                s3.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArrayUnsafe();
        if (!new String(before, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT).contains(person.id())) {
            return;
        }
        byte[] after;
        try {
            after = without(JSON.readTree(before), person);
            rewritten++;
        } catch (JsonProcessingException e) {
            after = NOTHING;
            emptied++;
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be read", e);
        }
        RequestBody body = RequestBody.fromBytes(after);
        s3.putObject(request -> request.bucket(bucket).key(key).contentType("application/json"), body);
    }

    private static byte[] without(JsonNode answer, Person person) throws JsonProcessingException {
        if (!answer.isArray()) {
            return person.owns(answer) ? NOTHING : JSON.writeValueAsBytes(answer);
        }
        ArrayNode others = JSON.createArrayNode();
        answer.forEach(record -> {
            if (!person.owns(record)) {
                others.add(record);
            }
        });
        return JSON.writeValueAsBytes(others);
    }
}
