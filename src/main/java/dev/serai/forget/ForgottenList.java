package dev.serai.forget;

import dev.serai.landing.LandingZone;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/**
 * Who was erased, by digest: in {@code ops.forgotten}, and below {@code forgotten/} in the buckets of the landing.
 *
 * <p>In both, because a restore brings one of them back to what it was. Errors: {@link SQLException}, {@code SdkException}.
 * Not thread-safe.
 */
final class ForgottenList {

    private static final String FOLDER = "forgotten/";

    private final Connection connection;
    private final S3Client s3;
    private final List<LandingZone> zones;

    /** Commits nothing itself. */
    ForgottenList(Connection connection, S3Client s3, List<LandingZone> zones) {
        this.connection = connection;
        this.s3 = s3;
        this.zones = zones;
    }

    /** The digests that either has. */
    Set<String> digests() throws SQLException {
        Set<String> digests = inPostgres();
        zones.forEach(zone -> digests.addAll(inBucket(zone)));
        return digests;
    }

    /** Afterwards both have them; a bucket that is not there has nobody to erase. */
    void add(Set<String> digests) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert into ops.forgotten (digest) values (?) on conflict do nothing")) {
            for (String digest : digests) {
                insert.setString(1, digest);
                insert.executeUpdate();
            }
        }
        for (LandingZone zone : zones) {
            if (isThere(zone)) {
                for (String digest : digests) {
                    s3.putObject(request -> request.bucket(zone.bucket()).key(FOLDER + digest), RequestBody.empty());
                }
            }
        }
    }

    private Set<String> inPostgres() throws SQLException {
        Set<String> digests = new TreeSet<>();
        try (PreparedStatement select = connection.prepareStatement("select digest from ops.forgotten");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                digests.add(row.getString(1));
            }
        }
        return digests;
    }

    private List<String> inBucket(LandingZone zone) {
        if (!isThere(zone)) {
            return List.of();
        }
        return s3
                .listObjectsV2Paginator(request -> request.bucket(zone.bucket()).prefix(FOLDER))
                .contents()
                .stream()
                .map(object -> object.key().substring(FOLDER.length()))
                .toList();
    }

    private boolean isThere(LandingZone zone) {
        try {
            s3.headBucket(request -> request.bucket(zone.bucket()));
            return true;
        } catch (NoSuchBucketException e) {
            return false;
        }
    }
}
