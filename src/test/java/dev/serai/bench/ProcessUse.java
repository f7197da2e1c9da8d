package dev.serai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process uses of the machine, as Linux says it. Immutable. */
record ProcessUse(long pid) {

    private static final int TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int CHILDREN_TICKS = 14;

    /** Largest resident memory so far, MB; -1 where the system does not say it. */
    long peakMegabytes() throws IOException {
        return megabytes("VmHWM");
    }

    /** Resident memory now, MB; -1 where the system does not say it. */
    long residentMegabytes() throws IOException {
        return megabytes("VmRSS");
    }

    private long megabytes(String field) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.isReadable(status)) {
            return -1;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(-1L);
        }
    }

    /** Processor time used so far by it and all its children, those that have ended included; seconds. */
    double cpuSeconds() throws IOException {
        double sum = seconds(pid, CHILDREN_TICKS);
        List<Long> children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .toList();
        for (long child : children) {
            sum += seconds(child, CHILDREN_TICKS);
        }
        return sum;
    }

    private static double seconds(long pid, int lastField) throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.isReadable(stat)) {
            return Double.NaN;
        }
        String line;
        try {
            line = Files.readString(stat);
        } catch (NoSuchFileException e) {
            return 0; // it has just ended, and counts among the ended children of its parent
        }
        List<String> fields = List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        long ticks = 0;
        for (int i = USER_TICKS; i <= lastField; i++) {
            ticks += Long.parseLong(fields.get(i));
        }
        return ticks / (double) TICKS_PER_SECOND;
    }
}
