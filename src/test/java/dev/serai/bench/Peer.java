package dev.serai.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Another program that does a part of the same, with a configuration in {@code src/test/bench/}. Immutable.
 *
 * @param name what people call it
 * @param programs the names it may have, in the order in which they are looked for
 * @param arguments after its name
 */
record Peer(String name, List<String> programs, List<String> arguments) {

    static final Path FILES = Path.of("src/test/bench");

    static final Peer TELEGRAF = new Peer(
            "telegraf",
            List.of("telegraf"),
            List.of("--config", FILES.resolve("telegraf.conf").toString()));
    static final Peer CONNECT = new Peer(
            "redpanda-connect",
            List.of("redpanda-connect"),
            List.of("run", FILES.resolve("redpanda-connect.yaml").toString()));
    static final Peer RPK = new Peer(
            "rpk",
            List.of("rpk"),
            List.of("connect", "run", FILES.resolve("redpanda-connect.yaml").toString()));
    static final Peer BENTO = new Peer(
            "bento",
            List.of("bento"),
            List.of("-c", FILES.resolve("redpanda-connect.yaml").toString()));
    static final Peer SCRIPT = new Peer(
            "python3",
            List.of("python3"),
            List.of(FILES.resolve("mongo_to_postgres.py").toString()));

    /** How it is started; nothing where it is not on that path. */
    Optional<List<String>> command(String path) {
        return programs.stream()
                .flatMap(program -> Stream.of(path.split(":", -1)).map(folder -> Path.of(folder, program)))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst()
                .map(program -> Stream.concat(Stream.of(program.toString()), arguments.stream())
                        .toList());
    }

    /** What is said of it where it is not there. */
    String notRun() {
        return "not run: %s is not on the PATH".formatted(name);
    }
}
