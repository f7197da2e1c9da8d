package dev.serai.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code make clean} deletes the volumes of the containers only after a yes. A script that notes its arguments is Docker. */
class CleanTest {

    @TempDir
    private Path project;

    @BeforeEach
    void copy() throws IOException {
        Files.createDirectories(project.resolve("docker"));
        Files.createDirectories(project.resolve("src"));
        Files.createDirectories(project.resolve("target"));
        Files.copy(Path.of("Makefile"), project.resolve("Makefile"));
        Files.copy(Path.of("docker/compose.sh"), project.resolve("docker/compose.sh"));
        Path docker = project.resolve("docker/docker");
        Files.writeString(docker, "#!/bin/sh\necho \"$@\" >> " + project.resolve("calls") + "\n");
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"n\n", "\n", ""})
    void nothing_is_deleted_without_a_yes(String answer) throws Exception {
        assertThat(clean(answer)).isNotZero();
        assertThat(project.resolve("calls")).doesNotExist();
        assertThat(project.resolve("target")).exists();
    }

    @Test
    void a_yes_deletes_the_volumes() throws Exception {
        assertThat(clean("y\n")).isZero();
        assertThat(project.resolve("calls")).content().contains("down --volumes");
        assertThat(project.resolve("target")).doesNotExist();
    }

    private int clean(String answer) throws IOException, InterruptedException {
        ProcessBuilder make = new ProcessBuilder("make", "-s", "clean", "STACK=docker")
                .directory(project.toFile())
                .redirectInput(
                        Files.writeString(project.resolve("answer"), answer).toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        make.environment().merge("PATH", project.resolve("docker").toString(), (path, first) -> first + ":" + path);
        make.environment().remove("YES");
        make.environment().remove("MAKEFLAGS");
        return make.start().waitFor();
    }
}
