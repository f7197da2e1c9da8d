package dev.serai.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchReaderTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BatchReader reader = new BatchReader("thing", BatchReaderTest::row);

    private static ObjectNode row(JsonNode thing) {
        if (thing.has("bad")) {
            throw new InvalidRecordException("THING_BAD", "thing: is bad");
        }
        return JSON.createObjectNode().set("n", thing.get("n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    []                               | 0 | 0 | 0 |
                    {"n": 1}                         | 1 | 1 | 0 |
                    [{"n": 1}, {"n": 2}]             | 2 | 2 | 0 |
                    [{"n": 1}, {"bad": 2}, {"n": 3}] | 3 | 2 | 1 |
                    [{"n": 1}, [2], 3]               | 3 | 1 | 2 |
                    [{"n": 1}, {"n": 2               | 2 | 1 | 1 | ANSWER_CUT_OR_BROKEN
                    [{"n": 1},                       | 2 | 1 | 1 | ANSWER_CUT_OR_BROKEN
                    [{"n": 1}                        | 2 | 1 | 1 | ANSWER_CUT_OR_BROKEN
                    [                                | 1 | 0 | 1 | ANSWER_NOT_JSON
                    [{"n": 1}] and more              | 2 | 1 | 1 | ANSWER_CUT_OR_BROKEN
                    [{"n": 1}] {"n": 2}              | 2 | 1 | 1 | ANSWER_TRAILING_TEXT
                    <html>                           | 1 | 0 | 1 | ANSWER_NOT_JSON
                    "text"                           | 1 | 0 | 1 | ANSWER_NOT_JSON
                    null                             | 1 | 0 | 1 | ANSWER_NOT_JSON
                    ``                               | 1 | 0 | 1 | ANSWER_NOT_JSON
                    """)
    void every_part_of_an_answer_is_a_row_or_rejected(String answer, int read, int rows, int rejected, String fault)
            throws IOException {
        Batch batch = reader.read(answer.getBytes(StandardCharsets.UTF_8));

        assertThat(batch.read()).isEqualTo(read).isEqualTo(rows + rejected);
        assertThat(JSON.readTree(batch.rows())).hasSize(rows);
        assertThat(JSON.readTree(batch.rejected())).hasSize(rejected);
        assertThat(batch.fault() == null ? null : batch.fault().code()).isEqualTo(fault);
    }

    @Test
    void a_payload_is_cut_out_as_it_stands() throws IOException {
        Batch batch = reader.read("[ {\"bad\" :\"Vadsø\\u0000\",  \"x\":1.50} ]".getBytes(StandardCharsets.UTF_8));

        assertThat(JSON.readTree(batch.rejected()).get(0).get("payload").textValue())
                .isEqualTo("{\"bad\" :\"Vadsø\\u0000\",  \"x\":1.50}");
    }

    @Test
    void positions_count_all_records() throws IOException {
        Batch batch = reader.read("[{\"n\": 1}, {\"bad\": 2}, {\"n\": 3}]".getBytes(StandardCharsets.UTF_8));

        assertThat(JSON.readTree(batch.rows()).findValuesAsText("position")).containsExactly("0", "2");
        assertThat(JSON.readTree(batch.rejected()).findValuesAsText("position")).containsExactly("1");
    }

    @Test
    void a_fault_says_where_and_shows_the_beginning_only() {
        Batch batch = reader.read(("<p>" + "x".repeat(5_000)).getBytes(StandardCharsets.UTF_8));

        assertThat(batch.fault()).isNotNull();
        assertThat(batch.fault().getMessage())
                .startsWith("answer with things: from byte 0 on it must be JSON to its end, was \"<p>xxx")
                .hasSizeLessThan(300);
    }
}
