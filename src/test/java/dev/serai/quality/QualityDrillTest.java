package dev.serai.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.Hub;
import dev.serai.simulators.Failure;
import dev.serai.simulators.FailureKind;
import dev.serai.stack.LocalStack;
import dev.serai.stack.WithStack;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The short drill: every fault of an answer is noticed, and one that nothing looks for is missed. */
@WithStack
class QualityDrillTest {

    @Test
    void no_fault_of_an_answer_is_missed_and_a_drill_can_miss_one(LocalStack stack) throws Exception {
        Fault harmless = new Fault(
                "users",
                Failure.of(FailureKind.DUPLICATE_ID, 1),
                "an id twice",
                Fault.Sign.CHECK,
                "users.profile.uid.duplicate");
        Fault always = new Fault(
                "users",
                Failure.of(FailureKind.HTML, 1),
                "an error page",
                Fault.Sign.CHECK,
                "users.profile.position-in-country");
        try (Hub hub = new Hub(stack, QualityDrill.SETTINGS)) {
            QualityDrill drill = new QualityDrill(hub);

            assertThat(drill.run(Fault.ofAnswers())).noneMatch(QualityDrill.Verdict::isMissed);
            List<QualityDrill.Verdict> missed = drill.run(List.of(harmless, always));
            assertThat(missed).allMatch(QualityDrill.Verdict::isMissed);
            assertThat(missed.get(1).says()).startsWith("it looks the same without the fault: ");
        }
    }
}
