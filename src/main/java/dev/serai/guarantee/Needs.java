package dev.serai.guarantee;

import java.util.Set;

/**
 * What a pipeline takes from, writes to and loads, as its routes say. Immutable.
 *
 * @param broker whether it takes from an MQTT broker
 * @param mongo whether it reads MongoDB
 * @param changes whether it does so by following change streams
 * @param http whether it asks an HTTP API
 * @param objects whether it writes to S3
 * @param tables whether it needs PostgreSQL; a stream into S3 alone has its book written later
 * @param files whether it writes files on this machine while it runs
 * @param loads the tables it loads
 */
record Needs(
        boolean broker,
        boolean mongo,
        boolean changes,
        boolean http,
        boolean objects,
        boolean tables,
        boolean files,
        Set<Load> loads) {

    /**
     * A statement that loads a table.
     *
     * @param replaces whether a record delivered again, with another content, changes the row
     */
    record Load(String table, boolean replaces) {}

    /** Whether it loads no records of its own. */
    boolean keepsHouse() {
        return !broker && loads.isEmpty();
    }
}
