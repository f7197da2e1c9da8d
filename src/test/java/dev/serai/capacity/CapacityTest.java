package dev.serai.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulation against cases that were computed by hand, and the document against the simulation. */
class CapacityTest {

    private static final Demand STEADY = new Demand(100, 1, 0);

    @Test
    void a_plant_with_enough_to_spare_keeps_nothing_waiting() {
        assertThat(Day.of(STEADY, 200, List.of())).isEqualTo(new Day(0, 0, 0, 0));
    }

    @Test
    void an_outage_waits_in_the_broker_and_is_caught_up_at_the_rate_that_is_left() {
        // 600 s at 100 a second wait; 100 a second more than what arrives are carried, so that takes 600 s
        assertThat(Day.of(STEADY, 200, List.of(new Outage(1_000, 600, 0)))).isEqualTo(new Day(60_000, 600, 0, 599));
    }

    @Test
    void a_plant_that_is_too_small_never_catches_up() {
        // 20 a second stay behind all day
        Day day = Day.of(STEADY, 80, List.of());
        assertThat(day.peakQueue()).isEqualTo(20L * Demand.DAY);
        assertThat(day.caughtUpAfter()).isEqualTo(-1);
    }

    @Test
    void the_weaker_part_of_a_plant_counts() {
        assertThat(new Plant(3, 100, 1, 250).rate()).isEqualTo(250);
        assertThat(new Plant(3, 100, 2, 250).without(1).rate()).isEqualTo(200);
        assertThat(Plant.of(new Demand(1_000, 1, 0.2), 0.5, 400, 1_000)).isEqualTo(new Plant(5, 400, 2, 1_000));
    }

    @Test
    void a_bill_adds_up() {
        Bill bill = Bill.of(
                new Demand(1_000, 1, 0),
                new Plant(2, 1, 1, 1),
                1,
                new Bill.Prices(0.1, 1, 0.02, 0.1, 0.005, 10, 100, 30, 1_000));
        // 730 hours; 86.4 million messages a day
        assertThat(bill.machines()).isCloseTo(729.6 * 1.3, within(0.01));
        assertThat(bill.raw()).isCloseTo(6.3072, within(0.0001));
        assertThat(bill.tables()).isCloseTo(25.92, within(0.001));
        assertThat(bill.requests()).isCloseTo(13.1328, within(0.0001));
    }

    @Test
    void the_document_quotes_what_the_simulation_says() throws Exception {
        String document = Files.readString(Path.of("docs/design-at-scale.md"));
        for (String table : Capacity.text().split("\n\n")) {
            assertThat(document).contains(table.strip());
        }
    }
}
