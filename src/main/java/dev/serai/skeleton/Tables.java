package dev.serai.skeleton;

import java.util.ArrayList;
import java.util.List;

/** The declaration of a new pipeline's records, and the migration that makes their table. Pure. */
final class Tables {

    static final String RUN = "Run that wrote the row last";
    static final String RAW_OBJECT = "Landed object the row came from; NULL after a replay";
    static final String INGESTED = "When the row was first stored";
    static final String CHANGED = "When a delivery last changed it";

    private final String pipeline;
    private final String record;
    private final Sample sample;
    private final List<String> key;

    Tables(String pipeline, String record, Sample sample, List<String> key) {
        this.pipeline = pipeline;
        this.record = record;
        this.sample = sample;
        this.key = List.copyOf(key);
    }

    private String table() {
        return pipeline + "." + record;
    }

    String declaration(boolean watermark) {
        StringBuilder text = new StringBuilder("""
                # What a record of %s says, and which column each of its fields becomes. Any other field is left in the landing.
                # Types: text, integer, number, boolean, date, uuid, instant, epoch-seconds. Also: required: true, unit: kWh,
                # least: 0, most: 100; zone: UTC for an instant that does not say its offset.
                record: %s
                table: %s
                key: [%s]
                """.formatted(pipeline, record, table(), String.join(", ", key)));
        if (watermark) {
            text.append("watermark: _id\n");
        }
        text.append("fields:\n");
        for (Sample.Column column : sample.columns()) {
            List<String> options = new ArrayList<>();
            if (!column.from().equals(column.name())) {
                options.add("from: " + column.from());
            }
            options.add("type: " + column.type());
            if (column.local()) {
                options.add("zone: UTC");
            }
            if (!column.unit().isEmpty()) {
                options.add("unit: " + column.unit());
            }
            text.append("  %s: {%s}%n".formatted(column.name(), String.join(", ", options)));
        }
        return text.toString();
    }

    String migration() {
        StringBuilder text = new StringBuilder(
                "-- What the pipeline %s loads: one row per %s. Once it is applied it stays as it is; a change is a V002.%n%n"
                        .formatted(pipeline, record));
        text.append("create table %s (%n".formatted(table()));
        for (Sample.Column column : sample.columns()) {
            String constraint = key.contains(column.name()) ? " not null" : "";
            text.append("    %s %s%s,%n".formatted(column.name(), column.sqlType(), constraint));
        }
        text.append("""
                    run_id uuid not null,
                    raw_object text,
                    ingested_at timestamptz not null default now(),
                    changed_at timestamptz not null default now(),
                    primary key (%s)
                );
                comment on table %s is 'One row per %s';
                """.formatted(String.join(", ", key), table(), record));
        for (Sample.Column column : sample.columns()) {
            comment(text, column.name(), Contract.meaning(column).replace("'", "''"));
        }
        comment(text, "run_id", RUN);
        comment(text, "raw_object", RAW_OBJECT);
        comment(text, "ingested_at", INGESTED);
        comment(text, "changed_at", CHANGED);
        return text.toString();
    }

    private void comment(StringBuilder text, String column, String meaning) {
        text.append("comment on column %s.%s is '%s';%n".formatted(table(), column, meaning));
    }
}
