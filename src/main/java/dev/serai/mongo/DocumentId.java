package dev.serai.mongo;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.bson.types.ObjectId;

/**
 * An {@code _id} as text, and back.
 *
 * <p>An ObjectId is its 24 hexadecimal digits, a text has {@code '} before it, a whole number {@code #}, bytes {@code *};
 * anything else is {@code ~} and its canonical Extended JSON. So values of different types never meet, except whole
 * numbers of different widths, which are one {@code _id} to MongoDB as well. <br>
 * Compared byte by byte the order is that of MongoDB for numbers before texts before bytes before ObjectIds, and within
 * each of them; the rest comes last. Pure and thread-safe.
 */
public final class DocumentId {

    private static final JsonWriterSettings JSON =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();
    private static final HexFormat HEX = HexFormat.of();
    private static final int OBJECT_ID_DIGITS = 24;
    private static final String TEXT = "'";
    private static final String BYTES = "*";
    private static final String OTHER = "~";

    private DocumentId() {}

    /** Of a document; every document that is stored has one. */
    public static String in(BsonDocument document) {
        return of(document.get("_id", BsonNull.VALUE));
    }

    public static String of(BsonValue id) {
        return switch (id.getBsonType()) {
            case OBJECT_ID -> id.asObjectId().getValue().toHexString();
            case STRING ->
                id.asString().getValue().indexOf('\0') < 0
                        ? TEXT + id.asString().getValue()
                        : other(id);
            case INT32, INT64 -> number(id.asNumber().longValue());
            case BINARY -> bytes(id.asBinary());
            default -> other(id);
        };
    }

    /** The value again; an {@link IllegalArgumentException} for a text that is none of these forms. */
    public static BsonValue value(String text) {
        if (text.startsWith(TEXT)) {
            return new BsonString(text.substring(1));
        }
        if (text.matches("#[np][0-9]{19}")) {
            long digits = Long.parseLong(text, 2, text.length(), 10);
            return new BsonInt64(text.charAt(1) == 'p' ? digits : digits + Long.MIN_VALUE);
        }
        if (text.matches("\\*[0-9a-f]{10,}")) {
            byte[] all = HEX.parseHex(text.substring(1));
            return new BsonBinary(all[Integer.BYTES], Arrays.copyOfRange(all, Integer.BYTES + 1, all.length));
        }
        if (text.startsWith(OTHER)) {
            return BsonDocument.parse("{\"v\":" + text.substring(1) + "}").get("v", BsonNull.VALUE);
        }
        if (text.length() == OBJECT_ID_DIGITS && ObjectId.isValid(text)) {
            return new BsonObjectId(new ObjectId(text));
        }
        throw new IllegalArgumentException("no _id of a document: " + text);
    }

    /** As the database compares them with collation C: by the bytes of UTF-8, not by the units of Java. */
    public static int compare(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** Nineteen digits hold any number of 64 bits; those below zero are counted up from the least. */
    private static String number(long value) {
        return value >= 0
                ? String.format(Locale.ROOT, "#p%019d", value)
                : String.format(Locale.ROOT, "#n%019d", value - Long.MIN_VALUE);
    }

    private static String bytes(BsonBinary binary) {
        byte[] data = binary.getData();
        return String.format(Locale.ROOT, "%s%08x%02x%s", BYTES, data.length, binary.getType(), HEX.formatHex(data));
    }

    private static String other(BsonValue id) {
        String document = new BsonDocument("v", id).toJson(JSON);
        return OTHER
                + document.substring(document.indexOf(':') + 1, document.length() - 1)
                        .strip();
    }
}
