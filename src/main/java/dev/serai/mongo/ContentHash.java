package dev.serai.mongo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What tells whether the content of a document has changed: the first half of the SHA-256, hexadecimal, over its BSON bytes, without the
 * fields that the source makes anew at every write.
 *
 * <p>Types count, and so does the order of fields: a document that is written in another order is loaded once more, which
 * changes nothing; sorting would cost every document of every sweep. <br>
 * The bytes are taken as they stand; only documents that may hold a volatile field are walked through. Thread-safe.
 */
public final class ContentHash {

    /** Bytes of a hash. */
    private static final int LENGTH = 16;

    private static final int LENGTH_PREFIX = 4;
    private static final int OBJECT_ID = 12;
    private static final int DECIMAL = 16;

    /** The fields on the way to a volatile one. */
    private static final class Node {
        final Map<String, Node> fields = new HashMap<>();
        boolean isVolatile;
    }

    private final Node root = new Node();

    /** @param volatilePaths names joined by dots; places in arrays are left out: {@code subscriptions.invoices._id} */
    public ContentHash(Collection<String> volatilePaths) {
        for (String path : volatilePaths) {
            Node node = root;
            for (String name : path.split("\\.", -1)) {
                node = node.fields.computeIfAbsent(name, unused -> new Node());
            }
            node.isVolatile = true;
        }
    }

    public String of(RawBsonDocument document) {
        ByteBuffer bytes = document.getByteBuffer().asNIO().order(ByteOrder.LITTLE_ENDIAN);
        MessageDigest digest = sha256();
        if (root.fields.isEmpty()) {
            digest.update(bytes);
        } else {
            walk(bytes, bytes.position(), root, false, digest);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, LENGTH);
    }

    /** Feeds a document without its length, which a volatile field would change, and yields where it ends. */
    private static int walk(ByteBuffer bytes, int start, Node node, boolean array, MessageDigest digest) {
        int at = start + LENGTH_PREFIX;
        int unfed = at;
        while (bytes.get(at) != 0) {
            byte type = bytes.get(at);
            int nameEnd = endOfName(bytes, at + 1);
            Node next = array ? node : node.fields.get(name(bytes, at + 1, nameEnd));
            int value = nameEnd + 1;
            int end = value + size(bytes, type, value);
            boolean nested = type == BsonType.DOCUMENT.getValue() || type == BsonType.ARRAY.getValue();
            if (next != null && next.isVolatile && !array) {
                feed(bytes, unfed, at, digest);
                unfed = end;
            } else if (next != null && nested) {
                feed(bytes, unfed, value, digest);
                walk(bytes, value, next, type == BsonType.ARRAY.getValue(), digest);
                unfed = end;
            }
            at = end;
        }
        feed(bytes, unfed, at + 1, digest);
        return at + 1;
    }

    private static void feed(ByteBuffer bytes, int from, int to, MessageDigest digest) {
        digest.update(bytes.duplicate().limit(to).position(from));
    }

    private static int endOfName(ByteBuffer bytes, int from) {
        int end = from;
        while (bytes.get(end) != 0) {
            end++;
        }
        return end;
    }

    private static String name(ByteBuffer bytes, int from, int to) {
        byte[] name = new byte[to - from];
        bytes.get(from, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Bytes of a value, as the BSON specification says for its type. */
    private static int size(ByteBuffer bytes, byte type, int at) {
        BsonType kind = kind(type);
        return switch (kind) {
            case DOUBLE, DATE_TIME, TIMESTAMP, INT64 -> Long.BYTES;
            case STRING, JAVASCRIPT, SYMBOL -> LENGTH_PREFIX + bytes.getInt(at);
            case DOCUMENT, ARRAY, JAVASCRIPT_WITH_SCOPE -> bytes.getInt(at);
            case BINARY -> LENGTH_PREFIX + 1 + bytes.getInt(at);
            case UNDEFINED, NULL, MIN_KEY, MAX_KEY, END_OF_DOCUMENT -> 0;
            case OBJECT_ID -> OBJECT_ID;
            case BOOLEAN -> 1;
            case REGULAR_EXPRESSION -> endOfName(bytes, endOfName(bytes, at) + 1) + 1 - at;
            case DB_POINTER -> LENGTH_PREFIX + bytes.getInt(at) + OBJECT_ID;
            case INT32 -> Integer.BYTES;
            case DECIMAL128 -> DECIMAL;
        };
    }

    private static BsonType kind(byte type) {
        @Nullable BsonType kind = BsonType.findByValue(Byte.toUnsignedInt(type));
        if (kind == null) {
            throw new IllegalArgumentException("no type of BSON: " + type);
        }
        return kind;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
