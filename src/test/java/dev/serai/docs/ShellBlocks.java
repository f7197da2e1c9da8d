package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The commands of a document, word for word, in a copy of the project beside a hub that a test runs. */
public final class ShellBlocks {

    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    private final Path project;
    private final Map<String, String> environment;
    private final List<String> blocks;

    /**
     * Makes the copy ready.
     *
     * @param document such as docs/tutorial-new-pipeline.md
     * @param project a folder with routes/ in it
     * @param hub the environment of the hub that runs with those routes
     * @param settings those of the same hub
     * @param throwAway a database for {@code make validate}
     */
    public ShellBlocks(Path document, Path project, Map<String, String> hub, Settings settings, String throwAway)
            throws IOException {
        this.project = project;
        environment = new TreeMap<>(hub);
        blocks = BLOCK.matcher(Files.readString(document))
                .results()
                .map(block -> block.group(1))
                .toList();
        Files.copy(Path.of("Makefile"), project.resolve("Makefile"));
        Files.copy(Path.of("pom.xml"), project.resolve("pom.xml"));
        Files.createDirectories(project.resolve("src"));
        Files.createDirectories(project.resolve("target"));
        Files.createDirectories(project.resolve(".serai"));
        Files.writeString(project.resolve(".serai/stack.jar"), ""); // what make looks for before it asks a hub
        Path launcher = project.resolve("launcher.sh");
        Files.writeString(launcher, launcher(settings, throwAway));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(project.resolve("target/built"), "");
        environment.put("STACK", "local");
        environment.put("MAKEFLAGS", " -- LAUNCHER=%s LOCAL_LAUNCHER=%s".formatted(launcher, launcher));
    }

    /** What the launcher of the local stack does, for a hub that is none of its own. */
    private static String launcher(Settings settings, String throwAway) {
        String java = "exec '%s' -XX:TieredStopAtLevel=1 -cp '%s' dev.serai.Serai"
                .formatted(
                        ProcessHandle.current().info().command().orElse("java"), System.getProperty("java.class.path"));
        URI postgres = settings.address("postgres.url");
        return """
                #!/bin/sh
                case "$1" in
                exec) shift; %s "$@" ;;
                validate) export POSTGRES_URL='%s'; %s validate throw-away ;;
                status) ;;
                env) echo "export PGHOST=%s PGPORT=%d PGDATABASE=%s PGUSER=%s PGPASSWORD='%s' SERAI_URL=http://127.0.0.1:%s" ;;
                esac
                """.formatted(
                        java,
                        throwAway,
                        java,
                        postgres.getHost(),
                        postgres.getPort(),
                        postgres.getPath().substring(1),
                        settings.text("postgres.user"),
                        settings.text("postgres.password"),
                        settings.text("page.port"));
    }

    public int size() {
        return blocks.size();
    }

    /** The lines of all blocks. */
    public List<String> lines() {
        return blocks.stream().flatMap(String::lines).toList();
    }

    /** Runs one block as a shell would, stopping at the first command that fails; yields what it printed. */
    public String run(int index) throws IOException, InterruptedException {
        return run(blocks.get(index));
    }

    /** The same for any commands. */
    public String run(String commands) throws IOException, InterruptedException {
        Path output = project.resolve("block.out");
        ProcessBuilder shell = new ProcessBuilder("bash", "-e", "-o", "pipefail", "-c", commands)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().keySet().removeIf(name -> name.startsWith("MAVEN_") || name.startsWith("MAKE"));
        shell.environment().putAll(environment);
        int exit = shell.start().waitFor();
        String printed = Files.readString(output);
        assertThat(exit).as("%s%n%s", commands, printed).isZero();
        return printed;
    }

    /** Copies a folder. */
    public static void copy(Path from, Path to) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> below = Files.walk(from)) {
            below.filter(Files::isRegularFile).forEach(files::add);
        }
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }
}
