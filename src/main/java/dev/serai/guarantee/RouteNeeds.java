package dev.serai.guarantee;

import dev.serai.reload.RouteFiles;
import dev.serai.reload.YamlNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Reads from the route files what each pipeline needs, following the routes that it calls. Immutable and thread-safe. */
final class RouteNeeds {

    private static final Logger LOG = LogManager.getLogger(RouteNeeds.class);

    /** Beans that read MongoDB, follow its change streams, or write files on this machine. */
    private static final String CHANGES = "communityChanges";

    private static final Set<String> MONGO =
            Set.of("newDocuments", "communityInserts", "communitySweep", "communityReconcile", CHANGES);
    private static final Set<String> ARCHIVE = Set.of("archive", "testRestore", "settle");

    private static final Pattern RESOURCE = Pattern.compile("resource:file:(?:\\{\\{routes\\.directory}}/)?(\\S+)");
    private static final String MQTT = "paho-mqtt5:";
    private static final Pattern HTTP = Pattern.compile("https?:.*|\\{\\{.*\\.url}}");
    private static final String RECORDS = ".records.yaml";
    private static final String STATEMENT = ".sql";

    private final RouteFiles files;
    private final Map<String, YamlNode> routes = new HashMap<>();

    /** A file that is no YAML says nothing: the check of routes names it. */
    RouteNeeds(RouteFiles files) {
        this.files = files;
        for (String path : files.routePaths()) {
            try {
                for (YamlNode entry : YamlNode.parse(files.text(path)).items()) {
                    YamlNode route = entry.get("route");
                    routes.put(route.get("id").text(), route);
                    routes.put(route.get("from").get("uri").text(), route);
                }
            } catch (YamlNode.Mistake e) {
                LOG.debug("{} says nothing: {}", path, e.getMessage());
            }
        }
    }

    /** Of the pipeline that this route starts; of one that is not there nothing. */
    Needs of(String route) {
        String from = routes.getOrDefault(route, YamlNode.NOTHING)
                .get("from")
                .get("uri")
                .text();
        Set<String> uris = new HashSet<>();
        Set<String> beans = new HashSet<>();
        Set<Needs.Load> loads = new LinkedHashSet<>();
        for (YamlNode reached : reached(route)) {
            List<String> resources = new ArrayList<>();
            reached.get("from").get("steps").scalars((field, scalar) -> {
                if ("uri".equals(field)) {
                    uris.add(scalar.text());
                } else if ("ref".equals(field)) {
                    beans.add(scalar.text());
                }
                Matcher resource = RESOURCE.matcher(scalar.text());
                if (resource.matches() && files.has(resource.group(1))) {
                    resources.add(resource.group(1));
                }
            });
            resources.forEach(resource -> load(resource, constant(reached, "dataset"), loads));
        }
        boolean archive = beans.stream().anyMatch(ARCHIVE::contains);
        return new Needs(
                from.startsWith(MQTT),
                beans.stream().anyMatch(MONGO::contains),
                beans.contains(CHANGES),
                uris.stream().anyMatch(HTTP.asMatchPredicate()),
                archive || uris.stream().anyMatch(uri -> uri.startsWith("aws2-s3:")),
                !from.startsWith(MQTT) || uris.stream().anyMatch(uri -> uri.startsWith("jdbc:")),
                archive,
                loads);
    }

    private List<YamlNode> reached(String start) {
        List<YamlNode> reached = new ArrayList<>();
        Set<YamlNode> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            YamlNode route = routes.get(open.remove());
            if (route != null && seen.add(route)) {
                reached.add(route);
                route.scalars((field, scalar) -> {
                    if ("uri".equals(field) && scalar.text().startsWith("direct:")) {
                        open.add(scalar.text());
                    }
                });
            }
        }
        return reached;
    }

    private void load(String resource, String dataset, Set<Needs.Load> loads) {
        if (resource.endsWith(RECORDS)) {
            try {
                String table = YamlNode.parse(files.text(resource)).get("table").text();
                loads.add(new Needs.Load(table, true)); // as shared/load-records.sql does
            } catch (YamlNode.Mistake e) {
                LOG.debug("{} says nothing: {}", resource, e.getMessage());
            }
        } else if (resource.endsWith(STATEMENT) && !dataset.isEmpty()) {
            loads.add(new Needs.Load(dataset, replaces(files.text(resource), dataset)));
        }
    }

    /** Whether a statement gives a row that is there other contents. */
    static boolean replaces(String sql, String dataset) {
        String statement = sql.replaceAll("--[^\n]*", "").replace("{dataset}", dataset);
        String table = Pattern.quote(dataset) + "\\b";
        boolean updates =
                Pattern.compile("(?i)\\bupdate\\s+" + table).matcher(statement).find();
        Matcher conflict = Pattern.compile("(?is)\\binsert\\s+into\\s+" + table
                        + "(?:(?!\\binsert\\s+into\\b).)*?\\bdo\\s+update\\s+set\\b(.*?)\\bwhere\\b")
                .matcher(statement);
        return updates || (conflict.find() && conflict.group(1).contains("excluded"));
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
