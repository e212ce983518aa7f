package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bobbin.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {

    private static final String DOCUMENT =
            """
             { "a" : 1.50e+3 , "b":[ 1 ,"x, ]",{ "c":"}" } , null ] ,
               "\\u0061" : { "d" : -0.0 }, "e" : "\\"q\\"\\n\\u00e9" , "f":true} """;

    private final JsonValue document = JsonValue.read(DOCUMENT);

    @Test
    void membersKeepTheirSpelling() {
        assertThat(document.member("b").json()).isEqualTo("[ 1 ,\"x, ]\",{ \"c\":\"}\" } , null ]");
        assertThat(document.member("e").json()).isEqualTo("\"\\\"q\\\"\\n\\u00e9\"");
        assertThat(document.member("f").json()).isEqualTo("true");
    }

    @Test
    void aStringIsWhatItSays() {
        assertThat(document.member("e").string()).isEqualTo("\"q\"\né");
        assertThat(document.member("f").string()).isNull();
    }

    @Test
    void ofARepeatedMemberTheLastOneCountsHoweverItIsSpelled() {
        assertThat(document.member("a").member("d").json()).isEqualTo("-0.0");
    }

    @Test
    void whatIsNotThereIsNull() {
        assertThat(document.member("none")).isEqualTo(JsonValue.NULL);
        assertThat(document.member("b").member("c").member("d")).isEqualTo(JsonValue.NULL);
        assertThat(JsonValue.read("{ }").member("a").isNull()).isTrue();
        assertThat(elements(document)).isEmpty();
        assertThat(elements(JsonValue.read("[ ]"))).isEmpty();
    }

    @Test
    void elementsComeInTheirOrder() {
        assertThat(elements(document.member("b"))).containsExactly("1", "\"x, ]\"", "{ \"c\":\"}\" }", "null");
    }

    @Test
    void compactTextHasTheSameSpelling() {
        assertThat(document.compact())
                .isEqualTo("{\"a\":1.50e+3,\"b\":[1,\"x, ]\",{\"c\":\"}\"},null],\"\\u0061\":{\"d\":-0.0},"
                        + "\"e\":\"\\\"q\\\"\\n\\u00e9\",\"f\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1.0E5", "null", "\"\"", "[]", "{}", "true", " [[]] "})
    void everyValueCanBeTheOnlyOne(String text) {
        assertThat(JsonValue.read(text).json()).isEqualTo(text.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"a\":}", "[1,]", "{} {}", "nul", "\"", "{\"a\":\"\\x\"}"})
    void anythingElseIsRejected(String text) {
        assertThatThrownBy(() -> JsonValue.read(text)).isInstanceOf(ProblemException.class);
    }

    @Test
    void noTextIsNull() {
        assertThat(JsonValue.read(" ")).isEqualTo(JsonValue.NULL);
    }

    private static List<String> elements(JsonValue value) {
        List<String> elements = new ArrayList<>();
        value.forEach(element -> elements.add(element.json()));
        return elements;
    }
}
