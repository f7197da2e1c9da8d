package dev.serai.prove;

import static dev.serai.prove.Fault.Place.BROKER;
import static dev.serai.prove.Fault.Place.MONGO;
import static dev.serai.prove.Fault.Place.POSTGRES;
import static dev.serai.prove.Fault.Place.S3;
import static dev.serai.prove.Fault.Place.SOURCE;

import dev.serai.prove.AdSource.Manner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Everything is away for a while, one store at a time; what does not need it goes on. */
final class OutageFaults {

    private OutageFaults() {}

    /** @param length of each outage */
    static List<Fault> all(Duration length) {
        return Stream.of(
                        Fault.of(
                                POSTGRES,
                                "outage-postgres",
                                "PostgreSQL is away; meanwhile the lake has to grow",
                                (site, random) -> {
                                    site.toPostgres.cut();
                                    Site.hold(length);
                                    grows("the lake grows", () ->
                                            (long) site.hub.keys("sensor-data").size());
                                },
                                (site, random) -> site.toPostgres.heal()),
                        Fault.of(
                                S3,
                                "outage-s3",
                                "S3 is away; meanwhile readings have to reach their table",
                                (site, random) -> {
                                    site.toS3.cut();
                                    Site.hold(length);
                                    grows("readings reach their table", site::readings);
                                },
                                (site, random) -> site.toS3.heal()),
                        Fault.of(
                                BROKER,
                                "outage-broker",
                                "the broker is away; meanwhile impressions have to reach their table",
                                (site, random) -> {
                                    site.toBroker.cut();
                                    Site.hold(length);
                                    grows("impressions reach their table", () -> impressions(site));
                                },
                                (site, random) -> site.toBroker.heal()),
                        Fault.of(
                                MONGO,
                                "outage-mongo",
                                "MongoDB is away; meanwhile readings have to reach their table",
                                (site, random) -> {
                                    site.toMongo.cut();
                                    Site.hold(length);
                                    grows("readings reach their table", site::readings);
                                },
                                (site, random) -> site.toMongo.heal()),
                        Fault.of(
                                SOURCE,
                                "outage-source",
                                "the ad API answers 500; meanwhile readings have to reach their table",
                                (site, random) -> {
                                    site.ads.set(Manner.SERVER_ERROR);
                                    Site.hold(length);
                                    grows("readings reach their table", site::readings);
                                },
                                (site, random) -> site.ads.set(Manner.USUAL)))
                .map(Fault::waiting)
                .toList();
    }

    private static void grows(String what, Callable<Long> size) throws Exception {
        long before = size.call();
        Site.until(what, () -> size.call() > before);
    }

    private static long impressions(Site site) throws Exception {
        return Long.parseLong(site.hub.value("select count(*) from ads.impression"));
    }
}
