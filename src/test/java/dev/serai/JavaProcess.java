package dev.serai;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A class of this build in a Java process of its own, which a test may kill. Stateless. */
public final class JavaProcess {

    private JavaProcess() {}

    /**
     * The process, not started yet; what it says is appended to a file.
     *
     * @param flags of the JVM, beside a small collector
     */
    public static ProcessBuilder of(Class<?> main, Path log, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }
}
