package dev.serai.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentIdTest {

    /** In the order of MongoDB; those after the ObjectIds have no order of their own. */
    static List<BsonValue> ids() {
        return List.of(
                new BsonInt64(Long.MIN_VALUE),
                new BsonInt64(-5),
                new BsonInt64(0),
                new BsonInt64(9),
                new BsonInt64(10),
                new BsonInt64(Long.MAX_VALUE),
                new BsonString(""),
                new BsonString("5fb23f9e86c270918e7c69de"),
                new BsonString("a'b"),
                new BsonString("\u20ac"),
                new BsonString("\ud83d\ude00"),
                new BsonBinary(new byte[] {1, 2}),
                new BsonBinary((byte) 4, new byte[16]),
                new BsonObjectId(new ObjectId("5fb23f9e86c270918e7c69de")),
                new BsonObjectId(new ObjectId("ffffffffffffffffffffffff")),
                new BsonDouble(7.5),
                new BsonBoolean(true),
                new BsonDateTime(5),
                new BsonString("nul \0 inside"),
                new BsonDocument("a", new BsonInt32(1)));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void an_id_comes_back_from_its_text(BsonValue id) {
        assertThat(DocumentId.value(DocumentId.of(id))).isEqualTo(id);
        assertThat(DocumentId.of(id)).doesNotContain("\0");
    }

    @Test
    void texts_sort_as_mongodb_sorts_the_ids() {
        List<String> texts =
                new ArrayList<>(ids().stream().map(DocumentId::of).toList().subList(0, 15));
        List<String> sorted = new ArrayList<>(texts);
        sorted.sort(DocumentId::compare);

        assertThat(sorted).isEqualTo(texts).doesNotHaveDuplicates();
    }

    @Test
    void an_object_id_is_its_digits_and_a_number_has_no_width() {
        assertThat(DocumentId.of(new BsonObjectId(new ObjectId("5fb23f9e86c270918e7c69de"))))
                .isEqualTo("5fb23f9e86c270918e7c69de");
        assertThat(DocumentId.of(new BsonInt32(5))).isEqualTo(DocumentId.of(new BsonInt64(5)));
    }

    @Test
    void another_text_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> DocumentId.value("5fb2"));
    }
}
