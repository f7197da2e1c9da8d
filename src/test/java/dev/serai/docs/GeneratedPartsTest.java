package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class GeneratedPartsTest {

    @Test
    void the_generated_parts_are_those_of_the_routes_as_they_are() throws Exception {
        String document = Files.readString(GeneratedParts.DOCUMENT);

        assertThat(GeneratedParts.current(document))
                .as("docs/how-it-works.md is older than the route or dataset files: make docs")
                .isEqualTo(document);
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
