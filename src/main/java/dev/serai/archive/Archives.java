package dev.serai.archive;

import dev.serai.ledger.Run;
import dev.serai.ledger.RunPolicy;
import dev.serai.settings.Settings;
import dev.serai.stores.Postgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Processor;
import software.amazon.awssdk.services.s3.S3Client;

/** Everything the archive does, put together from the settings. Thread-safe. */
public final class Archives {

    private final ArchiveSession.Connections connections;
    private final ArchiveObjects objects;
    private final Path temporary;
    private final Clock clock;
    private final long mostQueryBytes;

    Archives(
            ArchiveSession.Connections connections,
            ArchiveObjects objects,
            Path temporary,
            Clock clock,
            long mostQueryBytes) {
        this.connections = connections;
        this.objects = objects;
        this.temporary = temporary;
        this.clock = clock;
        this.mostQueryBytes = mostQueryBytes;
    }

    public static Archives of(Settings settings, S3Client s3, Clock clock) {
        return new Archives(
                purpose -> Postgres.session(settings, purpose),
                new ArchiveObjects(s3, Duration.ofMillis(settings.number("archive.transfer-timeout-ms"))),
                Path.of(System.getProperty("java.io.tmpdir")),
                clock,
                settings.number("archive.query.max-bytes"));
    }

    /** For a route: archives the {@link ArchivedTable} in the body. */
    public Processor archiveStep() {
        return exchange -> {
            Run run = Run.of(exchange);
            archive(ArchiveSteps.NONE)
                    .run(exchange.getMessage().getMandatoryBody(ArchivedTable.class), run.id(), run.pipeline());
        };
    }

    /** For a route: test restore of an object of the {@link ArchivedTable} in the body. */
    public Processor testRestoreStep() {
        return exchange -> {
            Run run = Run.of(exchange);
            restore()
                    .test(
                            exchange.getMessage()
                                    .getMandatoryBody(ArchivedTable.class)
                                    .dataset(),
                            run.id(),
                            run.pipeline());
        };
    }

    /**
     * For a route: settles what came after its day was archived, for the {@link ArchivedTable} in the body.
     *
     * <p>The variable {@code statement} is what {@link Settlement} executes for each day.
     */
    public Processor settleStep() {
        return exchange -> {
            Run run = Run.of(exchange);
            settlement()
                    .run(
                            exchange.getMessage().getMandatoryBody(ArchivedTable.class),
                            exchange.getVariable("statement", "", String.class),
                            run.id());
        };
    }

    Settlement settlement() {
        return new Settlement(connections, objects, temporary);
    }

    Archive archive(ArchiveSteps steps) {
        return new Archive(connections, objects, temporary, clock, RunPolicy::newRunId, steps);
    }

    Restore restore() {
        return new Restore(connections, objects, temporary);
    }

    ArchiveQuery query() {
        return new ArchiveQuery(connections, objects, temporary, mostQueryBytes);
    }

    ArchiveSession.Connections connections() {
        return connections;
    }
}
