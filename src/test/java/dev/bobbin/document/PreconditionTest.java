package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            "a"               | a
            "a","b"           | a b
             "a" , "b"        | a b
            ,"a",, "b",       | a b
            "a,b", "c"        | a,b c
            W/"a", "b"        | b
            *                 | *
            "*", "a"          | a
            """)
    void strongTagsOfAListCount(String header, String tags) {
        assertThat(match(header).tags()).isEqualTo(List.of(tags.split(" ")));
    }

    @Test
    void onlyWeakTagsMatchNothing() {
        assertThat(match("W/\"a\"").tags()).isEmpty();
        assertThat(Precondition.isKnown(headers("If-None-Match", "\"b\", W/\"a\""), "a"))
                .isTrue();
        assertThat(Precondition.isKnown(headers("If-None-Match", "\"b\""), "a")).isFalse();
        assertThat(Precondition.isKnown(headers("If-None-Match", "*"), "a")).isTrue();
        assertThat(Precondition.isKnown(MultiMap.caseInsensitiveMultiMap(), "a"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "nope", "\"a", "a\"", "\"a\" \"b\"", "w/\"a\"", "\"a\", *", "*,*", ",", "\"a b\""})
    void aMalformedHeaderIsRejected(String header) {
        assertThatThrownBy(() -> match(header)).hasMessageContaining("If-Match must be * or ETags in quotes");
    }

    @Test
    void headersThatContradictEachOtherAreRejected() {
        assertThatThrownBy(() -> Precondition.ofWrite(headers("If-None-Match", "\"a\"")))
                .hasMessage("If-None-Match of a write must be *; nothing was done");
        assertThatThrownBy(
                        () -> Precondition.ofWrite(headers("If-None-Match", "*").add("If-Match", "*")))
                .hasMessageContaining("contradict");
        assertThat(Precondition.ofWrite(MultiMap.caseInsensitiveMultiMap()).isNone())
                .isTrue();
    }

    private static Precondition match(String header) {
        return Precondition.ofWrite(headers("If-Match", header));
    }

    private static MultiMap headers(String name, String value) {
        return MultiMap.caseInsensitiveMultiMap().add(name, value);
    }
}
