package dev.serai.guarantee;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of the data of a pipeline while a store is away. Immutable.
 *
 * @param store PostgreSQL, S3, broker, MongoDB, source or disk
 * @param keptBy who keeps the data meanwhile: queue, landing, source, nobody, next run, changes or disk
 * @param survivesSeconds how long it may last; null without a limit, if it is not known, and for a queue
 * @param because why, as a person would say it
 */
record Outage(String store, String keptBy, @Nullable Double survivesSeconds, String because) {

    static Outage unlimited(String store, String keptBy, String because) {
        return new Outage(store, keptBy, null, because);
    }
}
