package dev.serai.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code make prove}: a loss is found, and two quick faults lose nothing. */
@WithStack
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@Tag("long")
class ProveTest {

    private static final int PER_SECOND = 100;
    private static final List<String> QUICK = List.of("broker-cut", "postgres-answer-lost");

    @Test
    void a_consumer_that_acknowledges_too_early_is_found_out_and_faults_lose_nothing(
            LocalStack stack, @TempDir Path directory) throws Exception {
        Map<String, Fault> faults = Prove.faults(Duration.ofSeconds(1)).stream()
                .collect(Collectors.toMap(Fault::name, Function.identity()));
        try (Site site = new Site(stack, directory, new Random(1), PER_SECOND, 1)) {
            site.startApplication();
            Drill drill = new Drill(site, 1, line -> {});
            for (String name : QUICK) {
                Verdict verdict = drill.run(List.of(faults.get(name)));

                assertThat(verdict.isGood())
                        .as("%s %s", verdict, verdict.remarks())
                        .isTrue();
                assertThat(verdict.tally().acknowledged()).isPositive();
            }
            site.processes.kill();

            Verdict broken = new SelfTest(site, directory).broken();

            assertThat(broken.isGood()).as("%s %s", broken, broken.remarks()).isTrue();
            assertThat(broken.tally().lost()).isPositive();
        }
    }
}
