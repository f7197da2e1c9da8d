package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.archive.ArchiveSteps.Step;
import dev.serai.landing.LandingZone;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an archive takes, what it leaves, and when it refuses. */
@WithStack
class ArchiveTest {

    private static final Instant OLD = Instant.parse("2026-11-10T23:00:00Z");

    @TempDir
    Path temporary;

    private ArchiveFixture fixture;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        fixture = new ArchiveFixture(stack, temporary);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void rows_before_the_cut_off_leave_and_those_at_it_stay() throws Exception {
        for (String instant : List.of(
                "2026-11-14T03:29:59.999999Z",
                "2026-11-14T03:30:00Z",
                "2026-11-14T03:30:00.000001Z",
                "infinity",
                "-infinity")) {
            fixture.execute(
                    "insert into probe.impression (ad_id, shown_at, run_id) values (gen_random_uuid(), '%s', gen_random_uuid())"
                            .formatted(instant));
        }

        fixture.run();

        assertThat(fixture.rows("select shown_at from probe.impression order by shown_at"))
                .containsExactly("-infinity", "2026-11-14 03:30:00+00", "2026-11-14 03:30:00.000001+00", "infinity");
        assertThat(fixture.rows("select row_count, last_at, cut_off_at from ops.archive"))
                .containsExactly("1|2026-11-14 03:29:59.999999+00|2026-11-14 03:30:00+00");
    }

    @Test
    void days_are_those_of_utc_also_in_the_night_when_clocks_change() throws Exception {
        for (String instant : List.of(
                "2026-10-24T23:59:59.999999Z",
                "2026-10-25T00:00:00Z", // 02:00 in Berlin, for the first time
                "2026-10-25T01:00:00Z", // 02:00 in Berlin, for the second time
                "2026-10-25T23:59:59.5Z",
                "2026-10-26T00:00:00Z")) {
            fixture.execute(
                    "insert into probe.impression (ad_id, shown_at, run_id) values (gen_random_uuid(), '%s', gen_random_uuid())"
                            .formatted(instant));
        }
        List<String> before = fixture.inTable();

        fixture.run();

        assertThat(fixture.rows("select day, row_count, first_at from ops.archive order by day"))
                .containsExactly(
                        "2026-10-24|1|2026-10-24 23:59:59.999999+00",
                        "2026-10-25|3|2026-10-25 00:00:00+00",
                        "2026-10-26|1|2026-10-26 00:00:00+00");
        assertThat(fixture.keys().get(0)).startsWith("archive/dt=2026-10-24/20261114T033000Z-");
        assertThat(fixture.inObjects()).isEqualTo(before);
    }

    @Test
    void every_type_and_every_text_comes_back_as_it_was() throws Exception {
        fixture.execute("""
                create table probe.every (
                    a text, b character varying(40), c jsonb, d uuid, e boolean, f smallint, g integer, h bigint, i real,
                    j double precision, k date, l timestamptz not null, m numeric(38,9), o numeric, n bigint generated always as identity,
                    primary key (l, n));
                create index on probe.every (l);
                insert into probe.every (a, b, c, d, e, f, g, h, i, j, k, l, m, o)
                select text, left(text, 40), jsonb_build_object('a', text, 'b', array[1.50, null]), gen_random_uuid(), true, -32768,
                       -2147483648, 9223372036854775807, number, number, '0001-01-01', '2026-11-01 12:34:56.654321', 12345678901234567890123456789.123456789,
                       '-12345678901234567890123456789012345678901234567890.5000'
                from unnest(array['', E'\\\\N', E'\\\\.', E'line\\nnext\\r\\n\\ttab', '"quoted", ''too''', 'null', 'NULL', ' spaces ', 'ü😀', E'\\r', ',', '"']) text,
                     unnest(array['NaN', 'Infinity', '-Infinity', 0.1, 1e-37, 3.4e37]::float8[]) number;
                insert into probe.every (l) values ('2026-11-01');""");
        List<String> before = fixture.rows("select every::text from probe.every order by n");
        ArchivedTable table = new ArchivedTable("probe.every", "l", "l, n", 7, "s3://ad-data/archive/");
        fixture.archive(ArchiveSteps.NONE).run(table, UUID.randomUUID(), "test");
        assertThat(fixture.value("select count(*) from probe.every")).isEqualTo("0");

        fixture.archives(fixture.s3).restore().day("probe.every", java.time.LocalDate.parse("2026-11-01"));

        assertThat(fixture.rows("select every::text from probe.every order by n"))
                .isEqualTo(before)
                .hasSize(73);
    }

