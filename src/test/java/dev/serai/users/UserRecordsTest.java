package dev.serai.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.serai.batch.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserRecordsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UID = "0b5ae8f3-7f5c-4a19-9c1e-2f4c6a8b0d11";

    private final UserRecords records = new UserRecords();

    @Test
    void a_whole_user_becomes_one_flat_row() throws IOException {
        Batch batch = read("""
                {"id": 17, "uid": "%s", "first_name": "Regina", "last_name": "O'Keefe", "username": "regina.o'keefe",
                 "email": "regina.o'keefe@example.com", "avatar": "https://avatars.example.org/a.png", "gender": "Genderfluid",
                 "phone_number": "+47 22 22 55 55", "date_of_birth": "1984-02-29",
                 "employment": {"title": "Archivist", "key_skill": "Patience"},
                 "address": {"city": "Vadsø", "street_name": "Storgata", "street_address": "5 Storgata", "zip_code": "00123-0001",
                             "state": "Finnmark", "country": "Norway", "coordinates": {"lat": -70.5, "lng": 179.999}},
                 "subscription": {"plan": "Gold", "status": "Active", "payment_method": "Invoice", "term": "Annual"}}""".formatted(UID));

        assertThat(batch.rejected()).isEqualTo("[]");
        assertThat(JSON.readTree(batch.rows())).isEqualTo(JSON.readTree("""
                        [{"position": 0, "uid": "%s", "source_id": 17, "first_name": "Regina", "last_name": "O'Keefe",
                          "username": "regina.o'keefe", "email": "regina.o'keefe@example.com", "gender": "Genderfluid",
                          "date_of_birth": "1984-02-29", "phone_number": "+47 22 22 55 55",
                          "avatar_url": "https://avatars.example.org/a.png", "job_title": "Archivist", "key_skill": "Patience",
                          "street_name": "Storgata", "street_address": "5 Storgata", "city": "Vadsø", "state": "Finnmark",
                          "zip_code": "00123-0001", "country": "Norway", "latitude": -70.5, "longitude": 179.999,
                          "subscription_plan": "Gold", "subscription_status": "Active", "payment_method": "Invoice",
                          "subscription_term": "Annual"}]""".formatted(UID)));
    }

    @Test
    void a_user_with_nothing_but_its_uid_is_a_user() throws IOException {
        JsonNode row = JSON.readTree(
                        read("{\"uid\": \"%s\", \"city\": null}".formatted(UID)).rows())
                .get(0);

        assertThat(row.get("uid").textValue()).isEqualTo(UID);
        assertThat(row.get("city").isNull()).isTrue();
    }

    @Test
    void a_uid_in_upper_case_is_the_same_user() throws IOException {
        JsonNode row = JSON.readTree(read("{\"uid\": \"%s\"}".formatted(UID.toUpperCase(java.util.Locale.ROOT)))
                        .rows())
                .get(0);

        assertThat(row.get("uid").textValue()).isEqualTo(UID);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                    | USER_UID_MISSING | 'uid' must be a UUID such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b, was nothing
                    {"uid": null}                                         | USER_UID_MISSING | was null
                    {"uid": "4711"}                                       | USER_UID_INVALID | was "4711"
                    {"uid": 4711}                                         | USER_UID_INVALID | was 4711
                    {"uid": "UID", "id": "17"}                            | USER_ID_INVALID  | 'id' must be a whole number such as 4711, was "17"
                    {"uid": "UID", "id": 1.5}                             | USER_ID_INVALID  | was 1.5
                    {"uid": "UID", "id": 99999999999}                     | USER_ID_INVALID  | was 99999999999
                    {"uid": "UID", "first_name": 5}                       | USER_FIRST_NAME_INVALID | 'first_name' must be a text such as "Oslo", was 5
                    {"uid": "UID", "first_name": "a\\u0000b"}             | USER_FIRST_NAME_INVALID | without NUL and broken characters
                    {"uid": "UID", "first_name": "\\ud800"}               | USER_FIRST_NAME_INVALID | without NUL and broken characters
                    {"uid": "UID", "date_of_birth": "29.2.1984"}          | USER_DATE_OF_BIRTH_INVALID | 'date_of_birth' must be a date such as 1984-02-29, was "29.2.1984"
                    {"uid": "UID", "date_of_birth": "1983-02-29"}         | USER_DATE_OF_BIRTH_INVALID | was "1983-02-29"
                    {"uid": "UID", "date_of_birth": 446860800}            | USER_DATE_OF_BIRTH_INVALID | was 446860800
                    {"uid": "UID", "date_of_birth": "+12345-01-01"}       | USER_DATE_OF_BIRTH_INVALID | was "+12345-01-01"
                    {"uid": "UID", "address": "Oslo"}                     | USER_ADDRESS_INVALID | 'address' must be an object, was "Oslo"
                    {"uid": "UID", "address": {"coordinates": {"lat": "59.9"}}} | USER_ADDRESS_COORDINATES_LAT_INVALID | must be a number from -90.0 to 90.0, was "59.9"
                    {"uid": "UID", "address": {"coordinates": {"lat": 90.1}}}   | USER_ADDRESS_COORDINATES_LAT_INVALID | was 90.1
                    {"uid": "UID", "address": {"coordinates": {"lng": 1e999}}}  | USER_ADDRESS_COORDINATES_LNG_INVALID | must be a number from -180.0 to 180.0
                    {"uid": "UID", "subscription": [1]}                   | USER_SUBSCRIPTION_INVALID | 'subscription' must be an object, was [1]
                    "just a text"                                         | USER_NOT_AN_OBJECT | user: must be a JSON object, was "just a text"
                    """)
    void a_bad_user_is_rejected_with_field_expectation_and_what_was_seen(String user, String code, String message)
            throws IOException {
        Batch batch = read("[%s, {\"uid\": \"%s\"}]".formatted(user.replace("UID", UID), UID));

        JsonNode rejected = JSON.readTree(batch.rejected());
        assertThat(batch.read()).isEqualTo(2);
        assertThat(batch.fault()).isNull();
        assertThat(rejected).hasSize(1);
        assertThat(rejected.get(0).get("code").textValue()).isEqualTo(code);
        assertThat(rejected.get(0).get("message").textValue()).contains(message);
        assertThat(rejected.get(0).get("payload").textValue()).isEqualTo(user.replace("UID", UID));
        assertThat(JSON.readTree(batch.rows())).hasSize(1);
    }

    @Test
    void all_faults_of_a_user_are_in_one_message() throws IOException {
        Batch batch = read("{\"id\": true, \"gender\": 3}");

        assertThat(JSON.readTree(batch.rejected()).get(0).get("message").textValue())
                .isEqualTo("user: 'uid' must be a UUID such as 1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b, was nothing;"
                        + " 'id' must be a whole number such as 4711, was true;"
                        + " 'gender' must be a text such as \"Oslo\", was 3");
    }

    @Test
    void the_recorded_answers_of_the_real_service_all_load() throws IOException {
        Path samples = Path.of("../shared/fixtures/users");
        assumeTrue(Files.isDirectory(samples), "the recorded answers are not here");

        Batch many = records.read(Files.readAllBytes(samples.resolve("users-20.json")));
        Batch one = records.read(Files.readAllBytes(samples.resolve("user-single-object.json")));

        assertThat(many.read()).isEqualTo(20);
        assertThat(JSON.readTree(many.rows())).hasSize(20);
        assertThat(JSON.readTree(one.rows())).hasSize(1);
        JSON.readTree(many.rows()).forEach(row -> row.properties()
                .forEach(field ->
                        assertThat(field.getValue().isNull()).as(field.getKey()).isFalse()));
    }

    private Batch read(String answer) {
        return records.read(answer.getBytes(StandardCharsets.UTF_8));
    }
}
