package dev.serai.archive;

import dev.serai.landing.LandingZone;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/**
 * What proves that an object holds certain rows: made from the rows as PostgreSQL gave them and from the file that they
 * were written to, before the object is put. Immutable.
 *
 * @param key of the object in the bucket of its zone
 */
record Certificate(
        UUID id,
        UUID runId,
        String dataset,
        String timeColumn,
        List<String> keyColumns,
        LocalDate day,
        Instant cutOff,
        String bucket,
        String key,
        long bytes,
        String objectSha256,
        Rows rows,
        RowSchema schema,
        State state) {

    /** How far the archive of these rows has got. */
    enum State {
        PLANNED,
        VERIFIED,
        DELETED,
        DISCARDED;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /**
     * A set of rows, as far as a certificate knows it.
     *
     * @param sha256 over keys and values in order, see the comment of {@code ops.archive.rows_sha256}
     */
    record Rows(long count, Instant first, Instant last, String sha256) {}

    Certificate {
        keyColumns = List.copyOf(keyColumns);
    }

    String address() {
        return new LandingZone(bucket, "").address(key);
    }

    /** The certificate's own object, beside the one it speaks of. */
    String jsonKey() {
        return key.replaceFirst("\\.parquet$", ".json");
    }
}
