package dev.serai.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.batch.Batch;
import dev.serai.mqtt.MessageBatch;
import dev.serai.mqtt.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a declaration makes of records, and what is wrong with declarations. */
class DeclaredRecordsTest {

    private static final String DECLARATION = """
            record: flow
            table: energy.flow
            key: [measured_at]
            watermark: _id
            fields:
              measured_at: {from: Datetime, type: instant, zone: UTC}
              kwh: {from: AT_CH_kWh, type: number, unit: kWh, least: 0, most: 10}
              city: {from: place.city, type: text}
              source_id: {from: _id, type: text}
            """;

    @Test
    void fields_become_columns_and_what_is_not_there_becomes_null() {
        Batch batch = read("""
                [{"Datetime": "2026-11-21T06:00:00", "AT_CH_kWh": 0.210, "place": {"city": "Oslo"}, "other": []},
                 {"_id": {"$oid": "65f0c0ff0000000000000002"}, "Datetime": "2026-11-21 07:00:00.5+01:00"},
                 {"_id": {"$oid": "65f0c0ff0000000000000001"}, "Datetime": {"$date": "2026-11-21T06:00:02Z"}, "AT_CH_kWh": null}]""");

        assertThat(batch.rejected()).isEqualTo("[]");
        assertThat(batch.rows())
                .contains(
                        "{\"measured_at\":\"2026-11-21T06:00:00Z\",\"kwh\":0.21,\"city\":\"Oslo\",\"source_id\":null,\"position\":0}",
                        "{\"measured_at\":\"2026-11-21T06:00:00.500Z\",\"kwh\":null,\"city\":null,\"source_id\":\"65f0c0ff0000000000000002\",\"position\":1}",
                        "\"measured_at\":\"2026-11-21T06:00:02Z\"");
        assertThat(batch.parameters()).containsEntry("watermark", "65f0c0ff0000000000000002");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"AT_CH_kWh": 1}                          | FLOW_DATETIME_MISSING  | 'Datetime' must be a time such as 2026-11-21T06:00:00, was nothing
            {"Datetime": "yesterday"}                 | FLOW_DATETIME_INVALID  | was "yesterday"
            {"Datetime": 1795185148}                  | FLOW_DATETIME_INVALID  | was 1795185148
            {"Datetime": "2026-02-30T06:00:00"}       | FLOW_DATETIME_INVALID  | was "2026-02-30T06:00:00"
            {"Datetime": "2026-11-21T06:00:00", "AT_CH_kWh": "1"} | FLOW_AT_CH_KWH_INVALID | a number of kWh such as 12.5, 0 at least, 10 at most, was "1"
            {"Datetime": "2026-11-21T06:00:00", "AT_CH_kWh": -1}  | FLOW_AT_CH_KWH_INVALID | was -1
            {"Datetime": "2026-11-21T06:00:00", "AT_CH_kWh": 11}  | FLOW_AT_CH_KWH_INVALID | was 11
            {"Datetime": "2026-11-21T06:00:00", "place": "Oslo"}  | FLOW_PLACE_INVALID     | 'place' must be an object
            7                                         | FLOW_NOT_AN_OBJECT     | must be a JSON object, was 7
            """)
    void a_record_that_is_not_as_declared_is_rejected_alone(String record, String code, String said) {
        Batch batch = read("[%s, {\"Datetime\": \"2026-11-21T06:00:00\"}]".formatted(record));

        assertThat(batch.read()).isEqualTo(2);
        assertThat(batch.rows()).contains("\"position\":1").doesNotContain("\"position\":0");
        assertThat(batch.rejected()).contains(code, said.replace("\"", "\\\""));
    }

    @Test
    void messages_are_landed_as_they_came_and_one_that_is_no_json_is_rejected_alone() {
        byte[] landed = LandedMessages.land(
                new MessageBatch(List.of(
                        message("{\"Datetime\": \"2026-11-21T06:00:00\", \"secret\": 1}"
                                .getBytes(StandardCharsets.UTF_8)),
                        message("{cut".getBytes(StandardCharsets.UTF_8)),
                        message(new byte[] {(byte) 0xff, 0x01}),
                        message(new byte[0]))),
                "");

        assertThat(new String(landed, StandardCharsets.UTF_8))
                .contains(
                        "\"topic\":\"flows\",\"received_at\":\"2026-11-21T06:00:05Z\"",
                        "\"payload\":\"{\\\"Datetime\\\": \\\"2026-11-21T06:00:00\\\", \\\"secret\\\": 1}\"",
                        "\"payload_base64\":\"/wE=\"");
        Batch batch = read(new String(landed, StandardCharsets.UTF_8));
        assertThat(batch.read()).isEqualTo(4);
        assertThat(batch.fault()).isNull();
        assertThat(batch.rows()).contains("\"position\":0").doesNotContain("\"position\":1");
        assertThat(batch.rejected()).contains("\"payload\":\"\\\"{cut\\\"\"", "\\\"/wE=\\\"");
    }

    @Test
    void sensitive_fields_of_a_message_are_not_landed() {
        byte[] landed = LandedMessages.land(
                new MessageBatch(
                        List.of(message("{\"a\": 1, \"Password\": \"hush\"}".getBytes(StandardCharsets.UTF_8)))),
                "password, token");

        assertThat(new String(landed, StandardCharsets.UTF_8))
                .contains("\\\"Password\\\": null")
                .doesNotContain("hush");
    }

    @Test
    void an_answer_that_is_cut_keeps_what_is_whole() {
        Batch batch = read("[{\"Datetime\": \"2026-11-21T06:00:00\"}, {\"Datetime\": ");

        assertThat(batch.rows()).contains("\"position\":0");
        assertThat(Objects.requireNonNull(batch.fault()).code()).isEqualTo("ANSWER_CUT_OR_BROKEN");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            record: flow             | record: Flow Of        | 1 | 'record' must be a word for one record such as flow, was 'Flow Of'
            table: energy.flow       | table: flow            | 2 | 'table' must be a table with its schema such as energy.flow, was 'flow'
            key: [measured_at]       | key: [measure_at]      | 3 | the key 'measure_at' is none of the fields; did you mean 'measured_at'?
            key: [measured_at]       | keys: [measured_at]    | 3 | there is no 'keys' here; did you mean 'key'?
            type: number             | type: numbr            | 7 | there is no type 'numbr'; did you mean 'number'?
            type: number             | typ: number            | 7 | a field has no 'typ'; did you mean 'type'?
            zone: UTC                | zone: Europe/Zurich    | 6 | 'Europe/Zurich' is no fixed offset; UTC or +01:00
            least: 0                 | least: none            | 7 | 'least' cannot be 'none'; a number such as 0
            type: text}              | type: text, most: 3}   | 8 | only numbers have a 'most'
            type: text}              | type: text, required: yes} | 8 | 'required' cannot be 'yes'; true or false
            city:                    | City:                  | 8 | 'City' cannot be the name of a column here
            city:                    | run_id:                | 8 | 'run_id' cannot be the name of a column here
            fields:                  | "fields: ["            | 7 | this is no YAML
            """)
    void a_mistake_in_a_declaration_is_named_with_its_line(String before, String after, int line, String said) {
        DeclarationReader reader = new DeclarationReader();

        assertThat(reader.read(DECLARATION.replace(before, after.replace("\"", ""))))
                .isNull();
        assertThat(reader.mistakes()).anySatisfy(mistake -> assertThat(
                        "%d %s; %s".formatted(mistake.line(), mistake.wrong(), mistake.right()))
                .startsWith(line + " ")
                .contains(said));
    }

    private static Batch read(String records) {
        RecordDeclaration declaration = new DeclarationReader().read(DECLARATION);
        return new DeclaredRecords(Objects.requireNonNull(declaration)).read(records.getBytes(StandardCharsets.UTF_8));
    }

    private static ReceivedMessage message(byte[] payload) {
        return new ReceivedMessage("flows", payload, Instant.parse("2026-11-21T06:00:05Z"), false);
    }
}
