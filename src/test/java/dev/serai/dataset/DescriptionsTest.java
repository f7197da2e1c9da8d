package dev.serai.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Files and database say the same about every table and column. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescriptionsTest {

    private Hub hub;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @Test
    void everything_people_use_is_described_as_it_is() throws Exception {
        Datasets datasets = Datasets.read(RouteFiles.read(Path.of("routes")));

        assertThat(datasets.findings()).isEmpty();
        assertThat(datasets.all()).hasSizeGreaterThan(50);
        assertThat(differences(datasets)).isEmpty();
        assertThat(datasets.all())
                .allSatisfy(dataset ->
                        assertThat(dataset.checks()).as(dataset.table()).isNotEmpty());
    }

    @Test
    void what_is_not_described_or_described_and_gone_is_named() throws Exception {
        copyUsers();
        edit("- name: city\n", "- name: town\n");
        edit("physicalType: date\n", "physicalType: text\n");
        Files.delete(directory.resolve("users/mart.user_total.dataset.yaml"));
        Path gone = directory.resolve("users/users.person.dataset.yaml");
        Files.writeString(
                gone,
                Files.readString(directory.resolve("users/users.profile.dataset.yaml"))
                        .replace("users.profile", "users.person"));

        List<Finding> differences = differences(Datasets.read(RouteFiles.read(directory)));

        assertThat(differences)
                .map(Finding::toString)
                .anySatisfy(each -> assertThat(each).contains("mart.user_total is not described; beside the route"))
                .anySatisfy(each -> assertThat(each)
                        .contains("users.profile.dataset.yaml:", "users.profile has no column 'town'; there are uid,"))
                .anySatisfy(each ->
                        assertThat(each).contains("users.profile.dataset.yaml:1: column 'city' is not described"))
                .anySatisfy(each -> assertThat(each)
                        .contains("'date_of_birth' is of type date; it should be \"physicalType: date\""))
                .anySatisfy(each -> assertThat(each).contains("there is no users.person"));
    }

    @Test
    void comments_come_from_the_files_and_are_only_written_when_they_change() throws Exception {
        copyUsers();
        edit("description: One row per user, by uid\n", "description: Who isn't a robot\n");
        edit("description: \"Address: city\"\n", "description: Town\n");
        try (Connection connection = hub.connect()) {
            assertThat(Descriptions.of(connection).comments(Datasets.read(RouteFiles.read(Path.of("routes")))))
                    .as("all are as the start has left them")
                    .isEmpty();
        }

        RouteFiles files = RouteFiles.read(directory);
        new DatasetFiles(files, Settings.declared(), postgres()).applied(files);

        assertThat(hub.rows("""
                        select obj_description('users.profile'::regclass, 'pg_class'), col_description('users.profile'::regclass,
                            (select attnum from pg_attribute where attrelid = 'users.profile'::regclass and attname = 'city'))""")).containsExactly("Who isn't a robot|Town");
        String before = versions();
        new DatasetFiles(files, Settings.declared(), postgres()).applied(files);
        assertThat(versions()).isEqualTo(before);
    }

    @Test
    void a_setting_that_is_nowhere_is_a_mistake() throws Exception {
        copyUsers();
        edit("{{users.schedule}}", "{{users.shedule}}");
        RouteFiles files = RouteFiles.read(directory);

        assertThat(new DatasetFiles(files, Settings.declared(), postgres()).check(files))
                .singleElement()
                .asString()
                .contains(
                        "users.profile.dataset.yaml:",
                        "there is no setting 'users.shedule'; did you mean {{users.schedule}}?");
    }

    private List<Finding> differences(Datasets datasets) throws Exception {
        try (Connection connection = hub.connect()) {
            return Descriptions.of(connection).differences(datasets, "routes");
        }
    }

    private DataSource postgres() {
        return Objects.requireNonNull(
                hub.application().camel().getRegistry().lookupByNameAndType("postgres", DataSource.class));
    }

    private String versions() throws Exception {
        return hub.value("select md5(string_agg(xmin::text, ',' order by objoid, objsubid)) from pg_description");
    }

    private void copyUsers() throws IOException {
        Files.createDirectories(directory.resolve("users"));
        try (Stream<Path> files = Files.list(Path.of("routes/users"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(Datasets.SUFFIX))
                    .toList()) {
                Files.write(directory.resolve("users").resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
    }

    private void edit(String before, String after) throws IOException {
        Path file = directory.resolve("users/users.profile.dataset.yaml");
        String text = Files.readString(file);
        assertThat(text).contains(before);
        Files.writeString(file, text.replace(before, after));
    }
}
