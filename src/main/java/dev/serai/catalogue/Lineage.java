package dev.serai.catalogue;

import dev.serai.reload.RouteFiles;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Where data come from and where they go: links of the routes, and of views to what they read. Immutable.
 *
 * <p>Source: the route files, and PostgreSQL's own dependencies. What a view reads through a function is not seen.
 */
final class Lineage {

    private static final String VIEWS = """
            select distinct tn.nspname || '.' || t.relname as read, vn.nspname || '.' || v.relname as view
            from pg_rewrite r
            join pg_class v on v.oid = r.ev_class and v.relkind in ('v', 'm')
            join pg_namespace vn on vn.oid = v.relnamespace
            join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
            join pg_class t on t.oid = d.refobjid and t.oid <> v.oid
            join pg_namespace tn on tn.oid = t.relnamespace
            where vn.nspname !~ '^pg_' and vn.nspname <> 'information_schema' and tn.nspname !~ '^pg_'""";

    private final Set<Link> links = new TreeSet<>();

    Lineage(Collection<Link> links) {
        this.links.addAll(links);
    }

    static Lineage of(RouteFiles files, Connection connection) throws SQLException {
        Collection<Link> links = RouteLinks.of(files);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(VIEWS)) {
            while (row.next()) {
                links.add(new Link(Node.dataset(row.getString("read")), Node.dataset(row.getString("view"))));
            }
        }
        return new Lineage(links);
    }

    /** All links on any way to a dataset, in order. */
    List<Link> upstream(String dataset) {
        return reach(Node.dataset(dataset), Link::to, Link::from);
    }

    /** All links on any way from a dataset, in order. */
    List<Link> downstream(String dataset) {
        return reach(Node.dataset(dataset), Link::from, Link::to);
    }

    /** What a route takes data from, as routes say it. */
    List<String> sources(String route) {
        return names("source", reach(Node.route(route), Link::to, Link::from), Link::from);
    }

    /** The tables that a route leads to. */
    List<String> written(String route) {
        return names("dataset", reach(Node.route(route), Link::from, Link::to), Link::to);
    }

    private static List<String> names(String kind, Collection<Link> links, Function<Link, Node> end) {
        return links.stream()
                .map(end)
                .filter(node -> node.kind().equals(kind))
                .map(Node::name)
                .distinct()
                .sorted()
                .toList();
    }

    private List<Link> reach(Node start, Function<Link, Node> here, Function<Link, Node> there) {
        Set<Link> found = new TreeSet<>();
        Set<Node> seen = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>();
        open.add(start);
        while (!open.isEmpty()) {
            Node node = open.remove();
            if (seen.add(node)) {
                links.stream().filter(link -> here.apply(link).equals(node)).forEach(link -> {
                    found.add(link);
                    open.add(there.apply(link));
                });
            }
        }
        return List.copyOf(found);
    }
}
