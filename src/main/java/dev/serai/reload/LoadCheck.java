package dev.serai.reload;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks that a route that loads says what it loads where, and that its statement books it. Pure. */
final class LoadCheck {

    private static final Pattern TABLE = Pattern.compile("[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*");
    private static final String EXAMPLE =
            "before it should be \"setVariable: {id: …, name: dataset, expression: {constant: {expression: users.profile}}}\"";

    private LoadCheck() {}

    static List<Finding> check(RouteFiles files, Collection<RouteFile> parsed) {
        List<Finding> findings = new ArrayList<>();
        for (RouteFile file : parsed) {
            for (RouteFile.Resource resource : file.resources()) {
                if (!files.has(resource.path())) {
                    findings.add(new Finding(
                            file.shown(),
                            resource.line(),
                            "there is no file %s".formatted(files.shown(resource.path())),
                            dev.serai.settings.NearestName.of(resource.path(), files.paths())
                                    .map("did you mean %s?"::formatted)
                                    .orElse("a statement stands beside its route, in a file such as load-users.sql")));
                }
            }
            for (YamlNode route : file.routes()) {
                load(files, file, route, findings);
            }
        }
        return findings;
    }

    private static void load(RouteFiles files, RouteFile file, YamlNode route, List<Finding> findings) {
        for (RouteFile.Step step : RouteFile.steps(route)) {
            String uri = step.word().equals("to") ? step.content().get("uri").text() : "";
            if (uri.equals("direct:load-records")) {
                records(file, route, step, findings);
            }
            if (!uri.equals("direct:load")) {
                continue;
            }
            YamlNode statement = RouteFile.constantVariable(route, "statement");
            YamlNode dataset = RouteFile.constantVariable(route, "dataset");
            if (statement == YamlNode.NOTHING) {
                findings.add(new Finding(
                        file.shown(),
                        step.line(),
                        "a load needs the variable 'statement'",
                        "before it should be \"setVariable: {id: …, name: statement, expression: {constant: {expression: 'resource:file:{{routes.directory}}/%s/load-….sql'}}}\""
                                .formatted(RouteFiles.folderOf(file.path()))));
            }
            if (isDeclared(route)) {
                continue; // its declaration names the table, and makes the statement whole
            }
            if (dataset == YamlNode.NOTHING) {
                findings.add(new Finding(file.shown(), step.line(), "a load needs the variable 'dataset'", EXAMPLE));
            } else if (!TABLE.matcher(dataset.text()).matches()) {
                findings.add(new Finding(
                        file.shown(),
                        dataset.line(),
                        "'%s' is no table with its schema".formatted(dataset.text()),
                        "for example users.profile"));
            }
            statements(file, route).forEach(path -> {
                if (files.has(path)) {
                    statement(files, path, findings);
                }
            });
        }
    }

    private static boolean isDeclared(YamlNode route) {
        return RouteFile.steps(route).stream()
                .anyMatch(step -> step.word().equals("process")
                        && step.content().get("ref").text().equals("readRecords"));
    }

    /** A declared load says where its declaration is. */
    private static void records(RouteFile file, YamlNode route, RouteFile.Step step, List<Finding> findings) {
        if (RouteFile.constantVariable(route, "records") == YamlNode.NOTHING) {
            String folder = RouteFiles.folderOf(file.path());
            findings.add(new Finding(
                    file.shown(),
                    step.line(),
                    "a load of declared records needs the variable 'records'",
                    "before it should be \"setVariable: {id: …, name: records, expression: {constant: {expression: 'resource:file:{{routes.directory}}/%s/%s.records.yaml'}}}\""
                            .formatted(folder, folder)));
        }
    }

    private static void statement(RouteFiles files, String path, List<Finding> findings) {
        String sql = files.text(path);
        if (!sql.contains("into {dataset}")) {
            findings.add(new Finding(
                    files.shown(path),
                    1,
                    "the statement writes into no {dataset}",
                    "it should say \"insert into {dataset} as …\", so that a rebuild can load beside the table"));
        }
        if (!sql.contains("ops.record_load(")) {
            findings.add(new Finding(
                    files.shown(path),
                    1,
                    "the statement does not book what it loads",
                    "it should end in \"select * from ops.record_load(…)\" as routes/users/load-users.sql does"));
        }
    }

    private static List<String> statements(RouteFile file, YamlNode route) {
        return file.resources().stream()
                .filter(resource -> resource.route() == route && resource.path().endsWith(".sql"))
                .map(RouteFile.Resource::path)
                .toList();
    }

    /** The table that each statement writes, by its path. */
    static Map<String, String> datasets(Collection<RouteFile> parsed) {
        Map<String, String> datasets = new HashMap<>();
        for (RouteFile file : parsed) {
            for (YamlNode route : file.routes()) {
                String dataset = RouteFile.constantVariable(route, "dataset").text();
                if (!dataset.isEmpty()) {
                    statements(file, route).forEach(path -> datasets.put(path, dataset));
                }
            }
        }
        return datasets;
    }
}
