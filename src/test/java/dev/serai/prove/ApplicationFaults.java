package dev.serai.prove;

import static dev.serai.prove.Fault.Place.APPLICATION;

import dev.serai.faults.CommitPoint;
import dev.serai.faults.Conversation;
import dev.serai.faults.PutPoint;
import dev.serai.faults.QueryPoint;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

/** A process of the application ends; of several, one, unless it says all. */
final class ApplicationFaults {

    private static final String READINGS = "insert into sensors.reading as r";
    private static final String ADS = "insert into ads.impression";
    private static final String COMMUNITY = "insert into community.document";
    private static final String DELETION = "delete from ads.impression";
    private static final String SHADOW = "insert into rebuild.";
    private static final int MISSED_S = 6;

    private ApplicationFaults() {}

    /** The network to a store, at which a point is. */
    private interface Way {
        Line of(Site site);
    }

    static List<Fault> all() {
        List<Fault> faults = new ArrayList<>(List.of(
                Fault.of(
                        APPLICATION,
                        "application-killed",
                        "kill -9 of the application at a random moment, then a start",
                        (site, random) -> {
                            Site.hold(Duration.ofMillis(random.nextInt(1_000)));
                            site.processes.killOne(random);
                        },
                        (site, random) -> site.startApplication()),
                Fault.of(
                        APPLICATION,
                        "application-stopped",
                        "the application is asked to end in the midst of work, then a start",
                        (site, random) -> site.processes.stopOne(random),
                        (site, random) -> site.startApplication()),
                Fault.of(
                        APPLICATION,
                        "schedules-missed",
                        "nothing runs while schedules fire, more than once",
                        (site, random) -> {
                            site.processes.kill();
                            Site.hold(Duration.ofSeconds(MISSED_S));
                        },
                        (site, random) -> site.startApplication())));
        Way postgres = site -> site.toPostgres;
        Way s3 = site -> site.toS3;
        Way mongo = site -> site.toMongo;
        Fault.Step nothing = (site, random) -> {};
        faults.add(killed("readings-before-commit", postgres, kill -> CommitPoint.before(READINGS, kill), nothing));
        faults.add(killed("readings-after-commit", postgres, kill -> CommitPoint.after(READINGS, kill), nothing));
        faults.add(killed("lake-before-put", s3, kill -> PutPoint.before("/sensor-data/raw/", kill), nothing));
        faults.add(killed("lake-after-put", s3, kill -> PutPoint.after("/sensor-data/raw/", kill), nothing));
        faults.add(killed("ads-before-put", s3, kill -> PutPoint.before("/ad-data/backup/", kill), nothing));
        faults.add(killed("ads-after-put", s3, kill -> PutPoint.after("/ad-data/backup/", kill), nothing));
        faults.add(killed("ads-before-commit", postgres, kill -> CommitPoint.before(ADS, kill), nothing));
        faults.add(killed("ads-after-commit", postgres, kill -> CommitPoint.after(ADS, kill), nothing));
        faults.add(killed("community-after-put", s3, kill -> PutPoint.after("/community-data/raw/", kill), nothing));
        faults.add(killed("community-before-commit", postgres, kill -> CommitPoint.before(COMMUNITY, kill), nothing));
        faults.add(killed("community-after-commit", postgres, kill -> CommitPoint.after(COMMUNITY, kill), nothing));
        faults.add(killed("sweep", mongo, kill -> new QueryPoint("groups", kill), asked("run", "community-sweep")));
        List<Fault> archived = new ArrayList<>();
        Fault.Step archive = asked("run", "ads-archive");
        archived.add(killed("archive-before-put", s3, kill -> PutPoint.before("/ad-data/archive/", kill), archive));
        archived.add(killed("archive-after-put", s3, kill -> PutPoint.after("/ad-data/archive/", kill), archive));
        archived.add(killed("archive-before-commit", postgres, kill -> CommitPoint.before(DELETION, kill), archive));
        archived.add(killed("archive-after-commit", postgres, kill -> CommitPoint.after(DELETION, kill), archive));
        archived.stream().map(ApplicationFaults::finished).forEach(faults::add);
        Fault.Step replay = (site, random) -> site.ask("replay", "sensors?day=" + LocalDate.now(ZoneOffset.UTC));
        Stream.of(
                        killed("replay-before-commit", postgres, kill -> CommitPoint.before(READINGS, kill), replay),
                        killed("replay-after-commit", postgres, kill -> CommitPoint.after(READINGS, kill), replay))
                .map(ApplicationFaults::withoutReadings)
                .forEach(faults::add);
        Fault.Step rebuild = (site, random) -> {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            site.ask("rebuild", "ads.impression?from=%s&to=%s".formatted(today, today.plusDays(1)));
        };
        faults.add(killed("rebuild-before-commit", postgres, kill -> CommitPoint.before(SHADOW, kill), rebuild));
        faults.add(killed("rebuild-after-commit", postgres, kill -> CommitPoint.after(SHADOW, kill), rebuild));
        return faults;
    }

    /** So that nothing but a replay gets to its point. */
    private static Fault withoutReadings(Fault killed) {
        return Fault.of(
                        killed.place(),
                        killed.name(),
                        killed.says(),
                        (site, random) -> {
                            site.pause();
                            site.awaitLastReading();
                            killed.inject().on(site, random);
                        },
                        killed.heal())
                .waiting();
    }

    /** The next archive finishes what the kill left half done. */
    private static Fault finished(Fault killed) {
        return Fault.of(killed.place(), killed.name(), killed.says(), killed.inject(), (site, random) -> {
                    killed.heal().on(site, random);
                    String result = site.hub.run("ads-archive");
                    if (!result.contains("state=succeeded")) {
                        throw new IllegalStateException("the archive was not finished: " + result);
                    }
                })
                .waiting();
    }

    private static Fault.Step asked(String operation, String subject) {
        return (site, random) -> site.ask(operation, subject);
    }

    private static Fault killed(
            String point, Way way, Function<Runnable, Conversation> conversation, Fault.Step asked) {
        return Fault.of(
                        APPLICATION,
                        "killed-" + point,
                        "kill -9 of the application at this point: " + point.replace('-', ' '),
                        (site, random) -> {
                            AtomicBoolean reached = new AtomicBoolean();
                            way.of(site)
                                    .through(process -> conversation.apply(() -> {
                                        if (reached.compareAndSet(false, true)) {
                                            site.processes.shoot(process);
                                        }
                                    }));
                            asked.on(site, random); // now, because its connections would have begun anew
                            Site.until("the point is reached: " + point, () -> !site.processes.areAlive());
                            way.of(site).heal(); // the other processes go on
                        },
                        (site, random) -> {
                            way.of(site).heal();
                            if (!site.processes.areAlive()) {
                                site.startApplication();
                            }
                        })
                .waiting();
    }
}
