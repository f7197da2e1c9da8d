package dev.serai.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Turns one record of a source into one flat row; throws {@link InvalidRecordException} for one it cannot. Pure. */
@FunctionalInterface
public interface RecordParser {

    ObjectNode parse(JsonNode record);
}
