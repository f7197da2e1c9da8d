package dev.serai.catalogue;

/**
 * A station of data on their way. Immutable.
 *
 * @param kind source, route, statement or dataset
 * @param name the address of a source as the route says it, the id of a route, the file of a statement, a table or view
 */
record Node(String kind, String name) implements Comparable<Node> {

    static Node source(String name) {
        return new Node("source", name);
    }

    static Node route(String name) {
        return new Node("route", name);
    }

    static Node statement(String name) {
        return new Node("statement", name);
    }

    static Node dataset(String name) {
        return new Node("dataset", name);
    }

    @Override
    public int compareTo(Node other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : name.compareTo(other.name);
    }

    /** As in {@code route:users-load}. */
    @Override
    public String toString() {
        return kind + ":" + name;
    }
}
