package dev.serai.batch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads an answer, one JSON object or an array of them, into a {@link Batch}.
 *
 * <p>A record that its parser refuses is rejected and the others go on. Where the answer stops being JSON, the records
 * before are kept, the rest is rejected as one record, and the batch carries a fault with a code {@code ANSWER_…}. <br>
 * Payloads are cut out of the answer as they stand there. Pure and thread-safe.
 */
public final class BatchReader {

    /** Numbers as their digits say, not as the nearest double. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final int PAYLOAD_LIMIT = 65_536;

    private final String what;
    private final PlacedRecordParser parser;

    /** As {@link RecordParser}, for one that has to know the place of the record in the answer, from 0. */
    @FunctionalInterface
    public interface PlacedRecordParser {
        ObjectNode parse(JsonNode record, int position);
    }

    /**
     * @param what one record, for messages: "user"
     * @param parser turns a record into a row
     */
    public BatchReader(String what, RecordParser parser) {
        this(what, (record, position) -> parser.parse(record));
    }

    public BatchReader(String what, PlacedRecordParser parser) {
        this.what = what;
        this.parser = parser;
    }

    public Batch read(byte[] answer) {
        Reading reading = new Reading(answer);
        try (JsonParser json = JSON.createParser(answer)) {
            reading.records(json);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
        }
        return reading.batch();
    }

    private final class Reading {

        private final byte[] answer;
        private final ArrayNode rows = JSON.createArrayNode();
        private final ArrayNode rejected = JSON.createArrayNode();
        private @Nullable AnswerException fault;
        private int position;
        private int done;

        Reading(byte[] answer) {
            this.answer = answer;
        }

        void records(JsonParser json) throws IOException {
            try {
                JsonToken first = json.nextToken();
                if (first == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        record(json);
                    }
                } else if (first == JsonToken.START_OBJECT) {
                    record(json);
                } else {
                    refuseRest("ANSWER_NOT_JSON", "an object or an array of objects");
                    return;
                }
                done = offset(json);
                if (json.nextToken() != null) {
                    refuseRest("ANSWER_TRAILING_TEXT", "nothing after the end of the JSON");
                }
            } catch (JsonProcessingException e) {
                refuseRest(done == 0 && position == 0 ? "ANSWER_NOT_JSON" : "ANSWER_CUT_OR_BROKEN", "JSON to its end");
            }
        }

        private void record(JsonParser json) throws IOException {
            int start = (int) json.currentTokenLocation().getByteOffset();
            JsonNode record = JSON.readTree(json);
            done = offset(json);
            try {
                if (!record.isObject()) {
                    throw new InvalidRecordException(
                            code("NOT_AN_OBJECT"),
                            "%s: must be a JSON object, was %s".formatted(what, Excerpt.of(record.toString())));
                }
                rows.add(parser.parse(record, position).put("position", position));
            } catch (InvalidRecordException e) {
                reject(e.code(), String.valueOf(e.getMessage()), text(start, done));
            }
            position++;
        }

        private void refuseRest(String code, String expected) {
            String rest = text(done, answer.length);
            String message = "answer with %ss: from byte %d on it must be %s, was %s"
                    .formatted(what, done, expected, rest.isBlank() ? "nothing" : "\"" + Excerpt.of(rest) + "\"");
            fault = new AnswerException(code, message);
            reject(code, message, rest.length() > PAYLOAD_LIMIT ? rest.substring(0, PAYLOAD_LIMIT) : rest);
            position++;
        }

        private void reject(String code, String message, String payload) {
            ObjectNode record = rejected.addObject();
            record.put("position", position)
                    .put("code", code)
                    .put("message", message)
                    .put("payload", payload);
        }

        /** As text that PostgreSQL stores: it has no character NUL. */
        private String text(int from, int to) {
            return new String(answer, from, to - from, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
        }

        Batch batch() {
            return new Batch(position, rows.toString(), rejected.toString(), fault);
        }
    }

    private String code(String reason) {
        return what.toUpperCase(Locale.ROOT) + "_" + reason;
    }

    private static int offset(JsonParser json) {
        return (int) json.currentLocation().getByteOffset();
    }
}
