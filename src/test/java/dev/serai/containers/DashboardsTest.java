package dev.serai.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every panel of Grafana's dashboards asks something that the migrated database can answer the reader. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardsTest {

    private static final Path FOLDER = Path.of("docker/grafana/dashboards");
    private static final int MOST_PANELS = 8;

    private Hub hub;

    record Panel(Path file, JsonNode panel) {
        String sql() {
            return panel.path("targets").path(0).path("rawSql").asText();
        }

        @Override
        public String toString() {
            return file.getFileName() + ": " + panel.path("title").asText();
        }
    }

    static List<Panel> panels() throws IOException {
        List<Panel> panels = new ArrayList<>();
        for (Path file : files()) {
            json(file).path("panels").forEach(panel -> panels.add(new Panel(file, panel)));
        }
        return panels;
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @ParameterizedTest
    @MethodSource("panels")
    void a_panel_is_a_question_that_the_reader_gets_an_answer_to(Panel panel) throws Exception {
        assertThat(panel.panel().path("title").asText()).endsWith("?");
        assertThat(panel.panel().path("description").asText()).startsWith("mart.");
        assertThat(panel.sql()).contains("mart.").doesNotContain("$__");
        try (Connection connection = DriverManager.getConnection(
                hub.settings().text("postgres.url"),
                hub.settings().text("postgres.reader.user"),
                hub.settings().text("postgres.reader.password"))) {
            connection.createStatement().executeQuery(panel.sql()).close();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_dashboard_is_small_cannot_be_edited_and_asks_nobody_else(Path file) throws IOException {
        JsonNode dashboard = json(file);
        assertThat(dashboard.path("editable").asBoolean(true)).isFalse();
        assertThat(dashboard.path("panels")).hasSizeLessThanOrEqualTo(MOST_PANELS);
        assertThat(dashboard.findValuesAsText("uid"))
                .allSatisfy(uid -> assertThat(uid).startsWith("serai"));
        assertThat(Files.readString(file)).doesNotContain("http");
    }

    @Test
    void there_are_dashboards() throws IOException {
        assertThat(files()).isNotEmpty();
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }
}
