package dev.serai.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LandingZoneTest {

    private static final UUID RUN = UUID.fromString("01a1fce9-efce-752a-a055-44dc114589cb");

    @Test
    void a_key_has_day_instant_and_run() {
        LandingZone zone = LandingZone.of("s3://user-data/raw/");

        String key = zone.key(Instant.parse("2026-11-21T23:59:59.9996Z"), RUN);

        assertThat(key).isEqualTo("raw/dt=2026-11-21/20261121T235959.999Z-" + RUN + ".json");
        assertThat(zone.address(key)).isEqualTo("s3://user-data/" + key);
    }

    @Test
    void the_order_of_keys_is_the_order_of_runs() {
        LandingZone zone = LandingZone.of("s3://user-data/raw/");

        assertThat(zone.key(Instant.parse("2026-11-21T23:59:59.999Z"), RUN))
                .isLessThan(zone.key(Instant.parse("2026-11-22T00:00:00Z"), RUN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "user-data/raw/",
                "s3://user-data",
                "s3://user-data/raw",
                "s3://User_Data/raw/",
                "http://x/y/"
            })
    void anything_else_is_no_landing_zone(String address) {
        assertThatThrownBy(() -> LandingZone.of(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("such as s3://user-data/raw/");
    }
}
