package dev.serai.skeleton;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The description of a new pipeline's table, with the checks that have to hold. Pure. */
final class Contract {

    private static final Map<String, String> LOGICAL_TYPES = Map.of(
            "text", "string",
            "number", "number",
            "boolean", "boolean",
            "date", "date",
            "uuid", "string",
            "instant", "timestamp");

    private final String pipeline;
    private final String record;
    private final Source source;
    private final Sample sample;
    private final List<String> key;

    Contract(String pipeline, String record, Source source, Sample sample, List<String> key) {
        this.pipeline = pipeline;
        this.record = record;
        this.source = source;
        this.sample = sample;
        this.key = List.copyOf(key);
    }

    private String table() {
        return pipeline + "." + record;
    }

    String text() {
        StringBuilder text =
                new StringBuilder("""
                # What a row of %1$s is, what its columns mean, and what has to hold; the checks are in docs/quality.md.
                apiVersion: v3.1.0
                kind: DataContract
                id: %1$s
                name: "%2$s: %3$s"
                version: 1.0.0
                status: active
                description:
                  purpose: To look at each %3$s of the pipeline %2$s
                team: {name: %2$s pipeline}
                source: By the route %2$s-%4$s-to-postgres
                slaProperties:
                %5$s
                schema:
                  - name: %3$s
                    physicalName: %1$s
                    physicalType: table
                    description: One row per %3$s
                    dataGranularityDescription: One %3$s
                    properties:
                """.formatted(table(), pipeline, record, source.routeWord(), promises()));
        for (Sample.Column column : sample.columns()) {
            column(text, column.name(), LOGICAL_TYPES.getOrDefault(column.type(), "string"), type(column.sqlType()));
            text.append(
                    "        description: \"%s\"%n".formatted(meaning(column).replace("\"", "\\\"")));
            if (!column.unit().isEmpty()) {
                text.append("        unit: %s%n".formatted(column.unit()));
            }
            if (key.contains(column.name())) {
                text.append("        required: true%n        primaryKey: true%n".formatted());
            }
            text.append("        classification: %s%n".formatted(classification(column)));
        }
        own(text, "run_id", "string", "uuid", Tables.RUN, true);
        own(text, "raw_object", "string", "text", Tables.RAW_OBJECT, false);
        own(text, "ingested_at", "timestamp", "timestamp with time zone", Tables.INGESTED, true);
        own(text, "changed_at", "timestamp", "timestamp with time zone", Tables.CHANGED, true);
        text.append("    quality:%n".formatted());
        checks().forEach(check -> text.append("      - {%s}%n".formatted(check)));
        return text.toString();
    }

    private String promises() {
        return source == Source.MQTT ? """
                  - {property: schedule, value: as messages come}
                  - {property: freshness, value: 10, unit: min}\
                """ : "  - {property: schedule, value: \"{{%s.schedule}}\"}".formatted(pipeline);
    }

    private List<String> checks() {
        List<String> checks = new ArrayList<>(List.of("rule: schema", "rule: row_count, severity: warning"));
        checks.add(
                key.size() == 1
                        ? "rule: duplicate, column: " + key.get(0)
                        : "rule: duplicate, columns: [%s]".formatted(String.join(", ", key)));
        if (source == Source.MQTT) {
            checks.add("rule: freshness, column: ingested_at, severity: warning");
        }
        return checks;
    }

    /** As the migration says it. */
    static String meaning(Sample.Column column) {
        return "%s of the source%s".formatted(column.from(), column.unit().isEmpty() ? "" : ", " + column.unit());
    }

    /** What a person may have written is personal until somebody says otherwise; what a device measures is not. */
    private String classification(Sample.Column column) {
        boolean words = List.of("text", "uuid", "date").contains(column.type());
        return words && source != Source.MQTT ? "personal" : "internal";
    }

    private static String type(String sqlType) {
        return sqlType.equals("timestamptz") ? "timestamp with time zone" : sqlType;
    }

    private static void own(
            StringBuilder text, String name, String logical, String physical, String meaning, boolean required) {
        column(text, name, logical, physical);
        text.append("        description: %s%n".formatted(meaning));
        if (required) {
            text.append("        required: true%n".formatted());
        }
        text.append("        classification: internal%n".formatted());
    }

    private static void column(StringBuilder text, String name, String logical, String physical) {
        text.append("      - name: %s%n        logicalType: %s%n        physicalType: %s%n"
                .formatted(name, logical, physical));
    }
}
