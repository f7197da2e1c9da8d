package dev.serai.records;

import dev.serai.settings.NearestName;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code routes/<pipeline>/<pipeline>.records.yaml} says: which table a record becomes a row of, and which of its fields
 * become which columns. Read by {@link DeclarationReader}. Immutable and thread-safe.
 *
 * @param record what one record is called in messages and reason codes: "flow"
 * @param table with its schema: "energy.flow"
 * @param key the columns that tell one row from another
 * @param fields in the order of the file
 * @param watermark the field of the source that says how far a reader has got; empty for none
 */
record RecordDeclaration(String record, String table, List<String> key, List<Field> fields, String watermark) {

    /** What every declared table has besides: the load writes it. */
    static final Set<String> OWN_COLUMNS = Set.of("run_id", "raw_object", "ingested_at", "changed_at");

    RecordDeclaration {
        key = List.copyOf(key);
        fields = List.copyOf(fields);
    }

    /**
     * One field.
     *
     * @param column where it goes
     * @param from its name in the record; {@code address.city} goes into nested objects
     * @param unit for messages; empty if it has none
     * @param zone offset of times that do not say theirs
     * @param least the smallest number allowed
     * @param most the largest number allowed
     */
    record Field(
            String column,
            String from,
            FieldType type,
            boolean required,
            String unit,
            @Nullable ZoneOffset zone,
            @Nullable BigDecimal least,
            @Nullable BigDecimal most) {

        /** For a complaint: "a number of kWh such as 12.5, 0 at least". */
        String expected() {
            StringBuilder expected = new StringBuilder(
                    unit.isEmpty() ? type.expected() : type.expected().replace(" such as", " of " + unit + " such as"));
            if (type == FieldType.INSTANT && zone != null) {
                expected.setLength(0);
                expected.append("a time such as 2026-11-21T06:00:00");
            }
            if (least != null) {
                expected.append(", ").append(least.toPlainString()).append(" at least");
            }
            if (most != null) {
                expected.append(", ").append(most.toPlainString()).append(" at most");
            }
            return expected.toString();
        }

        boolean isWithin(BigDecimal number) {
            return (least == null || number.compareTo(least) >= 0) && (most == null || number.compareTo(most) <= 0);
        }
    }

    /** The statement of {@code shared/load-records.sql} for this table; <code>{dataset}</code> is left as it is. */
    String statement(String template) {
        List<String> columns = fields.stream().map(Field::column).toList();
        return template.replace("{columns}", String.join(", ", columns))
                .replace("{excluded}", "excluded." + String.join(", excluded.", columns))
                .replace("{stored}", "p." + String.join(", p.", columns))
                .replace("{key}", String.join(", ", key));
    }

    static String nearest(String name, Set<String> known) {
        return NearestName.of(name, known)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() -> "there are " + String.join(", ", known));
    }
}
