package dev.serai.catalogue;

import dev.serai.reload.RouteFiles;
import dev.serai.reload.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What leads where in the route files: from a source through routes and a statement into tables. Pure.
 *
 * <p>Routes that all pipelines share (land, load, catch up) are left out: they lead from everywhere to everywhere.
 */
final class RouteLinks {

    private static final Logger LOG = LogManager.getLogger(RouteLinks.class);
    private static final Set<String> SHARED = Set.of("shared", "status", "quality", "");
    private static final Pattern STATEMENT =
            Pattern.compile("resource:file:(?:\\{\\{routes\\.directory}}/)?(\\S+\\.sql)");
    private static final Pattern INSERT =
            Pattern.compile("(?i)\\binsert\\s+into\\s+(\\{dataset}|[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]*)");
    private static final String DIRECT = "direct:";

    private final RouteFiles files;
    private final Map<String, YamlNode> routes = new HashMap<>();
    private final Map<String, String> beginsWith = new HashMap<>();

    private RouteLinks(RouteFiles files) {
        this.files = files;
    }

    /** The links that the files of a folder say. A file that is no YAML has none: the check of routes names it. */
    static List<Link> of(RouteFiles files) {
        RouteLinks links = new RouteLinks(files);
        for (String path : files.routePaths()) {
            if (!SHARED.contains(RouteFiles.folderOf(path))) {
                try {
                    links.read(YamlNode.parse(files.text(path)));
                } catch (YamlNode.Mistake e) {
                    LOG.debug("{} has no links: {}", path, e.getMessage());
                }
            }
        }
        List<Link> found = new ArrayList<>();
        links.routes.forEach((id, route) -> links.link(id, route, found));
        return found;
    }

    private void read(YamlNode file) {
        for (YamlNode entry : file.items()) {
            YamlNode route = entry.get("route");
            String id = route.get("id").text();
            if (!id.isEmpty()) {
                routes.put(id, route);
                beginsWith.put(uri(route), id);
            }
        }
    }

    private static String uri(YamlNode route) {
        return route.get("from").get("uri").text();
    }

    private void link(String id, YamlNode route, List<Link> found) {
        Node self = Node.route(id);
        String from = uri(route);
        boolean called = from.startsWith(DIRECT);
        boolean scheduled = from.startsWith("quartz:") || from.startsWith("timer:");
        if (!called && !scheduled) {
            found.add(new Link(Node.source(from), self));
        }
        Set<String> statements = new TreeSet<>();
        route.scalars((field, scalar) -> {
            String text = scalar.text();
            Matcher statement = STATEMENT.matcher(text);
            if (statement.matches()) {
                statements.add(statement.group(1));
            } else if (beginsWith.containsKey(text) && text.startsWith(DIRECT) && !text.equals(from)) {
                found.add(new Link(self, Node.route(beginsWith.get(text))));
            } else if ("uri".equals(field) && (text.startsWith("http") || text.matches("\\{\\{.*\\.url}}"))) {
                found.add(new Link(Node.source(text), self));
            }
        });
        if (scheduled
                && found.stream()
                        .noneMatch(link ->
                                link.to().equals(self) && link.from().kind().equals("source"))) {
            reader(route).ifPresent(bean -> found.add(new Link(Node.source("bean:" + bean), self)));
        }
        String dataset = constant(route, "dataset");
        for (String path : statements) {
            if (files.has(path)) {
                Node node = Node.statement(files.shown(path));
                found.add(new Link(self, node));
                written(files.text(path), dataset).forEach(table -> found.add(new Link(node, Node.dataset(table))));
            }
        }
    }

    /** A source that no component of Camel speaks to is read by the first processor or bean of the route. */
    private static Optional<String> reader(YamlNode node) {
        for (String word : List.of("process", "bean")) {
            String bean = node.get(word).get("ref").text();
            if (!bean.isEmpty()) {
                return Optional.of(bean);
            }
        }
        return Stream.concat(node.fields().values().stream(), node.items().stream())
                .map(RouteLinks::reader)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The tables that a statement inserts into. */
    private static Set<String> written(String sql, String dataset) {
        Set<String> tables = new TreeSet<>();
        Matcher insert = INSERT.matcher(sql);
        while (insert.find()) {
            String table = insert.group(1).equals("{dataset}") ? dataset : insert.group(1);
            if (!table.isEmpty() && !table.startsWith("ops.")) {
                tables.add(table);
            }
        }
        return tables;
    }

    /** The constant that a route gives a variable; empty if it gives none. */
    private static String constant(YamlNode node, String variable) {
        YamlNode set = node.get("setVariable");
        if (set.get("name").text().equals(variable)) {
            return set.get("expression").get("constant").get("expression").text();
        }
        List<YamlNode> below = new ArrayList<>(node.fields().values());
        below.addAll(node.items());
        return below.stream()
                .map(each -> constant(each, variable))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }
}