    @Test
    void a_table_that_cannot_be_archived_says_everything_that_is_wrong_before_anything_is_written() throws Exception {
        fixture.execute(
                "create table probe.wrong (id integer, at timestamp, place point, day date, twice integer generated always as (id * 2) stored)");
        ArchivedTable table = new ArchivedTable("probe.wrong", "at", "id", 7, "s3://ad-data/archive/");

        assertThatThrownBy(() -> fixture.archive(ArchiveSteps.NONE).run(table, UUID.randomUUID(), "test"))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("column at is of type timestamp without time zone; what can be kept: text,")
                .hasMessageContaining("column place is of type point")
                .hasMessageContaining("column twice is generated")
                .hasMessageContaining("it has no timestamptz column at")
                .hasMessageContaining("no unique, not null index is on exactly (id)");
        assertThatThrownBy(() -> fixture.archive(ArchiveSteps.NONE)
                        .run(
                                new ArchivedTable("probe.none", "at", "id", 7, "s3://ad-data/archive/"),
                                UUID.randomUUID(),
                                "test"))
                .hasMessage("probe.none cannot be archived: there is no such table");
        assertThat(fixture.keys()).isEmpty();
    }

    @Test
    void the_certificate_is_in_the_database_and_beside_the_object() throws Exception {
        fixture.insert(100, OLD, 1);
        UUID runId = fixture.run();

        List<String> keys = fixture.keys();
        assertThat(keys)
                .hasSize(2)
                .allMatch(key -> key.matches("archive/dt=2026-11-10/20261114T033000Z-[0-9a-f-]{36}\\.(json|parquet)"));
        JsonNode json = new ObjectMapper().readTree(bytes(keys.get(0)));
        assertThat(json.path("table").asText()).isEqualTo("probe.impression");
        assertThat(json.path("rows").asInt()).isEqualTo(100);
        assertThat(json.path("cut_off_at").asText()).isEqualTo("2026-11-14T03:30:00Z");
        assertThat(json.path("first_at").asText()).isEqualTo("2026-11-10T23:00:00Z");
        assertThat(json.path("last_at").asText()).isEqualTo("2026-11-10T23:01:39Z");
        assertThat(json.path("run_id").asText()).isEqualTo(runId.toString());
        assertThat(json.path("schema")).hasSize(9);
        assertThat(fixture.rows("select object_sha256, rows_sha256, etag, object, bytes from ops.archive"))
                .containsExactly("%s|%s|%s|s3://ad-data/%s|%d"
                        .formatted(
                                json.path("object_sha256").asText(),
                                json.path("rows_sha256").asText(),
                                json.path("etag").asText(),
                                keys.get(1),
                                bytes(keys.get(1)).length));
        Path file = Files.write(temporary.resolve("object"), bytes(keys.get(1)));
        assertThat(ArchiveObjects.sha256(file))
                .isEqualTo(json.path("object_sha256").asText());
        assertThat(fixture.rows("select read, inserted, unchanged, dataset from ops.load"))
                .containsExactly("100|100|0|archive of probe.impression");
    }

