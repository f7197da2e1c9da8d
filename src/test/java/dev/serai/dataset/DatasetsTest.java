package dev.serai.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a dataset file yields, and what is said about mistakes in it. */
class DatasetsTest {

    private static final String GOOD = """
            apiVersion: v3.1.0
            kind: DataContract
            id: energy.meter
            name: Meters
            version: 1.2.0
            status: active
            description:
              purpose: To know what is used
              limitations: Estimates are not marked
            team: {name: Energy team}
            source: The meter API
            slaProperties:
              - {property: schedule, value: "{{energy.schedule}}"}
              - {property: freshness, value: 1.5, unit: h}
            schema:
              - name: meter
                physicalName: energy.meter
                physicalType: table
                description: Meters
                dataGranularityDescription: One meter
                properties:
                  - name: meter_id
                    logicalType: string
                    physicalType: text
                    description: Name
                    required: true
                    primaryKey: true
                    classification: internal
                    quality:
                      - {rule: missing, mustBe: 0}
                  - name: power_w
                    logicalType: number
                    physicalType: numeric
                    description: Power
                    unit: W
                    classification: public
                    logicalTypeOptions: {minimum: 0}
                quality:
                  - rule: row_count
                    mustBeGreaterThan: 0
                    severity: error
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path directory;

    @BeforeEach
    void folder() throws IOException {
        Files.createDirectory(directory.resolve("energy"));
    }

    @Test
    void a_file_yields_what_it_says() throws IOException {
        Datasets datasets = read(GOOD);

        assertThat(datasets.findings()).isEmpty();
        Dataset meter = datasets.of("energy.meter").orElseThrow();
        assertThat(meter.pipeline()).isEqualTo("energy");
        assertThat(meter.title()).isEqualTo("Meters");
        assertThat(meter.owner()).isEqualTo("Energy team");
        assertThat(meter.oneRowIs()).isEqualTo("One meter");
        assertThat(meter.schedule()).isEqualTo("{{energy.schedule}}");
        assertThat(meter.freshness()).isEqualTo(Duration.ofMinutes(90));
        assertThat(meter.view()).isFalse();
        assertThat(meter.key()).containsExactly("meter_id");
        Column power = meter.column("power_w").orElseThrow();
        assertThat(power.unit()).isEqualTo("W");
        assertThat(power.required()).isFalse();
        assertThat(power.options()).isEqualTo(Map.of("minimum", BigDecimal.ZERO));
        assertThat(meter.checks())
                .containsExactly(
                        new CheckSource(
                                30,
                                Map.of("rule", "missing", "mustBe", BigDecimal.ZERO, "column", "meter_id"),
                                Map.of("rule", 30, "mustBe", 30)),
                        new CheckSource(
                                39,
                                Map.of("rule", "row_count", "mustBeGreaterThan", BigDecimal.ZERO, "severity", "error"),
                                Map.of("rule", 39, "mustBeGreaterThan", 40, "severity", 41)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            apiVersion: v3.1.0            | apiVersion: "3"              |  1 | 'apiVersion' of a dataset is '3'; for example "apiVersion: v3.1.0"
            kind: DataContract            | kind: Contract               |  2 | 'kind' of a dataset is 'Contract'; it should be one of DataContract
            id: energy.meter              | id: meter                    |  3 | the id is 'meter'; like its table it should be "id: energy.meter"
            status: active                | stauts: active               |  6 | a dataset has no key 'stauts'; did you mean 'status'?
            status: active                | status: activ                |  6 | 'status' of a dataset is 'activ'; did you mean 'active'?
            purpose: To know              | purpos: To know              |  8 | description has no key 'purpos'; did you mean 'purpose'?
            team: {name: Energy team}     | team: Energy team            | 10 | a dataset has no map 'team'; for example "team: {name: Data team}"
            source: The meter API         | domain: energy               |  1 | a dataset has no text 'source'; for example
            property: schedule            | property: shedule            | 13 | 'property' of a promise is 'shedule'; did you mean 'schedule'?
            value: 1.5                    | value: often                 | 14 | the freshness is 'often'; it should be a number above 0, as in "value: 10, unit: min"
            value: 1.5                    | value: -1                    | 14 | the freshness is '-1'
            unit: h}                      | unit: hours}                 | 14 | 'unit' of a promise is 'hours'; it should be one of min, s, h, d
            physicalName: energy.meter    | physicalName: meter          | 17 | 'physicalName' of the table is 'meter'; for example "physicalName: users.profile"
            physicalType: table           | physicalType: tble           | 18 | 'physicalType' of the table is 'tble'; did you mean 'table'?
            dataGranularityDescription    | dataGranularity              | 20 | the table has no key 'dataGranularity'
            name: power_w                 | name: Power                  | 31 | 'name' of a column is 'Power'; for example "name: measured_at"
            name: power_w                 | name: meter_id               | 31 | column 'meter_id' is there twice; one of the two should go
            logicalType: number           | logicalType: numbr           | 32 | 'logicalType' of column 'power_w' is 'numbr'; did you mean 'number'?
            classification: public        | clasification: public        | 36 | column 'power_w' has no key 'clasification'; did you mean 'classification'?
            required: true                | required: perhaps            | 26 | 'required' of column 'meter_id' is 'perhaps'; it should be true or false
            minimum: 0                    | minimun: 0                   | 37 | has no key 'minimun'; did you mean 'minimum'?
            {rule: missing, mustBe: 0}    | missing                      | 30 | an entry of 'quality' is no map; it should be "- name: value", was "missing"
            {rule: missing, mustBe: 0}    | {rule: missing, column: a}   | 30 | the check stands under column 'meter_id' and names one itself; the key 'column' should go
            kind: DataContract            | kind: [DataContract          |  3 | this is no YAML
            """)
    void a_mistake_is_named_with_its_line_and_what_would_be_right(
            String before, String after, int line, String expected) throws IOException {
        assertThat(GOOD).contains(before);

        Datasets datasets = read(GOOD.replace(before, after));

        assertThat(datasets.all()).isEmpty();
        assertThat(datasets.findings()).map(Finding::toString).anySatisfy(finding -> assertThat(finding)
                .startsWith("%s:%d: ".formatted(directory.resolve("energy/meter.dataset.yaml"), line))
                .contains(expected));
    }

    @Test
    void a_table_described_twice_is_a_mistake() throws IOException {
        Files.writeString(directory.resolve("energy/again.dataset.yaml"), GOOD);

        List<Finding> findings = read(GOOD).findings();

        assertThat(findings)
                .singleElement()
                .asString()
                .contains("energy.meter is described twice", "again.dataset.yaml");
    }

    private Datasets read(String text) throws IOException {
        Files.writeString(directory.resolve("energy/meter.dataset.yaml"), text);
        return Datasets.read(RouteFiles.read(directory));
    }
}
