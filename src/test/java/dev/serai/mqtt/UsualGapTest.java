package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UsualGapTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void before_the_first_message_nothing_is_usual_and_nothing_is_silent() {
        UsualGap gap = new UsualGap(10, Duration.ofSeconds(1), 0);
        assertThat(gap.isNewSilence(1_000 * SECOND)).isFalse();
    }

    @Test
    void so_many_times_the_usual_gap_is_a_silence_once_until_messages_come_again() {
        UsualGap gap = new UsualGap(10, Duration.ofSeconds(1), 0);
        for (int i = 1; i <= 100; i++) {
            gap.arrived(5, i * 10 * SECOND);
        }
        long last = 1_000 * SECOND;
        assertThat(gap.usual()).isEqualTo(Duration.ofSeconds(2));
        assertThat(gap.isNewSilence(last + 19 * SECOND)).isFalse();
        assertThat(gap.isNewSilence(last + 21 * SECOND)).isTrue();
        assertThat(gap.since(last + 21 * SECOND)).isEqualTo(Duration.ofSeconds(21));
        assertThat(gap.isNewSilence(last + 500 * SECOND)).isFalse();
        gap.arrived(1, last + 600 * SECOND);
        assertThat(gap.isNewSilence(last + 2_000 * SECOND)).isTrue();
    }

    @Test
    void no_shorter_time_than_the_floor_is_a_silence() {
        UsualGap gap = new UsualGap(10, Duration.ofSeconds(30), 0);
        gap.arrived(100_000, SECOND);
        assertThat(gap.isNewSilence(30 * SECOND)).isFalse();
        assertThat(gap.isNewSilence(32 * SECOND)).isTrue();
    }

    @Test
    void while_nothing_can_come_there_is_no_silence() {
        UsualGap gap = new UsualGap(10, Duration.ofSeconds(1), 0);
        gap.arrived(10, SECOND);
        gap.notListening(3_600 * SECOND);
        assertThat(gap.isNewSilence(3_600 * SECOND + SECOND / 2)).isFalse();
    }

    @Test
    void a_factor_of_0_is_never() {
        UsualGap gap = new UsualGap(0, Duration.ofSeconds(1), 0);
        gap.arrived(10, SECOND);
        assertThat(gap.isNewSilence(1_000_000 * SECOND)).isFalse();
    }
}
