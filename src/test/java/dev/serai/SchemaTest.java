package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.settings.Settings;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema: described throughout, and each role with no more than it needs. */
@WithStack
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaTest {

    private Hub hub;

    @BeforeAll
    void start(LocalStack stack) throws Exception {
        hub = new Hub(stack);
        hub.run("users");
        hub.run("ads");
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    @Test
    void every_schema_table_view_and_column_has_a_comment() throws SQLException {
        List<String> silent = hub.rows("""
                select n.nspname, c.relname, coalesce(a.attname, '(itself)')
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                left join lateral (
                    select attname, attnum from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
                    union all select null, 0
                ) a on true
                where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public') and c.relkind in ('r', 'v', 'm', 'p')
                  and col_description(c.oid, a.attnum) is null and not (a.attnum = 0 and obj_description(c.oid) is not null)
                union all
                select nspname, '', '' from pg_namespace
                where nspname !~ '^pg_' and nspname not in ('information_schema', 'public') and obj_description(oid) is null""");

        assertThat(silent).isEmpty();
    }

    @Test
    void every_instant_has_a_time_zone_and_is_named_at() throws SQLException {
        assertThat(hub.rows("""
                        select table_schema, table_name, column_name, data_type from information_schema.columns
                        where table_schema !~ '^pg_' and table_schema not in ('information_schema', 'public')
                          and (data_type = 'timestamp without time zone'
                               or data_type = 'timestamp with time zone' and column_name not like '%\\_at'
                               or column_name like '%\\_at' and data_type <> 'timestamp with time zone')""")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select uid from users.profile",
                "select * from mart.pipeline",
                "select * from mart.user_newest",
                "select ad_id from ads.impression",
                "select * from mart.ad_impression_hour"
            })
    void the_reader_reads_data_and_marts(String sql) throws SQLException {
        try (Connection reader = reader();
                Statement statement = reader.createStatement()) {
            assertThat(statement.executeQuery(sql).next()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from ops.run",
                "select * from ops.dead_letter",
                "delete from users.profile",
                "delete from ads.impression",
                "update users.profile set city = ''",
                "create table users.mine (x int)",
                "create table public.mine (x int)",
                "create schema mine",
                "create temporary table mine (x int)",
                "select pg_read_file('PG_VERSION')",
                "select lo_import('/etc/passwd')",
                "copy (select 1) to program 'true'",
                "copy (select 1) to '/tmp/mine'",
                "set role serai"
            })
    void the_reader_does_nothing_else(String sql) throws SQLException {
        try (Connection reader = reader();
                Statement statement = reader.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select pg_read_file('PG_VERSION')",
                "select lo_import('/etc/passwd')",
                "copy users.profile from program 'true'",
                "copy users.profile to '/tmp/mine'",
                "alter system set fsync = off",
                "create role mine superuser"
            })
    void the_application_reaches_no_files_and_programs_of_the_database_server(String sql) {
        assertThatThrownBy(() -> hub.rows(sql))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void the_application_is_no_superuser() throws SQLException {
        assertThat(hub.value("select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user"))
                .isEqualTo("f|f|f");
    }

    @Test
    void a_load_that_does_not_balance_is_refused() {
        assertThatThrownBy(() -> hub.rows("""
                                insert into ops.load (run_id, pipeline, dataset, read, inserted, updated, unchanged, rejected)
                                values (gen_random_uuid(), 'users', 'users.profile', 5, 1, 1, 1, 1)"""))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23514"));
    }

    @Test
    void a_load_whose_commit_was_not_heard_of_is_booked_once() throws SQLException {
        String load = """
                select * from ops.record_load('users', 'users.profile', '01a1fce9-efce-752a-a055-44dc114589cb', 's3://b/k', 3, %s, 0,
                    '[{"position": 1, "code": "C", "message": "m", "payload": "{}"}]', null)""";

        assertThat(hub.value(load.formatted(2))).isEqualTo("3|2|0|0|1");
        assertThat(hub.value(load.formatted(0))).isEqualTo("3|2|0|0|1");

        assertThat(hub.value("select count(*) from ops.load where raw_object = 's3://b/k'"))
                .isEqualTo("1");
        assertThat(hub.value("select times_seen from ops.dead_letter where raw_object = 's3://b/k'"))
                .isEqualTo("1");
    }

    private Connection reader() throws SQLException {
        Settings settings = hub.settings();
        return DriverManager.getConnection(
                settings.text("postgres.url"),
                settings.text("postgres.reader.user"),
                settings.text("postgres.reader.password"));
    }
}
