package dev.serai.prove;

import static dev.serai.prove.Fault.Place.APPLICATION;
import static dev.serai.prove.Fault.Place.S3;

import java.util.List;

/** Faults that are known and cannot be injected yet, each with the reason. */
final class NotRun {

    private NotRun() {}

    static List<Fault> all() {
        return List.of(
                Fault.notRun(
                        APPLICATION,
                        "clock-steps",
                        "the clock of the machine steps back and ahead",
                        "the clock cannot be set for one process alone; readings a day ahead and two hours late are run"),
                Fault.notRun(
                        APPLICATION,
                        "application-disk-full",
                        "the disk of the application is full",
                        "not built: only an archive under way uses it"),
                Fault.notRun(
                        S3, "s3-disk-full", "the disk of S3 is full", "not built: S3 answers 500 then, see s3-500"));
    }
}