    @Test
    void an_object_that_was_corrupted_is_refused_and_nothing_is_deleted() throws Exception {
        fixture.insert(100, OLD, 1);
        List<String> before = fixture.inTable();

        assertThatThrownBy(() -> fixture.run(
                        (step, certificate) -> {
                            if (step == Step.WRITTEN) {
                                byte[] bytes = bytes(certificate.key());
                                bytes[bytes.length / 2] ^= 1;
                                fixture.put(certificate.key(), bytes);
                            }
                        },
                        1_000))
                .isInstanceOfSatisfying(
                        ArchiveException.class, e -> assertThat(e.code()).isEqualTo(ArchiveException.REFUSED))
                .hasMessageContaining("is not what was written: expected");
        assertThat(fixture.inTable()).isEqualTo(before);
        assertThat(fixture.keys()).noneMatch(key -> key.endsWith(".json"));

        fixture.run();

        assertThat(fixture.everywhere()).isEqualTo(before);
        assertThat(fixture.inObjects()).isEqualTo(before);
        assertThat(fixture.rows(
                        "select state, reason like '%is not what was written%' from ops.archive order by archive_id"))
                .containsExactly("discarded|t", "deleted|null");
    }

    @Test
    void an_object_with_other_rows_is_refused_even_if_its_bytes_are_certified() throws Exception {
        fixture.insert(100, OLD, 1);
        List<String> before = fixture.inTable();
        assertThatThrownBy(() -> fixture.run(
                        (step, certificate) -> {
                            if (step == Step.WRITTEN) {
                                exchangeObject(certificate);
                                throw new IllegalStateException("stop here");
                            }
                        },
                        1_000))
                .hasMessage("stop here");

        fixture.run();

        assertThat(fixture.everywhere()).isEqualTo(before);
        assertThat(
                        fixture.rows(
                                "select state, reason like 'the rows of % are not those of the table%' from ops.archive order by archive_id"))
                .containsExactly("discarded|t", "deleted|null");
    }

