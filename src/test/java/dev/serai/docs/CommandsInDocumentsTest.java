package dev.serai.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.serai.Hub;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of README and runbook work as they stand there. */
@WithStack
class CommandsInDocumentsTest {

    private static final Path README = Path.of("README.md");
    private static final Path RUNBOOK = Path.of("docs/runbook.md");
    /** What harms nothing and needs no data: not what starts or stops servers, measures, builds or deletes. */
    private static final Pattern HARMLESS = Pattern.compile(
            "(?:eval .*|curl .*|make (?:run|pause|resume|replay|rebuild|archive-list|archive-query|restore|verify|catalogue|forget)(?: .*)?)");

    /** What runs commands of the runbook by a word of their block. */
    private static final List<Path> RUN_BLOCKS =
            List.of(Path.of("src/test/java/dev/serai/StartIT.java"), Path.of("docker/smoke.sh"));

    private static final Pattern BLOCK_OF = Pattern.compile("runbook(?:\\(\"| ')([^\"']+)[\"']");

    /** Of README: what StartIT and docker/smoke.sh run, what differs by a setting only, and what measures for minutes. */
    private static final Pattern ELSEWHERE = Pattern.compile(
            "make|make (?:start|test|status)|docker compose (?:--profile bi )?up -d|docker/smoke.sh|(?:[A-Z_]+=\\S+ |[A-Z_]+='[^']*' )+make start|make bench.*");

    /** A hub of a test plays the sources that speak HTTP. */
    private static final Pattern OTHER_SIMULATORS = Pattern.compile(".*/simulators/(?:sensors|community).*");

    private static @TempDir Path project;
    private static Hub hub;
    private static ShellBlocks shell;

    @BeforeAll
    static void start(LocalStack stack) throws Exception {
        ShellBlocks.copy(Path.of("routes"), project.resolve("routes"));
        hub = new Hub(stack, Map.of("community.mongo.database", "documents"));
        shell = new ShellBlocks(README, project, hub.environment(), hub.settings(), stack.freshDatabase());
        hub.run("users");
        hub.run("ads");
        // what README puts back has to be in the archive before
        hub.rows("""
                update ads.impression set shown_at = '2026-11-01T12:00:00Z'
                where ad_id in (select ad_id from ads.impression order by ad_id limit 7)""");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void commands_that_harm_nothing_work() throws Exception {
        Set<String> commands = new LinkedHashSet<>();
        for (Path document : List.of(README, RUNBOOK)) {
            commands(Files.readString(document)).stream()
                    .filter(HARMLESS.asMatchPredicate())
                    .filter(line -> !line.contains("…")
                            && !OTHER_SIMULATORS.matcher(line).matches())
                    .forEach(commands::add);
        }
        assertThat(commands).hasSizeGreaterThan(8);

        String simulators = "127.0.0.1:" + hub.settings().text("simulators.port");
        for (String command : commands) {
            shell.run(command.replace("127.0.0.1:18080", simulators)
                    .replace("curl ", "curl --fail --silent --show-error "));
        }

        assertThat(hub.value("select count(*) from ops.dead_letter where code = 'USER_UID_MISSING'"))
                .isNotEqualTo("0");
    }

    @Test
    void no_command_is_run_by_nobody() throws Exception {
        assertThat(commands(Files.readString(README)))
                .allMatch(command -> command.matches(HARMLESS.pattern())
                        || command.matches(ELSEWHERE.pattern())
                        || OTHER_SIMULATORS.matcher(command).matches());

        List<String> words = new ArrayList<>();
        for (Path runner : RUN_BLOCKS) {
            BLOCK_OF.matcher(Files.readString(runner)).results().forEach(call -> words.add(call.group(1)));
        }
        assertThat(Documents.blocks(Files.readString(RUNBOOK), "sh"))
                .allMatch(block -> words.stream().anyMatch(block::contains)
                        || commands("```sh\n%s```".formatted(block)).stream()
                                .allMatch(command -> command.matches(HARMLESS.pattern())));
    }

    private static List<String> commands(String document) {
        return Documents.blocks(document, "sh").stream()
                .flatMap(String::lines)
                .map(line -> line.replaceFirst("\\s+#.*", ""))
                .filter(line -> !line.isBlank())
                .toList();
    }

    static List<String> queries() throws Exception {
        return Documents.blocks(Files.readString(RUNBOOK), "sql");
    }

    @ParameterizedTest
    @MethodSource("queries")
    void the_queries_of_the_runbook_fit_the_schema(String queries) throws Exception {
        try (Connection connection = hub.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThatCode(() -> statement.execute(queries)).doesNotThrowAnyException();
            connection.rollback();
        }
    }

    @Test
    void every_block_for_a_shell_is_one() throws Exception {
        for (Path document : Documents.all()) {
            for (String block : Documents.blocks(Files.readString(document), "sh")) {
                Process bash = new ProcessBuilder("bash", "-n", "-c", block)
                        .redirectErrorStream(true)
                        .start();
                String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(bash.waitFor())
                        .as("%s:%n%s%n%s", document, block, said)
                        .isZero();
            }
        }
    }
}
