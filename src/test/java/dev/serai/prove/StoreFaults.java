package dev.serai.prove;

import static dev.serai.prove.Fault.Place.MONGO;
import static dev.serai.prove.Fault.Place.S3;

import dev.serai.faults.PutFault;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** S3 and MongoDB, and the ways to them. */
final class StoreFaults {

    /** That a sweep asks for at once. */
    private static final int MORE_THAN_A_BATCH = 2_500;

    private StoreFaults() {}

    static List<Fault> all() {
        return List.of(
                puts("s3-refuses", "S3 refuses every put with 403", PutFault.Kind.REFUSED),
                puts("s3-500", "S3 answers every put with 500", PutFault.Kind.BROKEN),
                puts("s3-silent", "S3 takes every put and says nothing", PutFault.Kind.SILENT),
                puts("s3-slow", "S3 answers every put 0.7 s late", PutFault.Kind.SLOW),
                puts(
                        "s3-time-out-after-success",
                        "S3 keeps every object and answers 500",
                        PutFault.Kind.KEPT_AND_BROKEN),
                Fault.of(
                        S3,
                        "s3-restarted",
                        "the S3 server is stopped and started",
                        (site, random) -> site.stack.objects().stop(),
                        (site, random) -> site.stack.objects().start()),
                Fault.of(
                        S3,
                        "s3-cut",
                        "no connection to S3",
                        (site, random) -> site.toS3.cut(),
                        (site, random) -> site.toS3.heal()),
                Fault.of(
                        S3,
                        "s3-hanging",
                        "connections to S3 stand and carry nothing",
                        (site, random) -> site.toS3.hang(),
                        (site, random) -> site.toS3.heal()),
                Fault.of(
                        MONGO,
                        "mongo-restarted",
                        "MongoDB's stand-in is stopped and started",
                        (site, random) -> site.stack.documents().stop(),
                        (site, random) -> site.stack.documents().start()),
                Fault.of(
                                MONGO,
                                "mongo-cursor-killed",
                                "the server has forgotten a cursor when more is asked of it",
                                (site, random) -> {
                                    site.groups.add(MORE_THAN_A_BATCH);
                                    AtomicInteger killed = new AtomicInteger();
                                    int port = site.stack.documents().port();
                                    site.toMongo.through(() -> new CursorKill(port, site.database, "groups", killed));
                                    Site.until("a cursor is used a second time", () -> killed.get() > 0);
                                },
                                (site, random) -> site.toMongo.heal())
                        .waiting(),
                Fault.of(
                        MONGO,
                        "mongo-cut",
                        "no connection to MongoDB",
                        (site, random) -> site.toMongo.cut(),
                        (site, random) -> site.toMongo.heal()),
                Fault.of(
                        MONGO,
                        "mongo-slow",
                        "every packet to and from MongoDB takes 40 ms longer",
                        (site, random) -> site.toMongo.slow(),
                        (site, random) -> site.toMongo.heal()),
                Fault.of(
                        MONGO,
                        "mongo-hanging",
                        "connections to MongoDB stand and carry nothing",
                        (site, random) -> site.toMongo.hang(),
                        (site, random) -> site.toMongo.heal()));
    }

    private static Fault puts(String name, String says, PutFault.Kind kind) {
        return Fault.of(S3, name, says, (site, random) -> site.failPuts(kind), (site, random) -> site.toS3.heal());
    }
}
