package dev.serai.reload;

import dev.serai.settings.Settings;
import java.io.Reader;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Utils;

/**
 * The tables that pipelines bring with them: {@code routes/<pipeline>/migration/V001__….sql}.
 *
 * <p>Each pipeline has a schema of its name, which is made for it and which readers may read, and versions and a history of
 * its own, so that two pipelines never fight for a number. Thread-safe.
 */
final class PipelineMigrations {

    private static final String FOLDER = "/migration/";
    private static final Pattern PIPELINE = Pattern.compile("[a-z][a-z0-9_]{0,40}");
    static final Pattern FILE = Pattern.compile("V\\d+(_\\d+)*__\\w+\\.sql");

    private final DataSource postgres;
    private final String reader;

    PipelineMigrations(DataSource postgres, Settings settings) {
        this.postgres = postgres;
        this.reader = settings.text("postgres.reader.user");
    }

    static boolean isMigration(String path) {
        return path.contains(FOLDER) && path.endsWith(".sql");
    }

    /** The pipelines that have any. */
    static Set<String> pipelines(RouteFiles files) {
        Set<String> pipelines = new TreeSet<>();
        files.paths().stream()
                .filter(PipelineMigrations::isMigration)
                .map(RouteFiles::folderOf)
                .forEach(pipelines::add);
        return pipelines;
    }

    static boolean isName(String pipeline) {
        return PIPELINE.matcher(pipeline).matches();
    }

    /** Applies what is new. Errors: {@link org.flywaydb.core.api.FlywayException}; a migration that fails changes nothing. */
    void apply(RouteFiles files) throws SQLException {
        for (String pipeline : pipelines(files)) {
            try (Connection connection = postgres.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String sql : schema(pipeline)) {
                    statement.execute(sql);
                }
            }
            flyway(pipeline, files).migrate();
        }
    }

    /** What makes the schema of a pipeline; harmless if it is there. */
    List<String> schema(String pipeline) throws SQLException {
        String schema = Utils.escapeIdentifier(null, pipeline).toString();
        String role = Utils.escapeIdentifier(null, reader).toString();
        return List.of(
                "create schema if not exists " + schema,
                """
                do $$ begin if obj_description(to_regnamespace('%s')) is null then
                comment on schema %s is 'Tables of the pipeline %s'; end if; end $$""".formatted(pipeline, schema, pipeline),
                "grant usage on schema %s to %s".formatted(schema, role),
                "alter default privileges in schema %s grant select on tables to %s".formatted(schema, role));
    }

    /** Paths of the migrations that the database has not got yet, in order. */
    List<String> pending(String pipeline, RouteFiles files) {
        return Arrays.stream(flyway(pipeline, files).info().pending())
                .map(migration -> pipeline + FOLDER + migration.getScript())
                .toList();
    }

    /** What Flyway has against those that were applied: changed afterwards, or gone. */
    List<String> complaints(String pipeline, RouteFiles files) {
        return flyway(pipeline, files).validateWithResult().invalidMigrations.stream()
                .map(invalid -> invalid.errorDetails.errorMessage)
                .toList();
    }

    /** The text as PostgreSQL gets it. */
    String text(String path, RouteFiles files) {
        return files.text(path).replace("${serai.reader}", reader);
    }

    private Flyway flyway(String pipeline, RouteFiles files) {
        return Flyway.configure()
                .dataSource(postgres)
                .defaultSchema("public")
                .table("schema_version_" + pipeline)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .resourceProvider(new Provider(pipeline + FOLDER, files))
                .ignoreMigrationPatterns("*:pending")
                .validateMigrationNaming(true)
                .placeholderPrefix("${serai.")
                .placeholders(Map.of("reader", reader))
                .load();
    }

    /** Hands Flyway the files as they were checked. */
    private record Provider(String folder, RouteFiles files) implements ResourceProvider {

        /** Flyway also asks for settings beside a script, which nobody has; nothing then. */
        @Override
        public @Nullable LoadableResource getResource(String name) {
            return files.has(folder + name) ? script(name) : null;
        }

        private LoadableResource script(String name) {
            return new Script(folder, name, files.text(folder + name));
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return files.paths().stream()
                    .filter(path -> path.startsWith(folder))
                    .map(path -> path.substring(folder.length()))
                    .filter(name ->
                            name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
                    .map(this::script)
                    .toList();
        }
    }

    private static final class Script extends LoadableResource {

        private final String folder;
        private final String name;
        private final String text;

        Script(String folder, String name, String text) {
            this.folder = folder;
            this.name = name;
            this.text = text;
        }

        @Override
        public Reader read() {
            return new StringReader(text);
        }

        @Override
        public String getAbsolutePath() {
            return folder + name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return folder + name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
