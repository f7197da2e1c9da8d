package dev.serai.forget;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Parquet objects are never written again, so no table with a personal column may be archived. */
class ArchiveWithoutPersonsTest {

    private static final Pattern ARCHIVED =
            Pattern.compile("type: dev\\.serai\\.archive\\.ArchivedTable\\s+constructors:\\s+\"0\": \"?([a-z_.]+)");

    @Test
    void no_archived_table_has_a_personal_column() throws IOException {
        List<Path> described = new ArrayList<>();
        for (Path route : files(".camel.yaml")) {
            ARCHIVED.matcher(Files.readString(route)).results().forEach(table -> {
                String dataset = table.group(1) + ".dataset.yaml";
                described.add(route.resolveSibling(dataset));
            });
        }
        assertThat(described)
                .hasSizeGreaterThan(1)
                .allSatisfy(file -> assertThat(file).content().doesNotContain("personal"));
        assertThat(Path.of("routes/users/users.profile.dataset.yaml")).content().contains("classification: personal");
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}
