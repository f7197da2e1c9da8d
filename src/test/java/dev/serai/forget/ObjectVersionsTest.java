package dev.serai.forget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.landing.LandingZone;
import dev.serai.settings.Settings;
import dev.serai.stores.ObjectStore;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/**
 * A bucket that keeps versions keeps none with a forgotten person. The S3 server of the local stack keeps none at all; the
 * same server does when its objects are in memory.
 */
class ObjectVersionsTest {

    private static final Person ADA = Person.of("6a3f1b9e-0c1d-4b7e-9f3a-2d1c5e8b7a60");
    private static final String ADA_AND_BEA =
            "[{\"uid\":\"6A3F1B9E-0c1d-4b7e-9f3a-2d1c5e8b7a60\"},{\"uid\":\"b0e1c2d3-0c1d-4b7e-9f3a-2d1c5e8b7a61\"}]";
    private static final String BEA = "[{\"uid\":\"b0e1c2d3-0c1d-4b7e-9f3a-2d1c5e8b7a61\"}]";

    private static S3Proxy server;
    private static S3Client s3;

    private String bucket;
    private LandingZone zone;

    @BeforeAll
    static void serve() throws Exception {
        String endpoint = "http://127.0.0.1:" + Hub.freePort();
        server = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .endpoint(URI.create(endpoint))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "key", "secret")
                .build();
        server.start();
        s3 = ObjectStore.connect(Settings.load(
                Map.of("S3_ENDPOINT", endpoint, "S3_ACCESS_KEY", "key", "S3_SECRET_KEY", "secret"), List.of()));
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        server.stop();
    }

    @BeforeEach
    void make() {
        bucket = "bucket-" + UUID.randomUUID();
        zone = LandingZone.of("s3://%s/raw/".formatted(bucket));
        s3.createBucket(request -> request.bucket(bucket));
    }

    @Test
    void older_versions_with_the_person_are_deleted_and_no_others() {
        put("raw/before.json", ADA_AND_BEA); // has no version yet
        keepVersions(BucketVersioningStatus.ENABLED);
        put("raw/two.json", ADA_AND_BEA);
        put("raw/two.json", ADA_AND_BEA);
        put("raw/cleaned.json", ADA_AND_BEA);
        put("raw/cleaned.json", BEA);
        put("raw/gone.json", ADA_AND_BEA);
        s3.deleteObject(request -> request.bucket(bucket).key("raw/gone.json"));
        put("raw/others.json", BEA);
        put("raw/others.json", BEA);
        assertThat(new RawObjects(s3).find(zone, new Ids(Set.of(ADA.digest())))).containsExactly(ADA);

        String said = new RawObjects(s3).erase(zone, List.of(ADA));

        assertThat(said).contains("8 objects read", "2 written again", "5 older versions deleted");
        assertThat(versions())
                .containsExactly(
                        "raw/before.json " + BEA,
                        "raw/cleaned.json " + BEA,
                        "raw/others.json " + BEA,
                        "raw/others.json " + BEA,
                        "raw/two.json " + BEA);
        assertThat(new RawObjects(s3).find(zone, new Ids(Set.of(ADA.digest())))).isEmpty();
        assertThat(new RawObjects(s3).erase(zone, List.of(ADA))).contains("0 written again", "0 older versions");
    }

    @Test
    void what_is_written_while_versions_are_suspended_stays() {
        keepVersions(BucketVersioningStatus.ENABLED);
        put("raw/one.json", ADA_AND_BEA);
        keepVersions(BucketVersioningStatus.SUSPENDED);
        put("raw/one.json", ADA_AND_BEA);

        new RawObjects(s3).erase(zone, List.of(ADA));

        assertThat(versions()).containsExactly("raw/one.json " + BEA);
    }

    private void keepVersions(BucketVersioningStatus status) {
        s3.putBucketVersioning(request ->
                request.bucket(bucket).versioningConfiguration(configuration -> configuration.status(status)));
    }

    private void put(String key, String body) {
        s3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString(body));
    }

    private List<String> versions() {
        return s3.listObjectVersionsPaginator(request -> request.bucket(bucket)).versions().stream()
                .map(version -> version.key() + " " + content(version))
                .sorted()
                .toList();
    }

    private String content(ObjectVersion version) {
        return s3.getObjectAsBytes(
                        request -> request.bucket(bucket).key(version.key()).versionId(version.versionId()))
                .asUtf8String();
    }
}
