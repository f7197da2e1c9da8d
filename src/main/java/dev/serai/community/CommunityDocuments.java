package dev.serai.community;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.batch.Batch;
import dev.serai.batch.BatchReader;
import dev.serai.batch.Excerpt;
import dev.serai.batch.InvalidRecordException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Turns a landed object of the community, see {@link Chunk}, into what one load statement is given.
 *
 * <p>Rows are {@code {"records": […], "waiting": […], "progress": […]}}: a record for each document that was read or found
 * gone, with its family of rows; of a document that is rejected only what tells it again, so that a sweep does not land it
 * for ever; how far readers were. <br>
 * Errors: a document with a field of a wrong type is rejected with its whole family, the others load; see
 * {@link CommunityRows}. A record that is none (a repair gone wrong) has codes {@code DOCUMENT_…}. <br>
 * The same bytes always give the same batch; no I/O, no clock, no Camel types. Thread-safe.
 */
public final class CommunityDocuments {

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{32}");
    private static final Set<String> COLLECTIONS = Set.of("users", "groups", "messages");

    private final Map<String, Set<String>> kept;
    /** By the array itself, not by what is in it; forgotten with it. */
    @SuppressWarnings("ArrayAsKeyOfSetOrMap")
    private final Map<byte[], Batch> prepared = Collections.synchronizedMap(new WeakHashMap<>());

    /** No field is kept on purpose. */
    public CommunityDocuments() {
        this("");
    }

    /**
     * @param kept fields that no column knows and that are in {@code extra} on purpose, separated by commas: collection and
     *     names joined by dots, as in {@code users.fakeDataHelpers.messagesPerDay}; they are no drift
     */
    public CommunityDocuments(String kept) {
        this.kept = new HashMap<>();
        for (String field : kept.isBlank() ? new String[0] : kept.strip().split("\\s*,\\s*", -1)) {
            String collection = field.substring(0, Math.max(0, field.indexOf('.')));
            if (!COLLECTIONS.contains(collection) || field.endsWith(".")) {
                throw new IllegalArgumentException(
                        "a field that is kept must be a collection and names such as users.nickname, was '%s'"
                                .formatted(field));
            }
            this.kept
                    .computeIfAbsent(collection, unused -> new HashSet<>())
                    .add(field.substring(collection.length() + 1));
        }
    }

    /** Does the work of {@link #read} before it is asked for. Never fails: what is not landed yet has to be landed first. */
    void prepare(byte[] landed) {
        try {
            prepared.put(landed, transform(landed));
        } catch (RuntimeException e) {
            prepared.remove(landed); // read() fails in the same way
        }
    }

    public Batch read(byte[] landed) {
        Batch batch = prepared.remove(landed);
        return batch == null ? transform(landed) : batch;
    }

    private Batch transform(byte[] landed) {
        Reading reading = new Reading();
        Batch batch = new BatchReader("document", reading::record).read(landed);
        String rows = "{\"records\":%s,\"waiting\":%s,\"progress\":%s}"
                .formatted(batch.rows(), reading.waiting, reading.progress);
        return new Batch(batch.read() - reading.notes, rows, batch.rejected(), batch.fault());
    }

    /** One landed object. */
    private final class Reading {

        private final ArrayNode waiting = JsonNodeFactory.instance.arrayNode();
        private final ArrayNode progress = JsonNodeFactory.instance.arrayNode();
        private int notes;

        ObjectNode record(JsonNode landed, int position) {
            if (landed.path("progress").isArray()) {
                notes++;
                progress.addAll((ArrayNode) landed.path("progress"));
                return JsonNodeFactory.instance.objectNode();
            }
            ObjectNode record = head(landed);
            if (record.path("deleted").booleanValue()) {
                return record;
            }
            String collection = record.path("collection").textValue();
            try {
                CommunityRows.read(
                        collection,
                        record.path("document_id").textValue(),
                        landed.path("document"),
                        record,
                        kept.getOrDefault(collection, Set.of()));
            } catch (InvalidRecordException e) {
                waiting.add(head(landed).put("position", position));
                throw e;
            }
            return record;
        }

        /** What tells the document and its state. */
        private static ObjectNode head(JsonNode landed) {
            ObjectNode head = JsonNodeFactory.instance.objectNode();
            boolean deleted = landed.path("deleted").asBoolean(false);
            head.put("collection", text(landed, "collection", "users, groups or messages", COLLECTIONS::contains));
            head.put("document_id", text(landed, "document_id", "an _id as text", id -> id.indexOf('\0') < 0));
            if (!landed.path("source_version").canConvertToLong()
                    || !landed.path("source_version").isIntegralNumber()) {
                throw invalid("source_version", "microseconds since 1970", landed);
            }
            head.put("source_version", landed.path("source_version").longValue());
            head.put("deleted", deleted);
            if (!deleted) {
                head.put(
                        "content_hash", text(landed, "content_hash", "32 hexadecimal digits", hash -> HASH.matcher(hash)
                                .matches()));
                if (!ExtendedJson.isDocument(landed.path("document"))) {
                    throw invalid("document", "a document in Extended JSON", landed);
                }
            }
            return head;
        }

        private static String text(JsonNode landed, String field, String expected, Predicate<String> rule) {
            return Optional.ofNullable(landed.path(field).textValue())
                    .filter(rule)
                    .orElseThrow(() -> invalid(field, expected, landed));
        }

        private static InvalidRecordException invalid(String field, String expected, JsonNode landed) {
            JsonNode seen = landed.path(field);
            return new InvalidRecordException(
                    "DOCUMENT_%s_%s"
                            .formatted(field.toUpperCase(Locale.ROOT), seen.isMissingNode() ? "MISSING" : "INVALID"),
                    "document: '%s' must be %s, was %s"
                            .formatted(
                                    field, expected, seen.isMissingNode() ? "nothing" : Excerpt.of(seen.toString())));
        }
    }
}
