package dev.serai.simulators;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The sensors by a clock that a test moves. */
class SensorStationTest {

    private static final List<SimulatedSensor> SENSORS =
            List.of(new SimulatedSensor("North", -3, 3), new SimulatedSensor("South", 0, 45));

    private final Failures failures = new Failures();
    private final RecordsPerCall rate = new RecordsPerCall(1);
    private long nanos;
    private Instant now = Instant.parse("2026-11-20T12:00:00.000500Z");

    @Test
    void a_seed_repeats_its_values() {
        assertThat(values(station(1), 500)).isEqualTo(values(station(1), 500)).isNotEqualTo(values(station(2), 500));
    }

    @Test
    void values_walk_by_one_at_most_within_the_range() {
        List<Integer> north = values(station(3), 2_000);
        assertThat(north).allSatisfy(value -> assertThat(value).isBetween(-3, 3));
        assertThat(north).contains(-3, 3);
        for (int i = 1; i < north.size(); i++) {
            assertThat(Math.abs(north.get(i) - north.get(i - 1))).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void a_thousand_periods_are_a_thousand_and_two_and_a_half_seconds() {
        SensorStation station = station(1);
        int messages = 0;
        for (int ms = 0; ms < 1_002_500; ms += 20) {
            messages += station.due().size();
            pass(Duration.ofMillis(20));
        }
        assertThat(messages).isEqualTo(1_000 * SENSORS.size());
    }

    @Test
    void the_rate_counts_from_the_next_reading_on() {
        SensorStation station = station(1);
        station.due();
        rate.set(1_000);
        pass(Duration.ofMillis(20));
        assertThat(station.due()).hasSize(19 * SENSORS.size()).doesNotHaveDuplicates();
    }

    @Test
    void what_nobody_asked_for_was_not_measured() {
        SensorStation station = station(1);
        station.due();
        pass(Duration.ofHours(1));
        assertThat(station.due()).hasSize(SENSORS.size());
    }

    @Test
    void a_zero_fraction_is_left_out() {
        assertThat(station(1).due())
                .extracting(SensorMessage::payload)
                .anyMatch(payload -> payload.contains("\"dt\":\"2026-11-20T12:00:00\""))
                .anyMatch(payload -> payload.contains("\"dt\":\"2026-11-20T12:00:00.000500\""));
    }

    @Test
    void a_gap_lasts_as_long_as_it_is_told_to() {
        SensorStation station = station(1);
        failures.arm("sensors", Failure.of(FailureKind.GAP, 1).withDelayMs(30_000));
        int silent = 0;
        while (station.due().isEmpty()) {
            silent++;
            pass(Duration.ofMillis(20));
        }
        assertThat(Duration.ofMillis(20L * silent)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(32));
    }

    private SensorStation station(long seed) {
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        return new SensorStation(SENSORS, failures, rate, new SplittableRandom(seed), clock, () -> nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        now = now.plus(time);
    }

    /** What the first sensor measures. */
    private List<Integer> values(SensorStation station, int count) {
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            station.due().stream()
                    .map(SensorMessage::payload)
                    .filter(payload -> payload.contains("North"))
                    .map(payload -> Integer.parseInt(payload.replaceAll(".*:(-?\\d+)}", "$1")))
                    .forEach(values::add);
            pass(Duration.ofMillis(1_003));
        }
        return values;
    }
}
