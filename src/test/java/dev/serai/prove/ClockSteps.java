package dev.serai.prove;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The clock of the application's machine is an hour ahead, then an hour behind, then right, each within a second.
 *
 * <p>Done by libfaketime, a library that is loaded before the others and answers in place of the system; the clocks of the
 * stores stay right. For one thread.
 */
final class ClockSteps {

    private static final String LIBRARY = "libfaketimeMT.so.1";
    private static final List<Path> PLACES = List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"));
    private static final List<Duration> STEPS = List.of(Duration.ofHours(1), Duration.ofHours(-1), Duration.ZERO);
    private static final int CALLS = 2;

    private ClockSteps() {}

    static Fault fault() {
        return new Fault(
                "clock-steps",
                "the clock of the application is set an hour ahead, an hour back, and right again; schedules and timers have to go on",
                Fault.Place.APPLICATION,
                () -> library().isPresent() ? Optional.empty() : Optional.of("needs libfaketime"),
                (site, random) -> step(site, library().orElseThrow()),
                (site, random) -> {
                    site.processes.stop();
                    site.startApplication();
                },
                false);
    }

    private static void step(Site site, Path library) throws Exception {
        Path clock = site.directory.resolve("clock");
        set(clock, Duration.ZERO);
        site.processes.stop();
        site.processes.start(
                Map.of(),
                Map.of(
                        "LD_PRELOAD",
                        library.toString(),
                        "FAKETIME_TIMESTAMP_FILE",
                        clock.toString(),
                        "FAKETIME_CACHE_DURATION",
                        "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1",
                        // or waits with a time limit end at once, and start again
                        "FAKETIME_FORCE_MONOTONIC_FIX",
                        "0"));
        for (Duration step : STEPS) {
            set(clock, step);
            Site.until("readings come in at a time that is off by " + step, () -> isOff(site, step));
            int enough = site.ads.calls() + CALLS;
            Site.until("the ad API is called when the clock is off by " + step, () -> site.ads.calls() >= enough);
            long before = looks(site);
            Site.until("MongoDB is looked into when the clock is off by " + step, () -> looks(site) > before);
        }
    }

    /** Loads of new documents, which a timer looks for. */
    private static long looks(Site site) throws SQLException {
        return Long.parseLong(
                site.hub.value(
                        "select count(*) from ops.load join ops.run using (run_id) where route = 'community-mongo-to-postgres'"));
    }

    private static boolean isOff(Site site, Duration off) throws SQLException {
        return site.hub.value("""
                        select abs(extract(epoch from received_at - ingested_at) - cast(? as integer)) < 60
                        from sensors.reading order by ingested_at desc limit 1""", off.toSeconds()).equals("t");
    }

    private static void set(Path clock, Duration off) throws IOException {
        Files.writeString(clock, "%+d\n".formatted(off.toSeconds()));
    }

    private static Optional<Path> library() {
        return PLACES.stream()
                .filter(Files::isDirectory)
                .flatMap(ClockSteps::folders)
                .map(folder -> folder.resolve("faketime").resolve(LIBRARY))
                .filter(Files::isReadable)
                .findFirst();
    }

    /** It, and those in it: each architecture has one of its own. */
    private static Stream<Path> folders(Path place) {
        try (Stream<Path> inside = Files.list(place)) {
            return Stream.concat(Stream.of(place), inside.filter(Files::isDirectory)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