    /** Puts a sound Parquet object in its place whose rows are a little different, and certifies its bytes. */
    private void exchangeObject(Certificate certificate) {
        try (WorkDirectory work = WorkDirectory.open(temporary)) {
            Path parquet = Files.write(work.file("a.parquet"), bytes(certificate.key()));
            Path csv = work.file("a.csv");
            Path other = work.file("b.parquet");
            ParquetFiles.read(certificate.schema(), parquet, csv, work.path());
            Files.writeString(csv, Files.readString(csv).replaceFirst("23:00:07", "23:00:07.000001"));
            ParquetFiles.write(certificate.schema(), csv, other, work.path());
            fixture.put(certificate.key(), Files.readAllBytes(other));
            fixture.execute("update ops.archive set bytes = %d, object_sha256 = '%s'"
                    .formatted(Files.size(other), ArchiveObjects.sha256(other)));
        } catch (SQLException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void without_a_verified_certificate_nothing_is_deleted() throws Exception {
        fixture.insert(10, OLD, 1);

        assertThatThrownBy(() -> fixture.run(
                        (step, certificate) -> {
                            if (step == Step.VERIFIED) {
                                execute("update ops.archive set state = 'planned'");
                            }
                        },
                        1_000))
                .hasMessageContaining("has no verified certificate: nothing is deleted");

        assertThat(fixture.inTable()).hasSize(10);
    }

    @Test
    void rows_that_arrive_or_change_meanwhile_stay_and_go_with_the_next_run() throws Exception {
        fixture.insert(100, OLD, 1);
        fixture.run(
                (step, certificate) -> {
                    if (step == Step.SELECTED) {
                        execute(
                                "insert into probe.impression (ad_id, shown_at, run_id) values (gen_random_uuid(), '2026-11-10 23:00:30.5', gen_random_uuid())");
                    } else if (step == Step.VERIFIED) {
                        execute(
                                "update probe.impression set ad_group = 'changed' where shown_at = '2026-11-10 23:00:10'");
                    }
                },
                1_000);

        assertThat(fixture.rows("select ad_group, shown_at from probe.impression order by shown_at"))
                .containsExactly("changed|2026-11-10 23:00:10+00", "null|2026-11-10 23:00:30.5+00");
        assertThat(fixture.rows("select row_count, deleted_rows from ops.archive"))
                .containsExactly("100|99");
        assertThat(fixture.rows("select read, inserted, unchanged from ops.load"))
                .containsExactly("100|99|1");

        fixture.run();

        assertThat(fixture.inTable()).isEmpty();
        assertThat(fixture.rows("select sum(deleted_rows) from ops.archive")).containsExactly("101");
    }

    @Test
    void a_second_run_at_the_same_time_says_who_is_at_work() throws Exception {
        fixture.insert(10, OLD, 1);
        AtomicReference<Throwable> second = new AtomicReference<>();

        fixture.run(
                (step, certificate) -> {
                    if (step == Step.WRITTEN) {
                        second.set(org.assertj.core.api.Assertions.catchThrowable(() -> fixture.run()));
                    }
                },
                1_000);

        assertThat(second.get())
                .isInstanceOf(ArchiveException.class)
                .hasMessageMatching(
                        "the archive of probe.impression is at work already: serai archive probe.impression \\(process \\d+ of PostgreSQL, from 127.0.0.1\\) since 20.*");
        assertThat(fixture.inObjects()).hasSize(10);
    }

    @Test
    void a_second_run_afterwards_finds_nothing_to_do() throws Exception {
        fixture.insert(10, OLD, 1);
        fixture.run();
        List<String> keys = fixture.keys();

        fixture.run();

        assertThat(fixture.keys()).isEqualTo(keys);
        assertThat(fixture.value("select count(*) from ops.load")).isEqualTo("1");
    }

    @Test
    void a_change_of_columns_between_two_runs_discards_what_is_half_done() throws Exception {
        fixture.insert(10, OLD, 1);
        List<String> before = fixture.inTable();
        assertThatThrownBy(() -> fixture.run(
                        (step, certificate) -> {
                            if (step == Step.VERIFIED) {
                                throw new IllegalStateException("stop here");
                            }
                        },
                        1_000))
                .hasMessage("stop here");
        fixture.execute("alter table probe.impression add column price numeric(9,2) default 1.5");

        fixture.run();

        assertThat(fixture.inObjects()).isEqualTo(before);
        assertThat(fixture.rows("select state, reason from ops.archive order by archive_id"))
                .containsExactly("discarded|the columns of the table have changed since", "deleted|null");
    }

    @Test
    void a_day_of_many_rows_with_the_same_instant_is_split_without_loss() throws Exception {
        fixture.insert(95, OLD, 0);
        List<String> before = fixture.inTable();

        fixture.run(ArchiveSteps.NONE, 10);

        assertThat(fixture.inObjects()).isEqualTo(before);
        assertThat(fixture.rows("select row_count from ops.archive order by archive_id"))
                .hasSize(10)
                .endsWith("5");
    }

    @Test
    void a_declaration_that_makes_no_sense_is_refused() {
        assertThatThrownBy(() -> new ArchivedTable("impression", "shown_at", "ad_id", 7, "s3://ad-data/archive/"))
                .hasMessageContaining("such as ads.impression, was \"impression\"");
        assertThatThrownBy(() -> new ArchivedTable("ads.impression; drop", "shown_at", "ad_id", 7, "s3://ad-data/a/"))
                .hasMessageContaining("must be named in lower snake case");
        assertThatThrownBy(() -> new ArchivedTable(
                        "ads.impression",
                        "shown_at",
                        List.of("ad_id"),
                        Duration.ZERO,
                        LandingZone.of("s3://abc/a/"),
                        1,
                        ArchivedTable.EVERY_ROW))
                .hasMessageContaining("must have a key, an age");
    }

    private byte[] bytes(String key) {
        return fixture.s3
                .getObjectAsBytes(
                        request -> request.bucket(ArchiveFixture.BUCKET).key(key))
                .asByteArray();
    }

    private void execute(String sql) {
        try {
            fixture.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
