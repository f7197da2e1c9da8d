package dev.serai.capacity;

/**
 * What a plant costs in a month, in dollars. Immutable.
 *
 * @param machines nodes, databases and brokers
 * @param raw the raw lake, after a year of keeping everything
 * @param tables the readings that are in the databases
 * @param requests PUTs into the lake
 */
record Bill(double machines, double raw, double tables, double requests) {

    private static final double DAYS = 30.4;
    private static final double GB = 1e9;

    /**
     * Prices and sizes to put one's own into.
     *
     * @param node dollars an hour for a machine with 4 cores that runs a node or a broker
     * @param database dollars an hour for one with 16 cores, its standby included
     * @param lakeGb dollars a gigabyte and month of an infrequently read storage class
     * @param diskGb the same of a database's disk
     * @param thousandPuts dollars for 1,000 PUT requests
     * @param lakeBytes of a message, packed
     * @param rowBytes of a reading in its table with its index
     * @param keptDays of readings in the database
     * @param objectMessages messages in one object of the lake
     */
    record Prices(
            double node,
            double database,
            double lakeGb,
            double diskGb,
            double thousandPuts,
            double lakeBytes,
            double rowBytes,
            int keptDays,
            double objectMessages) {}

    static Bill of(Demand demand, Plant plant, int brokers, Prices prices) {
        double aDay = demand.average() * Demand.DAY;
        return new Bill(
                24 * DAYS * ((plant.nodes() + brokers) * prices.node() + plant.databases() * prices.database()),
                aDay * 365 * prices.lakeBytes() / GB * prices.lakeGb(),
                aDay * prices.keptDays() * prices.rowBytes() / GB * prices.diskGb(),
                aDay * DAYS / prices.objectMessages() / 1_000 * prices.thousandPuts());
    }

    double all() {
        return machines + raw + tables + requests;
    }

    double perMillion(Demand demand) {
        return all() / (demand.average() * Demand.DAY * DAYS / 1e6);
    }
}
