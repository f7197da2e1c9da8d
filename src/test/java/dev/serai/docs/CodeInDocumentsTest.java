package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Classes, tests, tables and views that documents name are there, with those names. */
class CodeInDocumentsTest {

    private static final Pattern CLASS =
            Pattern.compile("(?:dev\\.serai\\.)?([a-z]+(?:\\.[a-z]+)*)\\.([A-Z]\\w+)(?:#(\\w+))?");
    private static final Pattern TEST = Pattern.compile("[A-Z]\\w+(?:Test|IT)");
    private static final Pattern TABLE =
            Pattern.compile("(?:users|ads|sensors|community|ops|mart|rebuild)\\.[a-z][a-z0-9_]*");
    private static final Pattern CREATED = Pattern.compile(
            "(?i)create (?:or replace )?(?:unlogged )?(?:table|view|function|procedure)(?: if not exists)? ([a-z_]+\\.[a-z0-9_]+)");
    private static final List<Path> SOURCES =
            List.of(Path.of("src/main/java/dev/serai"), Path.of("src/test/java/dev/serai"));

    static List<Path> documents() throws IOException {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_class_that_is_named_is_there(Path document) throws IOException {
        Documents.spans(Files.readString(document))
                .map(CLASS::matcher)
                .filter(span -> span.matches() && isPackage(span.group(1)))
                .forEach(span -> assertThat(source(span.group(1).replace('.', '/') + "/" + span.group(2) + ".java"))
                        .as("%s: %s", document, span.group())
                        .satisfies(file -> assertThat(Files.readString(file))
                                .contains(span.group(3) == null ? span.group(2) : " " + span.group(3) + "(")));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_test_that_is_named_is_there(Path document) throws IOException {
        Set<String> tests = names();
        Documents.spans(Files.readString(document))
                .filter(TEST.asMatchPredicate())
                .forEach(test -> assertThat(tests).as("%s: tests", document).contains(test));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_table_or_view_that_is_named_is_created(Path document) throws IOException {
        Set<String> created = created();
        Set<String> settings = dev.serai.settings.Settings.declared();
        Documents.spans(Files.readString(document))
                .filter(TABLE.asMatchPredicate())
                .filter(name ->
                        !settings.contains(name) && !Files.exists(Path.of("routes", name.split("\\.")[0], name)))
                .forEach(name -> assertThat(created).as("%s: tables", document).contains(name));
    }

    private static boolean isPackage(String name) {
        return SOURCES.stream().anyMatch(root -> Files.isDirectory(root.resolve(name.replace('.', '/'))));
    }

    private static Path source(String path) {
        return SOURCES.stream()
                .map(root -> root.resolve(path))
                .filter(Files::exists)
                .findFirst()
                .orElse(SOURCES.get(0).resolve(path));
    }

    private static Set<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES.get(1))) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static Set<String> created() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
            return CREATED.matcher(all).results().map(found -> found.group(1)).collect(Collectors.toSet());
        }
    }
}
