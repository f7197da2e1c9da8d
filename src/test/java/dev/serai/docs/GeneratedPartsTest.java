package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedPartsTest {

    static List<Path> documents() {
        return GeneratedParts.DOCUMENTS;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void the_generated_parts_are_those_of_the_files_as_they_are(Path path) throws Exception {
        String document = Files.readString(path);

        assertThat(GeneratedParts.current(document))
                .as("%s is older than routes, dataset files or settings: make docs", path)
                .isEqualTo(document);
    }

    /** README has the settings that are changed most; each default has to be the one that counts. */
    @Test
    void the_settings_in_the_readme_are_as_they_are_declared() throws Exception {
        Pattern row = Pattern.compile("(?m)^\\| `([a-z0-9.-]+)` \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$");
        SettingsTable settings = SettingsTable.read();
        List<MatchResult> rows =
                row.matcher(Files.readString(Path.of("README.md"))).results().toList();

        assertThat(rows).hasSizeGreaterThan(15);
        for (MatchResult found : rows) {
            SettingsTable.Setting setting = settings.of(found.group(1));
            assertThat(found.group(3) + " " + found.group(4))
                    .as("unit and default of %s in README.md", found.group(1))
                    .isEqualTo(setting.unit() + " " + setting.shownDefault());
        }
    }

    @Test
    void a_diagram_shows_the_way_of_a_record_from_its_source_to_the_load() throws Exception {
        assertThat(GeneratedParts.current("<!-- generated: routes users -->\nold\n<!-- end -->\n"))
                .doesNotContain("old")
                .contains(
                        "users_api_to_postgres_from --> ",
                        "users_load_answer -.-> users_load_from",
                        "users_store -.-> shared_load",
                        "| [users-load](../routes/users/users-load.camel.yaml) |");
    }

    @Test
    void a_part_that_nobody_knows_is_named() {
        assertThatThrownBy(() -> GeneratedParts.current("<!-- generated: weather -->\n<!-- end -->"))
                .hasMessageContaining("was 'weather'");
    }
}
