package dev.serai.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.batch.Batch;
import dev.serai.batch.BatchReader;
import dev.serai.batch.Fields;
import dev.serai.records.RecordDeclaration.Field;
import java.util.Map;
import java.util.Optional;

/**
 * Turns landed records into rows as a declaration says: the transform of a pipeline that has none in Java.
 *
 * <p>Source: a JSON object, an array of them, or messages as {@link LandedMessages} keeps them. <br>
 * Row: one value for each declared column, NULL for a field that is absent. Fields that are not declared are let be. <br>
 * Errors: a record with a required field that is absent, or a field of another type, is rejected with all its faults in
 * one message; codes are {@code <RECORD>_<FIELD>_MISSING} and {@code <RECORD>_<FIELD>_INVALID}. <br>
 * Besides, the parameter {@code watermark} is the greatest value of the watermark's field, empty for none. <br>
 * Pure and thread-safe: no I/O, no clock, no Camel types.
 */
public final class DeclaredRecords {

    private final RecordDeclaration declaration;

    DeclaredRecords(RecordDeclaration declaration) {
        this.declaration = declaration;
    }

    /** What one load statement is given. */
    public Batch read(byte[] landed) {
        String[] watermark = {""};
        BatchReader reader = new BatchReader(declaration.record(), record -> {
            watermark[0] = greater(watermark[0], record);
            return row(record);
        });
        Batch batch = reader.read(LandedMessages.records(landed));
        return new Batch(
                batch.read(), batch.rows(), batch.rejected(), batch.fault(), Map.of("watermark", watermark[0]));
    }

    private String greater(String before, JsonNode record) {
        if (declaration.watermark().isEmpty()) {
            return before;
        }
        String now = FieldType.TEXT
                .read(record.path(declaration.watermark()), null)
                .map(JsonNode::textValue)
                .orElse("");
        return now.compareTo(before) > 0 ? now : before;
    }

    private ObjectNode row(JsonNode record) {
        Fields fields = new Fields(declaration.record(), record);
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        for (Field field : declaration.fields()) {
            row.set(
                    field.column(),
                    fields.value(field.from(), field.required(), field.expected(), value -> read(field, value)));
        }
        fields.verify();
        return row;
    }

    private static Optional<JsonNode> read(Field field, JsonNode value) {
        return field.type()
                .read(value, field.zone())
                .filter(read -> !read.isNumber() || field.isWithin(read.decimalValue()));
    }
}
