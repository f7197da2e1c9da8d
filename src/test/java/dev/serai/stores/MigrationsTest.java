package dev.serai.stores;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.serai.Application;
import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An older schema is brought up to date. */
@WithStack
class MigrationsTest {

    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");

    /** These came after V105: {@code V090} to {@code V095}, and those with a higher number. */
    private static final String CAME_LATER = "V(09|1[1-9])\\d__.*";

    @Test
    void migrations_that_came_later_with_lower_numbers_are_applied_with_the_same_result(
            LocalStack stack, @TempDir Path older) throws Exception {
        copyAllBut(CAME_LATER, older);
        Settings upgraded = settings(stack);
        Settings fresh = settings(stack);
        try (HikariDataSource pool = Postgres.pipelines(upgraded)) {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("filesystem:" + older)
                    .table("schema_version")
                    .placeholderPrefix("${serai.")
                    .placeholders(Map.of("reader", upgraded.text("postgres.reader.user")))
                    .load()
                    .migrate();
            Postgres.migrate(pool, upgraded);
        }
        try (HikariDataSource pool = Postgres.pipelines(fresh)) {
            Postgres.migrate(pool, fresh);
        }

        assertThat(schema(upgraded)).hasSizeGreaterThan(300).isEqualTo(schema(fresh));
    }

    private static void copyAllBut(String pattern, Path target) throws IOException {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!name.matches(pattern)) {
                    Files.copy(file, target.resolve(name));
                }
            }
        }
    }

    private static Settings settings(LocalStack stack) {
        Map<String, String> environment = new HashMap<>();
        stack.settings().forEach((key, value) -> environment.put(Settings.variable(key), value));
        environment.put("POSTGRES_URL", stack.freshDatabase());
        environment.put("MANAGEMENT_PASSWORD", "unused");
        return Settings.load(environment, Application.REQUIRED);
    }

    /** Columns, views, functions, triggers and indexes, one a line. */
    private static List<String> schema(Settings settings) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = Postgres.session(settings, "test");
                ResultSet rows = connection.createStatement().executeQuery("""
                        select table_schema || '.' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
                               || ' ' || coalesce(column_default, '')
                        from information_schema.columns where table_schema !~ '^(pg_|information_schema)'
                        union all
                        select schemaname || '.' || viewname || ' ' || definition from pg_views where schemaname !~ '^(pg_|information_schema)'
                        union all
                        select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                        where n.nspname !~ '^(pg_|information_schema)' and p.prokind in ('f', 'p')
                        union all
                        select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
                        union all
                        select indexdef from pg_indexes where schemaname !~ '^(pg_|information_schema)'
                        order by 1""")) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return lines;
    }
}
