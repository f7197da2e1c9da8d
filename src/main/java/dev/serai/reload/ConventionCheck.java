package dev.serai.reload;

import dev.serai.settings.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what Camel accepts and is wrong all the same: names that lead nowhere, and what makes a file unreadable on its own.
 *
 * <p>Looks at all files together, because a name may be in another. Pure and thread-safe.
 */
final class ConventionCheck {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^}:?]+)[^}]*}}");
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{[^}]*}");
    private static final String DIRECT = "direct:";
    private static final Map<String, Pattern> HEAD = new TreeMap<>(Map.of(
            "In", Pattern.compile("# {3}In {5}.+"),
            "Out", Pattern.compile("# {3}Out {4}.+"),
            "Fails", Pattern.compile("# {3}Fails {2}.+")));

    private final Set<String> settings;
    private final UnaryOperator<String> groupOf;

    /**
     * @param settings names that a placeholder may have
     * @param groupOf the group that routes of a folder have
     */
    ConventionCheck(Set<String> settings, UnaryOperator<String> groupOf) {
        this.settings = Set.copyOf(settings);
        this.groupOf = groupOf;
    }

    /** @param whole whether these are all, so that a name that is nowhere in them is nowhere */
    List<Finding> check(Collection<RouteFile> files, boolean whole) {
        List<Finding> findings = new ArrayList<>();
        for (RouteFile file : files) {
            head(file, findings);
            names(file, findings);
            placeholders(file, findings);
            file.routes().forEach(route -> steps(file, route, findings));
            findings.addAll(NotationCheck.check(file));
        }
        uniqueIds(files, findings);
        uniqueSources(files, findings);
        if (whole) {
            configurations(files, findings);
            calls(files, findings);
        }
        return findings;
    }

    private static void head(RouteFile file, List<Finding> findings) {
        List<String> head =
                file.text().lines().takeWhile(line -> line.startsWith("#")).toList();
        HEAD.forEach((word, form) -> {
            if (head.stream().noneMatch(line -> form.matcher(line).matches())) {
                findings.add(new Finding(
                        file.shown(),
                        1,
                        "the head of the file does not say '%s'".formatted(word),
                        "its comment should have a line such as \"#   %-6s …\"".formatted(word)));
            }
        });
    }

    private void names(RouteFile file, List<Finding> findings) {
        List<YamlNode> routes = file.routes();
        if (routes.isEmpty() && !file.concernsAll() && !file.content().items().isEmpty()) {
            findings.add(new Finding(
                    file.shown(),
                    1,
                    "the file has no route",
                    "it should have one; beans stand in the file of the route that needs them"));
        }
        for (YamlNode route : routes.subList(Math.min(1, routes.size()), routes.size())) {
            findings.add(new Finding(
                    file.shown(),
                    route.line(),
                    "this is a second route",
                    "each should have a file of its own, named like it"));
        }
        for (YamlNode route : routes) {
            String name = RouteFiles.nameOf(file.path());
            String id = route.get("id").text();
            if (!id.equals(name)) {
                findings.add(new Finding(
                        file.shown(),
                        route.line("id"),
                        id.isEmpty() ? "the route has no id" : "the route's id is '%s'".formatted(id),
                        "like its file it should be \"id: %s\"".formatted(name)));
            }
            if (route.get("description").text().isBlank()) {
                findings.add(new Finding(
                        file.shown(),
                        route.line("description"),
                        "the route has no description",
                        "one sentence, as in \"description: Ask the user API for new users and store each one once\""));
            }
            String group = groupOf.apply(RouteFiles.folderOf(file.path()));
            if (!route.get("group").text().equals(group)) {
                findings.add(new Finding(
                        file.shown(),
                        route.line("group"),
                        route.has("group")
                                ? "the route's group is '%s'"
                                        .formatted(route.get("group").text())
                                : "the route has no group",
                        "like its folder it should be \"group: %s\"".formatted(group)));
            }
        }
    }

    private void placeholders(RouteFile file, List<Finding> findings) {
        Set<String> parameters = new TreeSet<>();
        file.entries("routeTemplate").forEach(template -> template.get("parameters")
                .items()
                .forEach(parameter -> parameters.add(parameter.get("name").text())));
        List<String> lines = file.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher placeholder = PLACEHOLDER.matcher(lines.get(i));
            while (placeholder.find()) {
                String name = placeholder.group(1);
                if (!settings.contains(name) && !parameters.contains(name)) {
                    findings.add(new Finding(
                            file.shown(),
                            i + 1,
                            "there is no setting '%s'".formatted(name),
                            NearestName.of(name, settings)
                                    .map("did you mean {{%s}}?"::formatted)
                                    .orElse(
                                            "it should be declared in %s.properties beside this file or in application.properties"
                                                    .formatted(RouteFiles.folderOf(file.path())))));
                }
            }
        }
    }

    private static void steps(RouteFile file, YamlNode route, List<Finding> findings) {
        boolean cleared = false;
        for (RouteFile.Step step : RouteFile.steps(route)) {
            if (step.content().isMap() && step.id().isBlank()) {
                findings.add(new Finding(
                        file.shown(),
                        step.line(),
                        "'%s' has no id".formatted(step.word()),
                        "the page, Hawtio and log lines show it; for example \"id: %s-%s\""
                                .formatted(route.get("id").text(), word(step.word()))));
            }
            cleared |= step.word().equals("removeHeaders")
                    && step.content().get("pattern").text().equals("*");
            String uri = step.content().get("uri").text();
            if (step.word().equals("to") && (uri.startsWith("http") || uri.matches("\\{\\{.*\\.url}}")) && !cleared) {
                findings.add(new Finding(
                        file.shown(),
                        step.content().line("uri"),
                        "a call over HTTP sends on whatever headers there are, and some of them steer it",
                        "before it should be \"removeHeaders: {id: %s-clear-headers, pattern: '*'}\""
                                .formatted(route.get("id").text())));
            }
        }
    }

    private static String word(String step) {
        return step.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static void uniqueIds(Collection<RouteFile> files, List<Finding> findings) {
        Map<String, String> seen = new HashMap<>();
        for (RouteFile file : files) {
            for (YamlNode route : file.routes()) {
                unique(file, route, "route", route.get("id").text(), seen, findings);
                for (RouteFile.Step step : RouteFile.steps(route)) {
                    unique(file, step.content(), "step", step.id(), seen, findings);
                }
            }
            for (YamlNode bean : file.beans()) {
                unique(file, bean, "bean", bean.get("name").text(), seen, findings);
            }
        }
    }

    private static void unique(
            RouteFile file, YamlNode node, String kind, String id, Map<String, String> seen, List<Finding> findings) {
        String field = kind.equals("bean") ? "name" : "id";
        String before = id.isBlank()
                ? null
                : seen.putIfAbsent(kind + " " + id, "%s:%d".formatted(file.shown(), node.line(field)));
        if (before != null) {
            findings.add(new Finding(
                    file.shown(),
                    node.line(field),
                    "there is a second %s '%s'".formatted(kind, id),
                    "the other is at %s; one of them should have another name".formatted(before)));
        }
    }

    /** Two routes cannot begin with the same call, schedule or address of the page. */
    private static void uniqueSources(Collection<RouteFile> files, List<Finding> findings) {
        Map<String, String> seen = new HashMap<>();
        for (RouteFile file : files) {
            for (YamlNode route : file.routes()) {
                YamlNode from = route.get("from");
                String uri = RouteFile.uri(route);
                String source = uri.equals("platform-http")
                        ? uri + ":" + from.get("parameters").get("path").text()
                        : uri;
                boolean sole = uri.startsWith(DIRECT) || uri.startsWith("quartz:") || uri.startsWith("platform-http");
                String before =
                        sole ? seen.putIfAbsent(source, "%s:%d".formatted(file.shown(), from.line("uri"))) : null;
                if (before != null) {
                    findings.add(new Finding(
                            file.shown(),
                            from.line("uri"),
                            "a second route begins with %s".formatted(source),
                            "the other is at %s; one of them should begin with another name".formatted(before)));
                }
            }
        }
    }

    private static void configurations(Collection<RouteFile> files, List<Finding> findings) {
        Set<String> known = new TreeSet<>();
        files.forEach(file -> file.entries("routeConfiguration")
                .forEach(each -> known.add(each.get("id").text())));
        known.remove("");
        for (RouteFile file : files) {
            for (YamlNode route : file.routes()) {
                for (String id : route.get("routeConfigurationId").text().split(",", -1)) {
                    if (!id.isBlank() && !known.contains(id.strip()) && !id.contains("*")) {
                        findings.add(new Finding(
                                file.shown(),
                                route.line("routeConfigurationId"),
                                "there is no routeConfiguration '%s'".formatted(id.strip()),
                                NearestName.of(id.strip(), known)
                                        .map("did you mean '%s'?"::formatted)
                                        .orElse(
                                                known.isEmpty()
                                                        ? "without the line the one for all routes holds"
                                                        : "there are " + String.join(", ", known))));
                    }
                }
            }
        }
    }

    private static void calls(Collection<RouteFile> files, List<Finding> findings) {
        Set<String> consumed = new TreeSet<>();
        files.forEach(file -> file.routes().stream()
                .filter(RouteFile::isCalled)
                .map(RouteFile::uri)
                .forEach(consumed::add));
        for (RouteFile file : files) {
            for (YamlNode route : file.content().items()) {
                YamlNode from = route.get("route").get("from").get("uri");
                route.scalars((field, scalar) -> {
                    String uri = scalar.text();
                    boolean address =
                            "uri".equals(field) || "deadLetterUri".equals(field) || "expression".equals(field);
                    if (address && uri.startsWith(DIRECT) && scalar != from && !answered(uri, consumed)) {
                        findings.add(new Finding(
                                file.shown(),
                                scalar.line(),
                                "no route begins with %s".formatted(uri),
                                NearestName.of(uri, consumed)
                                        .map("did you mean %s?"::formatted)
                                        .orElse("a route should have \"from: {uri: %s}\"".formatted(uri))));
                    }
                });
            }
        }
    }

    /** An address with a variable such as <code>direct:${variable.pipeline}-load</code> has to fit one at least. */
    private static boolean answered(String uri, Set<String> consumed) {
        if (!uri.contains("${")) {
            return consumed.contains(uri);
        }
        StringBuilder form = new StringBuilder();
        int done = 0;
        Matcher expression = EXPRESSION.matcher(uri);
        while (expression.find()) {
            form.append(Pattern.quote(uri.substring(done, expression.start()))).append(".+");
            done = expression.end();
        }
        Pattern pattern = Pattern.compile(form + Pattern.quote(uri.substring(done)));
        return consumed.stream().anyMatch(each -> pattern.matcher(each).matches());
    }
}
