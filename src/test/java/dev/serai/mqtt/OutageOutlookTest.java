package dev.serai.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageOutlookTest {

    private static final long MINUTE = 60_000_000_000L;
    private static final Duration PERIOD = Duration.ofMinutes(1);

    @Test
    void a_queue_for_less_than_ten_minutes_is_named_with_its_seconds() {
        OutageOutlook outlook = new OutageOutlook(1_000, PERIOD, 0);
        outlook.arrived(300);
        assertThat(outlook.warning(MINUTE / 2)).isEmpty();
        assertThat(outlook.warning(MINUTE))
                .contains("keeps 1000 messages", "at the present 5 a second", "an outage of 200 seconds");
    }

    @Test
    void one_for_ten_minutes_is_enough() {
        OutageOutlook outlook = new OutageOutlook(3_000, PERIOD, 0);
        outlook.arrived(300);
        assertThat(outlook.warning(MINUTE)).isEmpty();
    }

    @Test
    void a_limit_that_turns_out_later_counts_from_then_on() {
        OutageOutlook outlook = new OutageOutlook(0, PERIOD, 0);
        outlook.arrived(300);
        assertThat(outlook.warning(MINUTE)).isEmpty();
        outlook.limitedTo(1_000);
        outlook.arrived(600);
        assertThat(outlook.warning(2 * MINUTE))
                .contains("keeps 1000 messages", "at the present 5 a second", "an outage of 200 seconds");
    }

    @Test
    void no_limit_is_no_limit() {
        OutageOutlook outlook = new OutageOutlook(0, PERIOD, 0);
        outlook.arrived(1_000_000);
        assertThat(outlook.warning(MINUTE)).isEmpty();
    }

    @Test
    void a_backlog_that_comes_in_is_not_taken_for_the_rate_of_the_source() {
        OutageOutlook outlook = new OutageOutlook(100_000, PERIOD, 0);
        outlook.arrived(300);
        assertThat(outlook.warning(MINUTE)).isEmpty();
        outlook.arrived(5_000_000);
        assertThat(outlook.warning(2 * MINUTE)).isEmpty();
    }

    @Test
    void the_rate_is_known_after_a_period_and_without_a_limit_too() {
        OutageOutlook outlook = new OutageOutlook(0, PERIOD, 0);
        outlook.arrived(300);
        assertThat(outlook.warning(MINUTE / 2)).isEmpty();
        assertThat(outlook.rate()).isEmpty();

        assertThat(outlook.warning(MINUTE)).isEmpty();

        assertThat(outlook.rate()).hasValue(5);
        assertThat(outlook.queueLimit()).isZero();
    }

    @Test
    void time_without_listening_does_not_make_the_source_slower() {
        OutageOutlook outlook = new OutageOutlook(1_000, PERIOD, 0);
        outlook.arrived(300);
        assertThat(outlook.warning(MINUTE)).contains("200 seconds");

        outlook.notListening(20 * MINUTE);
        assertThat(outlook.warning(20 * MINUTE + MINUTE / 2)).contains("200 seconds");

        outlook.arrived(300);
        assertThat(outlook.warning(21 * MINUTE)).contains("200 seconds");
        assertThat(outlook.rate()).hasValue(5);
    }
}
