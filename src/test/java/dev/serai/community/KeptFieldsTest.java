package dev.serai.community;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields that are kept in {@code extra} on purpose. */
class KeptFieldsTest {

    private static final Path ROUTES = Path.of("routes", "community");

    @ParameterizedTest
    @ValueSource(strings = {"users", "users.", "people.nickname", "users.nickname,"})
    void a_declaration_that_names_no_field_is_refused_with_an_example(String kept) {
        assertThatThrownBy(() -> new CommunityDocuments(kept))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as users.nickname, was '");
    }

    @Test
    void the_catalogue_says_which_they_are() throws Exception {
        Matcher declared = Pattern.compile("\"0\": (\\w+)\\.([\\w.]+)")
                .matcher(Files.readString(ROUTES.resolve("community-load.camel.yaml")));
        assertThat(declared.find()).isTrue();
        assertThat(Files.readString(ROUTES.resolve("community.%s.dataset.yaml".formatted(declared.group(1)))))
                .contains("as JSON: %s, ".formatted(declared.group(2)));
    }
}
