package dev.serai.community;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.mongo.DocumentCursor;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriter;
import org.bson.json.JsonWriterSettings;

/**
 * What is landed as one object: documents that changed, those that are gone, and how far their reader was.
 *
 * <p>A JSON array, one record a line: <br>
 * {@code {"collection", "document_id", "source_version", "content_hash", "document": {canonical Extended JSON}}} <br>
 * {@code {"collection", "document_id", "source_version", "deleted": true}} <br>
 * {@code {"progress": [{"name", "value"}]}} <br>
 * Canonical, so that every value keeps its exact type. Not thread-safe.
 */
public final class Chunk {

    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();
    private static final int START_BYTES = 65_536;

    /** How large a chunk may become; a document that is larger is a chunk by itself. */
    public record Limits(int documents, int bytes) {}

    private final Limits limits;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(START_BYTES);
    /** Buffered, because JSON is written a few characters at a time. */
    private final Writer writer = new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8));

    private int count;
    private long version;

    Chunk(Limits limits) {
        this.limits = limits;
    }

    void add(String collection, String documentId, String hash, DocumentCursor.Read read) {
        head(collection, documentId, read.version());
        write(",\"content_hash\":\"" + hash + "\",\"document\":");
        try (BsonReader document =
                new BsonBinaryReader(read.document().getByteBuffer().asNIO())) {
            new JsonWriter(writer, CANONICAL).pipe(document);
        }
        write("}");
    }

    void addDeleted(String collection, String documentId, long readVersion) {
        head(collection, documentId, readVersion);
        write(",\"deleted\":true}");
    }

    private void head(String collection, String documentId, long readVersion) {
        write(count++ == 0 ? "[" : ",\n");
        version = Math.max(version, readVersion);
        write("{\"collection\":\"" + collection + "\",\"document_id\":" + quote(documentId) + ",\"source_version\":"
                + readVersion);
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        flush();
        return count >= limits.documents() || bytes.size() >= limits.bytes();
    }

    /** The newest version in it. */
    long version() {
        return version;
    }

    /**
     * What tells a chunk from the others of its run.
     *
     * @param version that no other reader has
     * @param number of the chunk in its reader
     */
    static String part(long version, int number) {
        return String.format(Locale.ROOT, "%d-%06d", version, number);
    }

    /**
     * Ends the chunk.
     *
     * @param progress how far the reader is when this has been loaded, as one JSON object; empty for nothing
     */
    byte[] toBytes(String progress) {
        write(progress.isEmpty() ? "]" : ",\n{\"progress\":[" + progress + "]}]");
        flush();
        return bytes.toByteArray();
    }

    /** A place to go on from; one with a larger version replaces one with a smaller. */
    static String progress(String name, long version, String place) {
        return "{\"name\":%s,\"value\":%s}".formatted(quote(name), quote(Watermarks.value(version, place)));
    }

    private void write(String text) {
        try {
            writer.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
    }

    private void flush() {
        try {
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
    }

    private static String quote(String text) {
        return TextNode.valueOf(text).toString();
    }
}
