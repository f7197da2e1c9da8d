package dev.serai.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be asked for. */
class OptionsTest {

    private static final List<String> NAMES = List.of("self-test", "broker-killed", "s3-500");

    @Test
    void what_is_left_empty_has_its_usual_value() {
        Options options = Options.of(NAMES, "FAULT=", "SEED=7", "SOAK=", "RANDOM=", "OUTAGE=", "NODES=");

        assertThat(options).isEqualTo(new Options(List.of(), 7, 5, Duration.ofSeconds(3), Duration.ZERO, 1));
        assertThat(options.includes("s3-500")).isTrue();
    }

    @Test
    void one_fault_or_some_can_be_chosen() {
        Options options = Options.of(NAMES, "FAULT=broker-killed, s3-500", "OUTAGE=10m", "SOAK=2h", "NODES=3");

        assertThat(options.only()).containsExactly("broker-killed", "s3-500");
        assertThat(options.includes("self-test")).isFalse();
        assertThat(options.combinations()).isZero();
        assertThat(options.outage()).isEqualTo(Duration.ofMinutes(10));
        assertThat(options.soak()).isEqualTo(Duration.ofHours(2));
        assertThat(options.nodes()).isEqualTo(3);
    }

    @Test
    void a_mistake_is_named_with_what_was_expected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.of(NAMES, "FAULT=s3-501"))
                .withMessageContaining("broker-killed")
                .withMessageContaining("was \"s3-501\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.of(NAMES, "SEED=x"))
                .withMessage("SEED must be a whole number of up to 9 digits such as 7, was \"x\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.of(NAMES, "SOAK=2 days"))
                .withMessage("SOAK must be a length such as 90s, 10m or 2h, was \"2 days\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.of(NAMES, "NODES=0"))
                .withMessage("NODES must be a number of processes from 1 to 9 such as 3, was \"0\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.of(NAMES, "SPEED=1"))
                .withMessageContaining("was \"SPEED=1\"");
    }

    @Test
    void what_only_wavers_does_not_grow() {
        assertThat(Soak.grows(50, 60, 20)).isFalse();
        assertThat(Soak.grows(10, 25, 20)).isFalse();
        assertThat(Soak.grows(50, 100, 20)).isTrue();
    }
}
