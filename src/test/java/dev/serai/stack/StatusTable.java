package dev.serai.stack;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The processes as a table for people. Stateless. */
final class StatusTable {

    private static final String ROW = "%-11s %-8s %-21s %-8s %-8s %s%n";
    private static final long KB_PER_MB = 1024;

    private StatusTable() {}

    /** Prints it; yields whether all are healthy. */
    static boolean print(List<Component> components, PrintStream out) {
        out.printf(ROW, "process", "pid", "since", "healthy", "memory", "address");
        boolean all = true;
        for (Component component : components) {
            Optional<ProcessHandle> process = component.process();
            boolean healthy = component.isHealthy();
            all &= healthy;
            out.printf(
                    ROW,
                    component.name(),
                    process.map(handle -> Long.toString(handle.pid())).orElse("-"),
                    process.flatMap(PidFile::begin)
                            .map(begin -> begin.truncatedTo(ChronoUnit.SECONDS))
                            .map(Instant::toString)
                            .orElse("-"),
                    healthy ? "yes" : "no",
                    process.flatMap(StatusTable::memory).orElse("-"),
                    component.address());
        }
        return all;
    }

    /** Resident memory, where the system tells it in files: Linux. */
    private static Optional<String> memory(ProcessHandle process) {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / KB_PER_MB + " MB")
                    .findFirst();
        } catch (IOException ended) {
            return Optional.empty();
        }
    }
}
