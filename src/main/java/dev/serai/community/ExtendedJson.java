package dev.serai.community;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.mongo.DocumentId;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonType;
import org.bson.BsonValue;

/**
 * Values in MongoDB's Extended JSON: the canonical form as it is landed, and the relaxed one, which people write when they
 * repair a record. Pure.
 */
final class ExtendedJson {

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("$oid", "objectId"),
            Map.entry("$date", "date"),
            Map.entry("$numberInt", "int"),
            Map.entry("$numberLong", "long"),
            Map.entry("$numberDouble", "double"),
            Map.entry("$numberDecimal", "decimal"),
            Map.entry("$binary", "binData"),
            Map.entry("$timestamp", "timestamp"),
            Map.entry("$regularExpression", "regex"),
            Map.entry("$symbol", "symbol"),
            Map.entry("$code", "javascript"),
            Map.entry("$undefined", "undefined"),
            Map.entry("$minKey", "minKey"),
            Map.entry("$maxKey", "maxKey"),
            Map.entry("$dbPointer", "dbPointer"));

    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-f]{24}");
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");
    private static final int MOST_DIGITS = 10_000;

    private ExtendedJson() {}

    /** The name of the type as MongoDB's {@code $type} has it. */
    static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> value.isIntegralNumber() ? value.canConvertToInt() ? "int" : "long" : "double";
            case BOOLEAN -> "bool";
            case NULL, MISSING -> "null";
            case ARRAY -> "array";
            default -> wrapped(value).map(TYPES::get).orElse("object");
        };
    }

    /** A document, not one of the objects that stand for a value of another type. */
    static boolean isDocument(JsonNode value) {
        return value.isObject() && wrapped(value).isEmpty();
    }

    private static Optional<String> wrapped(JsonNode value) {
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(value.fieldNames().next()).filter(TYPES::containsKey);
    }

    /** A number of any type that is one: not NaN, not infinite, and with digits that a person could count. */
    static Optional<BigDecimal> number(JsonNode value) {
        if (value.isNumber()) {
            return Optional.of(value.decimalValue());
        }
        for (String name : new String[] {"$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"}) {
            JsonNode digits = value.path(name);
            if (digits.isTextual()) {
                try {
                    BigDecimal number = new BigDecimal(digits.textValue());
                    return Optional.of(number)
                            .filter(n -> Math.abs((long) n.scale()) < MOST_DIGITS && n.precision() < MOST_DIGITS);
                } catch (NumberFormatException e) {
                    return Optional.empty(); // NaN, Infinity, or no number at all
                }
            }
        }
        return Optional.empty();
    }

    /** An instant of the years 1 to 9999. */
    static Optional<Instant> instant(JsonNode value) {
        JsonNode date = value.path("$date");
        try {
            Optional<Instant> instant = date.isTextual()
                    ? Optional.of(Instant.parse(date.textValue()))
                    : number(date).map(BigDecimal::longValueExact).map(Instant::ofEpochMilli);
            return instant.filter(i -> !i.isBefore(FIRST) && i.isBefore(END));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** The text of a value that can be an {@code _id} and refer to one, see {@link DocumentId}. */
    static Optional<String> id(JsonNode value) {
        JsonNode objectId = value.path("$oid");
        if (objectId.isTextual()) {
            return Optional.of(objectId.textValue())
                    .filter(text -> OBJECT_ID.matcher(text).matches());
        }
        if (value.isTextual() || value.isIntegralNumber() || (value.isObject() && !isDocument(value))) {
            try {
                BsonValue id = BsonDocument.parse("{\"v\":" + value + "}").get("v", BsonNull.VALUE);
                BsonType type = id.getBsonType();
                return type == BsonType.STRING
                                || type == BsonType.INT32
                                || type == BsonType.INT64
                                || type == BsonType.BINARY
                        ? Optional.of(DocumentId.of(id))
                        : Optional.empty();
            } catch (RuntimeException e) { // each part of the parser has errors of its own kind
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** As one would write it in plain JSON: what a person who queries wants; the exact types are in the landed object. */
    static JsonNode plain(JsonNode value) {
        if (value.isArray()) {
            ArrayNode plain = JsonNodeFactory.instance.arrayNode(value.size());
            value.forEach(each -> plain.add(plain(each)));
            return plain;
        }
        if (!value.isObject()) {
            return value;
        }
        if (isDocument(value)) {
            ObjectNode plain = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(field -> plain.set(field.getKey(), plain(field.getValue())));
            return plain;
        }
        Optional<BigDecimal> number = number(value);
        if (number.isPresent()) {
            return DecimalNode.valueOf(number.get());
        }
        return instant(value)
                .map(Instant::toString)
                .or(() -> Optional.of(value.path("$oid"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::textValue))
                .<JsonNode>map(TextNode::valueOf)
                .orElse(value);
    }
}
