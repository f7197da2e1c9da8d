package dev.serai.capacity;

/**
 * What carries messages from the broker into the tables. Immutable; rates are messages a second.
 *
 * @param nodes processes of the hub
 * @param perNode what one of them loads with a database that is never busy
 * @param databases PostgreSQL servers that share the sensors
 * @param perDatabase rows one of them takes
 */
record Plant(int nodes, double perNode, int databases, double perDatabase) {

    /** What it carries when nothing is broken: as much as the weaker of its two parts. */
    double rate() {
        return Math.min(nodes * perNode, databases * perDatabase);
    }

    /** The least plant that carries the demand with so much to spare, as a share: 0.5 means one and a half times the peak. */
    static Plant of(Demand demand, double spare, double perNode, double perDatabase) {
        double wanted = demand.peak() * (1 + spare);
        return new Plant(
                Math.max(2, (int) Math.ceil(wanted / perNode)),
                perNode,
                Math.max(1, (int) Math.ceil(wanted / perDatabase)),
                perDatabase);
    }

    /** The same with so many nodes less. */
    Plant without(int lost) {
        return new Plant(nodes - lost, perNode, databases, perDatabase);
    }
}
