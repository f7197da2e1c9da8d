package dev.serai.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.dataset.Dataset;
import dev.serai.dataset.Datasets;
import dev.serai.reload.Finding;
import dev.serai.reload.RouteFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A dataset file about the table t.reading, with checks of a test's own. */
final class ReadingsFile {

    static final String TABLE = """
            create schema t;
            create table t.place (name text primary key);
            create table t.reading (
                id integer primary key, sensor text, value numeric, kind text, email text, place text, measured_at timestamptz, deleted boolean)""";

    static final String FILE = "t/reading.dataset.yaml";

    private static final String HEAD = """
            apiVersion: v3.1.0
            kind: DataContract
            id: t.reading
            name: Readings
            version: 1.0.0
            status: active
            description: {purpose: To test checks}
            team: {name: Testers}
            source: The test
            slaProperties:
              - {property: schedule, value: now and then}
              - {property: freshness, value: 10, unit: min}
            schema:
              - name: reading
                physicalName: t.reading
                physicalType: table
                description: Readings
                dataGranularityDescription: One reading
                properties:
                  - {name: id, logicalType: integer, physicalType: integer, description: Number, primaryKey: true, classification: internal}
                  - {name: sensor, logicalType: string, physicalType: text, description: Sensor, classification: internal}
                  - {name: value, logicalType: number, physicalType: numeric, description: Value, unit: C, classification: internal}
                  - {name: kind, logicalType: string, physicalType: text, description: Kind, classification: internal}
                  - {name: email, logicalType: string, physicalType: text, description: Address, classification: personal}
                  - {name: place, logicalType: string, physicalType: text, description: Place, classification: internal}
                  - {name: measured_at, logicalType: timestamp, physicalType: timestamp with time zone, description: When, classification: internal}
                  - {name: deleted, logicalType: boolean, physicalType: boolean, description: Gone, classification: internal}
                quality:
            """;

    /** Where the first check stands. */
    static final int FIRST_LINE = (int) HEAD.lines().count() + 1;

    private ReadingsFile() {}

    /** @param checks as YAML flow maps, {@code {rule: missing, column: value}} */
    static String text(String... checks) {
        StringBuilder text = new StringBuilder(HEAD);
        for (String check : checks) {
            text.append("      - ").append(check).append('\n');
        }
        return text.toString();
    }

    static void write(Path directory, String... checks) throws IOException {
        Path file = directory.resolve(FILE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text(checks));
    }

    static List<Finding> findings(Path directory, String... checks) throws IOException {
        List<Finding> findings = new ArrayList<>();
        CheckReader.read(dataset(directory, checks), findings);
        return findings;
    }

    static Check check(Path directory, String check) throws IOException {
        List<Finding> findings = new ArrayList<>();
        List<Check> checks = CheckReader.read(dataset(directory, check), findings);
        assertThat(findings).isEmpty();
        return checks.get(0);
    }

    private static Dataset dataset(Path directory, String... checks) throws IOException {
        write(directory, checks);
        Datasets datasets = Datasets.read(RouteFiles.read(directory));
        assertThat(datasets.findings()).isEmpty();
        return datasets.of("t.reading").orElseThrow();
    }
}
