package dev.serai.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.faults.PutFault;
import dev.serai.faults.PutFault.Kind;
import dev.serai.faults.Relay;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkException;

/** S3 refuses, is slow, answers with errors, also after it has taken the object: nothing is deleted, the next run is fine. */
@Tag("long")
@WithStack
class ArchiveOutageTest {

    @TempDir
    Path temporary;

    private LocalStack stack;
    private final AtomicReference<Kind> fault = new AtomicReference<>(Kind.NONE);
    private Relay relay;
    private ArchiveFixture fixture;
    private List<String> before;

    @BeforeEach
    void start(LocalStack stack) throws Exception {
        this.stack = stack;
        URI s3 = URI.create(stack.settings().getOrDefault("s3.endpoint", ""));
        relay = new Relay(s3.getPort(), () -> new PutFault("/ad-data/archive/", fault::get));
        fixture = new ArchiveFixture(stack, temporary, Map.of("s3.endpoint", "http://127.0.0.1:" + relay.port()));
        fixture.insert(50, Instant.parse("2026-11-10T23:59:30Z"), 1.5);
        before = fixture.inTable();
        // The bucket is there, as it is on any day but the first.
        fixture.s3.createBucket(request -> request.bucket(ArchiveFixture.BUCKET));
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        relay.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "SLOW"})
    void a_put_that_fails_deletes_nothing_and_the_next_run_archives_all(Kind kind) throws Exception {
        fault.set(kind);
        assertThatThrownBy(() -> fixture.run()).isInstanceOf(SdkException.class);
        fault.set(Kind.NONE);
        assertThat(fixture.inTable()).isEqualTo(before);
        boolean taken = kind == Kind.KEPT_AND_BROKEN;
        assertThat(fixture.keys()).hasSize(taken ? 1 : 0);

        fixture.run();

        assertThat(fixture.inTable()).isEmpty();
        assertThat(fixture.inObjects()).isEqualTo(before);
        // What S3 had taken is used; what it had not is discarded and written again.
        assertThat(fixture.rows("select state from ops.archive where day = '2026-11-10' order by archive_id"))
                .isEqualTo(taken ? List.of("deleted") : List.of("discarded", "deleted"));
    }

    @Test
    void s3_that_is_slow_is_waited_for() throws Exception {
        fault.set(Kind.SLOW);

        fixture.run();

        assertThat(fixture.inTable()).isEmpty();
        assertThat(fixture.inObjects()).isEqualTo(before);
    }

    @Test
    void s3_that_is_away_leaves_everything_where_it_is() throws Exception {
        fixture.close();
        fixture = new ArchiveFixture(stack, temporary);
        fixture.insert(50, Instant.parse("2026-11-10T23:59:30Z"), 1.5);
        before = fixture.inTable();
        stack.objects().stop();
        try {
            assertThatThrownBy(() -> fixture.run()).isInstanceOf(SdkException.class);
            assertThat(fixture.inTable()).isEqualTo(before);
        } finally {
            stack.objects().start();
        }

        fixture.run();

        assertThat(fixture.inObjects()).isEqualTo(before);
    }

    @Test
    void an_object_that_arrives_after_it_was_given_up_is_deleted_by_the_next_run() throws Exception {
        fault.set(Kind.REFUSED);
        assertThatThrownBy(() -> fixture.run()).isInstanceOf(SdkException.class);
        fault.set(Kind.NONE);
        fixture.run();
        String late =
                fixture.value("select replace(object, 's3://ad-data/', '') from ops.archive where state = 'discarded'");
        String twin = fixture.keys().get(1);
        fixture.put(
                late,
                fixture.s3
                        .getObjectAsBytes(
                                request -> request.bucket(ArchiveFixture.BUCKET).key(twin))
                        .asByteArray());
        assertThat(fixture.inObjects()).hasSizeGreaterThan(before.size());

        fixture.run();

        assertThat(fixture.inObjects()).isEqualTo(before);
    }
}
