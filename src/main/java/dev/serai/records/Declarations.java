package dev.serai.records;

import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import dev.serai.reload.RoutesListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checks the declarations of records in {@code routes/}, with the statements they make. Thread-safe. */
public final class Declarations implements RoutesListener {

    private static final String SUFFIX = ".records.yaml";
    private static final String TEMPLATE = "shared/load-records.sql";

    @Override
    public List<Finding> check(RouteFiles files) {
        List<Finding> findings = new ArrayList<>();
        for (String path : paths(files)) {
            DeclarationReader reader = new DeclarationReader();
            RecordDeclaration declaration = reader.read(files.text(path));
            reader.mistakes()
                    .forEach(mistake -> findings.add(
                            new Finding(files.shown(path), mistake.line(), mistake.wrong(), mistake.right())));
            if (declaration != null && !files.has(TEMPLATE)) {
                findings.add(new Finding(
                        files.shown(path),
                        1,
                        "there is no %s, which loads declared records".formatted(files.shown(TEMPLATE)),
                        "it comes with Serai"));
            }
        }
        return findings;
    }

    @Override
    public Map<String, String> statements(RouteFiles files) {
        Map<String, String> statements = new TreeMap<>();
        for (String path : paths(files)) {
            RecordDeclaration declaration = new DeclarationReader().read(files.text(path));
            if (declaration != null && files.has(TEMPLATE)) {
                statements.put(
                        path, declaration.statement(files.text(TEMPLATE)).replace("{dataset}", declaration.table()));
            }
        }
        return statements;
    }

    @Override
    public void applied(RouteFiles files) {
        // a route hands over its declaration with each batch
    }

    private static List<String> paths(RouteFiles files) {
        return files.paths().stream().filter(path -> path.endsWith(SUFFIX)).toList();
    }
}
