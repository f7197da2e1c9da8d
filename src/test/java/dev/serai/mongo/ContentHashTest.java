package dev.serai.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

class ContentHashTest {

    private static final ContentHash HASH = new ContentHash(Set.of("a.b._id", "c"));

    @Test
    void fields_that_are_left_out_may_change_come_and_go() {
        String hash = hash("{_id: 1, a: {b: [{_id: 1, x: 1}, {_id: 2, x: 2}]}, c: {y: 1}, d: 1}");

        assertThat(hash("{_id: 1, a: {b: [{_id: 'long text', x: 1}, {x: 2}]}, d: 1}"))
                .isEqualTo(hash);
        assertThat(hash("{_id: 1, a: {b: [{_id: 1, x: 1}, {_id: 2, x: 3}]}, c: {y: 1}, d: 1}"))
                .isNotEqualTo(hash);
        assertThat(hash("{_id: 1, a: {b: [{_id: 1, x: 1}]}, c: {y: 1}, d: 1}")).isNotEqualTo(hash);
        assertThat(hash("{_id: 1, a: {b: [{_id: 1, x: 1}, {_id: 2, x: 2}]}, d: 1, e: 1}"))
                .isNotEqualTo(hash);
        assertThat(hash("{_id: 1, a: [{b: [{_id: 1, x: 1}, {_id: 2, x: 2}]}], d: 1}"))
                .isNotEqualTo(hash);
    }

    @Test
    void arrays_on_the_way_are_passed_through() {
        assertThat(hash("{a: [{b: {_id: 1, x: 1}}, {b: {_id: 2, x: 1}}]}"))
                .isEqualTo(hash("{a: [{b: {_id: 3, x: 1}}, {b: {x: 1}}]}"));
    }

    @Test
    void types_count() {
        assertThat(hash("{d: 1}")).isNotEqualTo(hash("{d: NumberLong(1)}")).isNotEqualTo(hash("{d: '1'}"));
        assertThat(hash("{a: {b: []}}")).isNotEqualTo(hash("{a: {b: {}}}")).isNotEqualTo(hash("{a: {b: null}}"));
    }

    @Test
    void no_two_places_of_a_value_are_the_same() {
        assertThat(hash("{a: {b: [{x: 1}], y: 1}}")).isNotEqualTo(hash("{a: {b: [{x: 1, y: 1}]}}"));
    }

    /** Every type is stepped over by its right length: what comes after it still counts, and what is left out does not. */
    @Test
    void every_type_is_stepped_over() {
        Random random = new Random(7);
        for (BsonValue value : everyType()) {
            BsonDocument document = new BsonDocument("v", value)
                    .append(
                            "a",
                            new BsonDocument("w", value).append("b", new BsonDocument("_id", value).append("x", value)))
                    .append("c", value)
                    .append("z", new BsonInt32(1));
            BsonDocument other = document.clone();
            other.getDocument("a").getDocument("b").put("_id", new BsonInt64(random.nextLong()));
            other.remove("c");
            assertThat(hash(other)).as("%s", value.getBsonType()).isEqualTo(hash(document));
            other.put("z", new BsonInt32(2));
            assertThat(hash(other)).as("%s", value.getBsonType()).isNotEqualTo(hash(document));
        }
    }

    private static List<BsonValue> everyType() {
        List<BsonValue> values = new ArrayList<>(List.of(
                new BsonDouble(1.5),
                new BsonString("text"),
                new BsonDocument("n", new BsonInt32(1)),
                new BsonArray(List.of(new BsonInt32(1), new BsonString("x"))),
                new BsonBinary(new byte[] {1, 2, 3}),
                new BsonUndefined(),
                new BsonObjectId(new ObjectId()),
                new BsonBoolean(true),
                new BsonDateTime(5),
                BsonNull.VALUE,
                new BsonRegularExpression("a.*b", "i"),
                new BsonJavaScript("f()"),
                new BsonSymbol("s"),
                new BsonJavaScriptWithScope("f()", new BsonDocument("n", new BsonInt32(1)))));
        values.addAll(List.of(
                new BsonInt32(1),
                new BsonTimestamp(5),
                new BsonInt64(1),
                new BsonDecimal128(Decimal128.parse("1.5")),
                new BsonMinKey(),
                new BsonMaxKey()));
        return values;
    }

    private static String hash(String json) {
        return hash(BsonDocument.parse(json));
    }

    private static String hash(BsonDocument document) {
        return HASH.of(new RawBsonDocument(document, new BsonDocumentCodec()));
    }
}
