package dev.serai.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void defaults_count_and_the_environment_wins() {
        Settings settings = Settings.load(Map.of("USERS_API_SIZE", " 7 ", "HOME", "/home/ada"), List.of());

        assertThat(settings.number("users.api.size")).isEqualTo(7);
        assertThat(settings.text("users.schedule")).isEqualTo("0 0/2 * * * ?");
        assertThat(settings.address("postgres.url").getPort()).isEqualTo(15_432);
    }

    @Test
    void every_mistake_is_named_at_once() {
        Map<String, String> environment = Map.of(
                "USERS_API_SIZE", "many",
                "PAGE_PORT", "99999",
                "USERS_SCHEDULE", "every day",
                "USERS_API_ULR", "http://127.0.0.1",
                "S3_ENDPOINT", "localhost");

        assertThatThrownBy(() -> Settings.load(environment, List.of("postgres.password")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("6 mistakes in the settings")
                .hasMessageContaining("USERS_API_SIZE must be a whole number from 1 to 100, was \"many\"")
                .hasMessageContaining("PAGE_PORT must be a whole number from 1 to 65535, was \"99999\"")
                .hasMessageContaining(
                        "USERS_SCHEDULE must be a Quartz cron expression such as \"0 0/2 * * * ?\" (every 2 minutes), was \"every day\"")
                .hasMessageContaining("USERS_API_ULR is no setting; did you mean USERS_API_URL?")
                .hasMessageContaining(
                        "S3_ENDPOINT must be an address such as http://127.0.0.1:18080, was \"localhost\"")
                .hasMessageContaining("postgres.password is missing: set the environment variable POSTGRES_PASSWORD");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    USER_SIGN_UPS_PER_SCALED_DAY   | 0.5        | many       | a number such as 10
                    REAL_TIME_SECONDS_IN_A_DAY     | 60         | 0          | a whole number from 1 to 86400
                    TIME_BETWEEN_CRON_JOBS         | 5          | 86401      | a whole number from 1 to 86400
                    COMPANY_START_DATE             | 2021-02-28 | 2021-02-29 | a day such as 2020-06-01
                    SIMULATORS_COMMUNITY_MOST_USERS| 0          | -1         | a whole number from 0 to
                    """)
    void the_simulated_community_is_set_as_in_the_original(String name, String good, String bad, String expected) {
        assertThat(Settings.load(Map.of(name, good), List.of()).toString()).contains(" = " + good + "\n");
        assertThatThrownBy(() -> Settings.load(Map.of(name, bad), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(name + " must be " + expected)
                .hasMessageContaining("was \"" + bad + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "USERS_API_URL,        file://localhost/etc/passwd, http://",
        "ADS_API_URL,          class://java.lang.Runtime,   http://",
        "USERS_API_URL,        exec://host/sh,              http://",
        "S3_ENDPOINT,          file://localhost/etc/passwd, http://",
        "SENSORS_MQTT_URL,     local://localhost/etc,       tcp://",
        "POSTGRES_URL,         jdbc:h2://localhost/x,       jdbc:postgresql://",
        "COMMUNITY_MONGO_URL,  file://localhost/etc/passwd, mongodb://",
        "USERS_LANDING,        file:///etc/,                a bucket and prefix"
    })
    void an_address_leads_to_nothing_but_what_it_is_for(String name, String bad, String expected) {
        assertThatThrownBy(() -> Settings.load(Map.of(name, bad), List.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(name + " must be ")
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({"S3_BUCKET", "POSTGRES_DB", "HTTP_PROXY", "PAGER", "USERS", "SIMULATORS_ARE_FUN"})
    void variables_of_other_programs_are_left_alone(String name) {
        assertThat(Settings.load(Map.of(name, "x"), List.of()).keys()).isNotEmpty();
    }

    @Test
    void secrets_are_not_shown() {
        Settings settings = Settings.load(
                Map.of(
                        "POSTGRES_PASSWORD", "s3cret",
                        "S3_SECRET_KEY", "s3cret",
                        "COMMUNITY_MONGO_URL", "mongodb://serai:s3cret@127.0.0.1/"),
                List.of());

        assertThat(settings.toString())
                .doesNotContain("s3cret")
                .contains("postgres.password = ********")
                .contains("users.api.size = 5");
    }
}
