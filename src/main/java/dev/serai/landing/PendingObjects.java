package dev.serai.landing;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Finds landed objects that no load has taken: their run was killed, or the database was away.
 *
 * <p>Lists the landing zone from a watermark on and leaves out what {@code ops.load} has. The watermark follows an hour
 * behind, so that an object of a slow run is still seen. An object that fails again is offered after growing pauses.
 * What it found is in {@code ops.pending}, up to a page more than {@value #AT_ONCE} objects a pipeline. Thread-safe.
 */
public final class PendingObjects {

    private static final Logger LOG = LogManager.getLogger(PendingObjects.class);

    /** Objects offered in one go, by a page more at most. */
    private static final int AT_ONCE = 1_000;

    private static final Duration WATERMARK_LAG = Duration.ofHours(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private record Offer(int times, Instant next) {}

    private final Map<String, LandingZone> zones;
    private final S3Client s3;
    private final DataSource postgres;
    private final Duration minAge;
    private final Duration firstPause;
    private final Clock clock;
    private final Map<String, Offer> offers = new ConcurrentHashMap<>();

    /**
     * @param zones landing zone of each pipeline; may change
     * @param minAge an object younger than this still belongs to its run
     * @param firstPause wait before an object that failed is offered again; it doubles up to an hour
     */
    public PendingObjects(
            Map<String, LandingZone> zones,
            S3Client s3,
            DataSource postgres,
            Duration minAge,
            Duration firstPause,
            Clock clock) {
        this.zones = zones;
        this.s3 = s3;
        this.postgres = postgres;
        this.minAge = minAge;
        this.firstPause = firstPause;
        this.clock = clock;
    }

    /** What is to be loaded now, oldest first for each pipeline. A pipeline that cannot be looked at does not stop the others. */
    public List<LandedObject> find() {
        List<LandedObject> pending = new ArrayList<>();
        zones.forEach((pipeline, zone) -> {
            try {
                pending.addAll(find(pipeline, zone, false));
            } catch (SdkException | SQLException e) {
                LOG.warn("landed objects of {} cannot be looked for now: {}", pipeline, e.getMessage());
            }
        });
        return pending;
    }

    /** What of one pipeline can be loaded now, without regard to pauses; nothing for a pipeline that does not land. */
    public List<LandedObject> findAll(String pipeline) throws SQLException {
        LandingZone zone = zones.get(pipeline);
        return zone == null ? List.of() : find(pipeline, zone, true);
    }

    private List<LandedObject> find(String pipeline, LandingZone zone, boolean atOnce) throws SQLException {
        Instant now = clock.instant();
        List<LandedObject> due = new ArrayList<>();
        List<String> unloaded = new ArrayList<>();
        try (Connection connection = postgres.getConnection()) {
            String watermark = watermark(connection, pipeline);
            String passed = watermark;
            boolean gap = false;
            for (List<S3Object> page : pages(zone, watermark)) {
                Set<String> loaded = loaded(connection, zone, page);
                for (S3Object object : page) {
                    String address = zone.address(object.key());
                    if (loaded.contains(address)) {
                        offers.remove(address);
                        if (!gap && object.lastModified().isBefore(now.minus(WATERMARK_LAG))) {
                            passed = object.key();
                        }
                    } else {
                        gap = true; // the watermark stays before it until it is loaded
                        if (object.lastModified().isBefore(now.minus(minAge))) {
                            unloaded.add(address);
                            if (due(address, now) || atOnce) {
                                due.add(new LandedObject(pipeline, zone.bucket(), object.key(), address));
                            }
                        }
                    }
                }
                if (due.size() >= AT_ONCE) {
                    break;
                }
            }
            PendingBook.write(connection, pipeline, unloaded);
            if (passed != null && !passed.equals(watermark)) {
                advance(connection, pipeline, passed);
            }
        }
        return due;
    }

    private boolean due(String address, Instant now) {
        Offer before = offers.get(address);
        if (before != null && before.next().isAfter(now)) {
            return false;
        }
        int times = before == null ? 0 : before.times();
        Duration pause = firstPause.multipliedBy(1L << Math.min(times, 20));
        offers.put(address, new Offer(times + 1, now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause)));
        return true;
    }

    private Iterable<List<S3Object>> pages(LandingZone zone, @Nullable String after) {
        try {
            s3.headBucket(request -> request.bucket(zone.bucket()));
        } catch (NoSuchBucketException e) {
            return List.of(); // nothing has ever landed
        }
        return () -> s3
                .listObjectsV2Paginator(request ->
                        request.bucket(zone.bucket()).prefix(zone.prefix()).startAfter(after))
                .stream()
                .map(ListObjectsV2Response::contents)
                .iterator();
    }

    private static Set<String> loaded(Connection connection, LandingZone zone, List<S3Object> listed)
            throws SQLException {
        Set<String> loaded = new HashSet<>();
        Array addresses = connection.createArrayOf(
                "text",
                listed.stream().map(object -> zone.address(object.key())).toArray());
        try (PreparedStatement statement =
                connection.prepareStatement("select raw_object from ops.load where raw_object = any (?)")) {
            statement.setArray(1, addresses);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    loaded.add(rows.getString(1));
                }
            }
        }
        return loaded;
    }

    private static @Nullable String watermark(Connection connection, String pipeline) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select value from ops.watermark where pipeline = ? and name = 'landing'")) {
            statement.setString(1, pipeline);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private static void advance(Connection connection, String pipeline, String key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into ops.watermark as w (pipeline, name, value) values (?, 'landing', ?)
                on conflict (pipeline, name) do update set value = greatest(w.value, excluded.value), updated_at = now()""")) {
            statement.setString(1, pipeline);
            statement.setString(2, key);
            statement.executeUpdate();
        }
    }
}
