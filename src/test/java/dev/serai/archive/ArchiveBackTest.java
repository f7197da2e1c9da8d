package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Getting archived rows back: listed, queried where they are, restored. */
@WithStack
class ArchiveBackTest {

    private static final LocalDate DAY = LocalDate.parse("2026-11-10");

    @TempDir
    Path temporary;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private ArchiveFixture fixture;
    private List<String> before;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        fixture = new ArchiveFixture(stack, temporary);
        fixture.insert(100, Instant.parse("2026-11-10T23:59:10Z"), 1);
        before = fixture.inTable();
        fixture.run(ArchiveSteps.NONE, 30);
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void a_day_comes_back_and_coming_back_twice_changes_nothing() throws Exception {
        assertThat(restore("2026-11-10")).isZero();
        assertThat(output())
                .contains(
                        "probe.impression 2026-11-10: 30 rows restored, 0 were there already; verified by the certificate of s3://ad-data/archive/dt=2026-11-10/")
                .contains("20 rows restored");
        assertThat(restore("2026-11-10")).isZero();
        assertThat(output()).contains("0 rows restored, 30 were there already");
        restore("2026-11-11");

        assertThat(fixture.inTable()).isEqualTo(before);
        assertThat(fixture.value("select count(*) from ops.archive where restored_at is null"))
                .isEqualTo("0");
    }

    @Test
    void restored_rows_are_archived_again_and_a_query_sees_them_once() throws Exception {
        fixture.archives(fixture.s3).restore().day(ArchiveFixture.DATASET, DAY);
        fixture.execute("update probe.impression set ad_group = 'newer'");
        fixture.run();

        assertThat(query(
                        "select count(*) as n, count(distinct ad_id) as ids, count(*) filter (where ad_group = 'newer') as newer from ads",
                        ""))
                .isOne();
        printed.reset();
        assertThat(query(
                        "select count(*) as n, count(distinct ad_id) as ids, count(*) filter (where ad_group = 'newer') as newer from probe_impression",
                        ""))
                .isZero();
        assertThat(output()).isEqualTo("n,ids,newer\n100,100,50\n");
    }

    @Test
    void a_query_reads_the_objects_without_a_restore() throws Exception {
        assertThat(query(
                        "select count(*) as n, min(shown_at) as first from probe_impression where shown_at >= '2026-11-11'",
                        ""))
                .isZero();
        assertThat(output()).isEqualTo("n,first\n50,2026-11-11T00:00Z\n");
        assertThat(query("select count(*) as n from Probe_Impression", "2026-11-10"))
                .isZero();
        assertThat(output()).isEqualTo("n\n50\n");
        assertThat(query("select count(*) as n from probe_impression", "2026-11-10..2026-11-11"))
                .isZero();
        assertThat(output()).isEqualTo("n\n100\n");
        assertThat(fixture.left()).isEmpty();
    }

    @Test
    void a_query_that_cannot_be_answered_says_why() {
        query("select 1", "");
        assertThat(output())
                .isEqualTo("the statement must read from an archived dataset; there is: probe_impression\n");
        query("select count(*) from probe_impression", "2026-01-01");
        assertThat(output()).contains("nothing of probe.impression is archived for the days 2026-01-01 to 2026-01-01");
        query("select count(*) from probe_impression", "yesterday");
        assertThat(output()).contains("a day must be written like 2026-11-21, was \"yesterday\"");
        query("select nothing from probe_impression", "");
        assertThat(output()).contains("nothing");
        query("select * from probe_impression, read_text('/etc/hosts')", "");
        assertThat(output()).contains("file system operations are disabled");
        assertThat(query("", "")).isEqualTo(2);
        assertThat(output()).contains("make archive-query SQL=");
    }

    @Test
    void the_list_shows_every_object() {
        assertThat(commands().execute("archive-list", List.of())).isZero();
        assertThat(output().lines())
                .hasSize(5)
                .first()
                .asString()
                .isEqualTo("dataset,day,rows,deleted_rows,bytes,state,cut_off_at,verified_at,tested_at,object,reason");
    }

    @Test
    void a_day_that_is_not_there_says_which_are() {
        assertThat(restore("2026-01-01")).isOne();
        assertThat(output())
                .isEqualTo(
                        "Nothing of probe.impression is archived for 2026-01-01; there are days from 2026-11-10 to 2026-11-11\n");
        assertThat(commands().execute("restore", List.of("", ""))).isEqualTo(2);
    }

    @Test
    void an_object_that_is_gone_or_different_is_never_restored() throws Exception {
        String key = fixture.keys().stream()
                .filter(name -> name.endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        fixture.put(key, "nonsense".getBytes(StandardCharsets.UTF_8));
        assertThat(restore("2026-11-10")).isOne();
        assertThat(output()).contains("is not what was written");
        fixture.s3.deleteObject(request -> request.bucket(ArchiveFixture.BUCKET).key(key));
        assertThat(restore("2026-11-10")).isOne();
        assertThat(output()).contains("is not in S3, though its certificate says that");
    }

    @Test
    void a_test_restore_takes_the_object_that_was_not_tested_for_longest_and_books_it() throws Exception {
        for (int i = 0; i < 5; i++) {
            fixture.archives(fixture.s3).restore().test(ArchiveFixture.DATASET, UUID.randomUUID(), "ads-test-restore");
        }

        assertThat(fixture.value("select count(*) from ops.archive where tested_at is not null"))
                .isEqualTo("4");
        assertThat(fixture.rows(
                        "select read, inserted from ops.load where pipeline = 'ads-test-restore' order by load_id"))
                .containsExactly("20|20", "30|30", "20|20", "30|30", "20|20");
        assertThat(fixture.inTable()).isEmpty();

        fixture.execute("alter table probe.impression add constraint never check (ad_campaign < 0)");
        assertThatThrownBy(() -> fixture.archives(fixture.s3)
                        .restore()
                        .test(ArchiveFixture.DATASET, UUID.randomUUID(), "ads-test-restore"))
                .hasMessageContaining("violates check constraint");
    }

    private int restore(String day) {
        printed.reset();
        return commands().execute("restore", List.of(ArchiveFixture.DATASET, day));
    }

    private int query(String sql, String days) {
        printed.reset();
        return commands().execute("archive-query", List.of(sql, days));
    }

    private ArchiveCommands commands() {
        return new ArchiveCommands(fixture.settings, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
