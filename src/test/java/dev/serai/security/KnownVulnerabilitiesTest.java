package dev.serai.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of known vulnerabilities in SECURITY.md: still true, still needed, and each with a test. */
class KnownVulnerabilitiesTest {

    private static final Path TABLE = Path.of("SECURITY.md");
    private static final Pattern ASKS_A_SOURCE = Pattern.compile("uri: \"?(\\{\\{[a-z.-]+\\.url}}|https?:)");

    /** A row of the table. */
    private record Known(String id, String artifact, String fixed, String what, String mitigation, String test) {
        static Known of(String row) {
            List<String> cells = Arrays.stream(row.split("\\|", -1))
                    .map(cell -> cell.strip().replace("`", ""))
                    .toList();
            assertThat(cells).as(row).hasSize(8);
            return new Known(cells.get(1), cells.get(2), cells.get(3), cells.get(4), cells.get(5), cells.get(6));
        }
    }

    static Stream<Known> known() throws IOException {
        return Files.readAllLines(TABLE).stream()
                .filter(line -> line.startsWith("| CVE-"))
                .map(Known::of);
    }

    @Test
    void there_is_a_table() throws IOException {
        assertThat(known()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("known")
    void a_row_is_of_a_version_that_is_used(Known row) throws IOException {
        assertThat(Version.parse(version(row.artifact())))
                .as("%s is fixed in %s: the row can go", row.id(), row.fixed())
                .isLessThan(Version.parse(row.fixed()));
    }

    @ParameterizedTest
    @MethodSource("known")
    void a_row_says_why_it_does_no_harm_and_a_test_shows_it(Known row) throws ClassNotFoundException {
        assertThat(row.what()).isNotBlank();
        assertThat(row.mitigation()).isNotBlank();
        String[] test = row.test().split("#", -1);
        assertThat(Class.forName("dev.serai." + test[0]).getDeclaredMethods())
                .anyMatch(method -> method.getName().equals(test[1]));
    }

    @Test
    void every_call_of_a_source_is_made_without_any_header_of_others() throws IOException {
        int calls = 0;
        for (Path file : files()) {
            String text = Files.readString(file);
            Matcher call = ASKS_A_SOURCE.matcher(text);
            while (call.find()) {
                calls++;
                assertThat(text.substring(0, call.start()))
                        .as("%s: removeHeaders before the call", file)
                        .containsPattern(
                                "removeHeaders:\\s+id: .*\\s+(description: .*\\s+)?pattern: \"(\\*|Camel\\*)\"");
            }
        }
        assertThat(calls).isGreaterThanOrEqualTo(2);
    }

    @Test
    void no_login_by_token_and_no_logging_over_the_network_is_configured() throws IOException {
        assertThat(Files.readString(Path.of("src/main/resources/application.properties")))
                .doesNotContainIgnoringCase("jwt");
        assertThat(Files.readString(Path.of("src/main/resources/log4j2.xml")))
                .doesNotContain("<Socket", "<Syslog", "<SMTP", "<Http");
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            return all.filter(file -> file.toString().endsWith(".camel.yaml")).toList();
        }
    }

    private static String version(String artifact) throws IOException {
        String[] name = artifact.split(":", -1);
        String path = "META-INF/maven/%s/%s/pom.properties".formatted(name[0], name[1]);
        List<URL> found =
                Collections.list(KnownVulnerabilitiesTest.class.getClassLoader().getResources(path));
        assertThat(found).as("%s is on the class path once", artifact).hasSize(1);
        try (InputStream in = found.get(0).openStream()) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        }
    }
}
