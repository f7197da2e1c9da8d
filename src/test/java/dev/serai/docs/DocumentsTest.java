package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What documents name is there: files, headings, make targets, settings. */
class DocumentsTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)|(?:src|srcset|href)=\"([^\"]+)\"");
    private static final Pattern TARGET =
            Pattern.compile("(?:^|[\\s;&|(])make (?:-s )?(?:[A-Z_]+=\\S+ )*([a-z][a-z-]*)");
    private static final Pattern DECLARED_TARGET = Pattern.compile("(?m)^([a-z][a-z-]*):");
    private static final Pattern VARIABLE = Pattern.compile("\\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=");
    private static final Pattern SETTING = Pattern.compile("[a-z][a-z-]*(?:\\.[a-z0-9-]+)+");
    private static final Pattern FILE =
            Pattern.compile(".*\\.(?:sql|yaml|yml|md|java|json|properties|js|jar|css|log|lock|txt)");

    static List<Path> documents() throws IOException {
        return Documents.all();
    }

    @Test
    void there_are_documents() throws IOException {
        assertThat(documents())
                .contains(Path.of("README.md"), Path.of("docs/runbook.md"))
                .hasSizeGreaterThan(15);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_link_leads_somewhere(Path document) throws IOException {
        String text = Files.readString(document);
        for (MatchResult link :
                LINK.matcher(Documents.withoutBlocks(text)).results().toList()) {
            String address = link.group(1) != null ? link.group(1) : link.group(2);
            URI uri = URI.create(address);
            if (uri.getScheme() != null) {
                assertThat(uri.getScheme() + " " + uri.getHost())
                        .as("%s: %s", document, address)
                        .matches("(https?|mailto) \\S+");
                continue;
            }
            Path target = uri.getPath().isEmpty()
                    ? document
                    : document.resolveSibling(uri.getPath()).normalize();
            assertThat(target).as("%s: %s", document, address).exists();
            if (uri.getFragment() != null) {
                assertThat(Documents.anchors(Files.readString(target)))
                        .as("%s: %s", document, address)
                        .contains(uri.getFragment());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_make_target_that_is_named_is_in_the_makefile(Path document) throws IOException {
        Set<String> targets = DECLARED_TARGET
                .matcher(Files.readString(Path.of("Makefile")))
                .results()
                .map(target -> target.group(1))
                .collect(Collectors.toSet());
        Documents.code(Files.readString(document)).stream()
                .flatMap(code -> TARGET.matcher(code.replaceFirst("\\s#.*", "")).results())
                .forEach(named -> assertThat(targets)
                        .as("%s: %s", document, named.group())
                        .contains(named.group(1)));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void a_setting_that_is_named_is_declared(Path document) throws IOException {
        Set<String> settings = Settings.declared();
        Set<String> families =
                settings.stream().map(key -> key.replaceFirst("\\..*", "")).collect(Collectors.toSet());
        Set<String> tables = tables();
        String others = otherVariables();
        String text = Files.readString(document);
        Documents.spans(text)
                .filter(SETTING.asMatchPredicate())
                .filter(name -> families.contains(name.replaceFirst("\\..*", "")))
                .filter(name -> !tables.contains(name) && !FILE.matcher(name).matches())
                .forEach(name ->
                        assertThat(settings).as("%s names a setting", document).contains(name));
        Set<String> variables = settings.stream().map(Settings::variable).collect(Collectors.toSet());
        Documents.code(text).stream()
                .flatMap(code -> VARIABLE.matcher(code).results())
                .map(variable -> variable.group(1))
                .filter(name -> !others.contains(name))
                .map(name -> variables.contains(name) ? name : name.replaceFirst("_FILE$", ""))
                .forEach(name -> assertThat(variables)
                        .as("%s names a variable", document)
                        .contains(name));
    }

    /** Variables of make, the stacks and the containers. */
    private static String otherVariables() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String file :
                List.of("Makefile", "compose.yaml", ".env.example", "docker/smoke.sh", "docker/compose.sh")) {
            all.append(Files.readString(Path.of(file)));
        }
        return all.toString();
    }

    private static Set<String> tables() throws IOException {
        Pattern created = Pattern.compile("create (?:unlogged )?(?:table|view|or replace view) ([a-z_]+\\.[a-z0-9_]+)");
        Set<String> tables = new HashSet<>();
        try (Stream<Path> migrations = Files.list(Path.of("src/main/resources/db/migration"))) {
            for (Path migration : migrations.toList()) {
                created.matcher(Files.readString(migration)).results().forEach(table -> tables.add(table.group(1)));
            }
        }
        return tables;
    }
}
