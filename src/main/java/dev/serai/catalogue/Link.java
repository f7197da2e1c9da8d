package dev.serai.catalogue;

import java.util.Comparator;

/** Data go from one station to the next. Immutable. */
record Link(Node from, Node to) implements Comparable<Link> {

    private static final Comparator<Link> ORDER =
            Comparator.comparing(Link::from).thenComparing(Link::to);

    @Override
    public int compareTo(Link other) {
        return ORDER.compare(this, other);
    }
}
