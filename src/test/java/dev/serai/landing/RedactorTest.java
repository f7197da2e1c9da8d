package dev.serai.landing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactorTest {

    private static final String SENSITIVE = "password, cc_number";

    private final Redactor redactor = new Redactor();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"a":1,"password":"s3cret","b":2}                 | {"a":1,"password":null,"b":2}
                    {"password" : "s3\\"cret" , "b":2}                | {"password" : null , "b":2}
                    {"password":12345}                                | {"password":null}
                    {"password":-1.5e3,"b":1}                         | {"password":null,"b":1}
                    {"password":true}                                 | {"password":null}
                    {"password":null}                                 | {"password":null}
                    {"password":""}                                   | {"password":null}
                    {"password":{"x":["s3cret",{"y":1}]},"b":2}       | {"password":null,"b":2}
                    {"password":["s3cret"],"b":2}                     | {"password":null,"b":2}
                    {"PassWord":"s3cret"}                             | {"PassWord":null}
                    {"pass\\u0077ord":"s3cret"}                       | {"pass\\u0077ord":null}
                    [{"c":{"cc_number":"s3cret"}},{"cc_number":"s3cret"}] | [{"c":{"cc_number":null}},{"cc_number":null}]
                    {"b":"password","c":"s3"}                         | {"b":"password","c":"s3"}
                    {"password_hint":"dog","b":"Vadsø 東京 🐪"}        | {"password_hint":"dog","b":"Vadsø 東京 🐪"}
                    """)
    void sensitive_values_become_null_and_the_rest_stays(String answer, String kept) {
        assertThat(redact(answer)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    [{"a":1,"password":"s3cret
                    [{"a":1,"password":"s3cret"
                    [{"a":1,"password":
                    [{"a":1,"password":["s3cret",
                    [{"password":"s3cret"},{"password":"s3cret","b":"x
                    <pre>{"password":"s3cret","b":1}</pre>
                    <pre>password=s3cret&amp;b=1</pre>
                    oops: password: s3cret
                    )]}' [{"cc_number":"s3cret"}]
                    {"a":1}{"b":2,"password":"s3cret"} and "password": "s3cret"
                    {"a":tru,"password":"s3cret"}
                    """)
    void nothing_sensitive_is_left_of_an_answer_that_is_cut_or_no_json(String answer) {
        assertThat(redact(answer)).doesNotContain("s3cret").doesNotContain("s3");
    }

    @Test
    void an_error_page_is_kept() {
        assertThat(redact("<html><p>Please come back later.</p></html>"))
                .isEqualTo("<html><p>Please come back later.</p></html>");
    }

    @Test
    void bytes_that_are_no_utf8_come_out_as_they_went_in() {
        byte[] answer = "{\"a\":\"\u00e6\u00f8\",\"password\":\"x\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(redactor.redact(answer, SENSITIVE))
                .isEqualTo("{\"a\":\"\u00e6\u00f8\",\"password\":null}".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void an_answer_in_an_encoding_that_hides_names_is_withheld() {
        byte[] answer = "{\"password\":\"s3cret\"}".getBytes(StandardCharsets.UTF_16LE);

        assertThat(new String(redactor.redact(answer, SENSITIVE), StandardCharsets.UTF_8))
                .isEqualTo("[42 bytes withheld: they are not UTF-8 text]");
    }

    private String redact(String answer) {
        return new String(redactor.redact(answer.getBytes(StandardCharsets.UTF_8), SENSITIVE), StandardCharsets.UTF_8);
    }
}
