package dev.serai.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The archive's objects in S3, carried between there and files. Errors: those of the S3 client. Thread-safe. */
final class ArchiveObjects {

    private static final int TRIES = 3;

    private final S3Client s3;
    private final AwsRequestOverrideConfiguration patience;

    /** @param transfer the longest that one try to carry an object may take */
    ArchiveObjects(S3Client s3, Duration transfer) {
        this.s3 = s3;
        this.patience = AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(transfer)
                .apiCallTimeout(transfer.multipliedBy(TRIES))
                .build();
    }

    /** Puts a whole object; makes the bucket if there is none. */
    void put(String bucket, String key, Path file) {
        requireBucket(bucket);
        put(bucket, key, RequestBody.fromFile(file), "application/vnd.apache.parquet");
    }

    void putJson(String bucket, String key, String json) {
        put(bucket, key, RequestBody.fromString(json), "application/json");
    }

    private void put(String bucket, String key, RequestBody body, String type) {
        s3.putObject(
                request -> request.bucket(bucket).key(key).contentType(type).overrideConfiguration(patience), body);
    }

    /** Asked for before a large put: one without a bucket ends as a broken connection, which says nothing. */
    private void requireBucket(String bucket) {
        try {
            s3.headBucket(request -> request.bucket(bucket));
        } catch (NoSuchBucketException e) {
            s3.createBucket(request -> request.bucket(bucket));
        }
    }

    /** Fetches an object into a file that is not there yet; yields its ETag, nothing if there is no such object. */
    Optional<String> get(String bucket, String key, Path file) {
        try {
            GetObjectResponse answer = s3.getObject(
                    request -> request.bucket(bucket).key(key).overrideConfiguration(patience),
                    ResponseTransformer.toFile(file));
            return Optional.of(answer.eTag());
        } catch (NoSuchKeyException | NoSuchBucketException e) {
            return Optional.empty();
        }
    }

    /** Deletes an object; harmless if there is none. */
    void delete(String bucket, String key) {
        try {
            s3.deleteObject(request -> request.bucket(bucket).key(key));
        } catch (NoSuchBucketException e) {
            return;
        }
    }

    /** SHA-256 of a file, hexadecimal. */
    static String sha256(Path file) {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hex(digest);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
