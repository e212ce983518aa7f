package dev.bobbin.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bobbin.problem.ProblemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken of a string without its parser's help is what the string says. */
class PlainTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\uD83D\uDE00 and \u00E9", "a\"b\\c/d\b\f\n\r\t", "\u0001\u001F"})
    void whateverTheSpellingOfAString(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> escaped.append("\\u%04x".formatted(c)));
        StringBuilder quoted = new StringBuilder();
        Json.quote(text, quoted);
        for (String spelling : new String[] {'"' + escaped.toString() + '"', quoted.toString()}) {
            for (String json : new String[] {
                "{\"content\":%s}", "{\"content\": [{\"text\": %s}]}", " { \"x\":[1,{}],\n\"content\" :\t%s }"
            }) {
                Document document = DocumentReader.read(Kind.ITEM, json.formatted(spelling));
                String nothing = json.contains("text") && text.isEmpty() ? null : text;
                assertThat(document.plainText()).as(json.formatted(spelling)).isEqualTo(nothing);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\uD83D\uDE00", "\\u0041", "\\ud83d\\ude00", "\\n"})
    void ofALongOneTheBeginning(String character) {
        Document document = DocumentReader.read(
                Kind.ITEM, "{\"content\":\"" + character.repeat(50_000) + "\",\"type\":\"widget\"}");
        assertThat(document.plainText().codePoints().count()).isEqualTo(8_000);
        assertThat(document.plainText().codePoints().distinct().count()).isEqualTo(1);
        assertThat(document.string("type")).isEqualTo("widget");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"open", "\"\\", "\"\\u00", "\"\\u00zz\"", "\"\\q\"", "\"\u0000\""})
    void malformedOnesAreRefused(String string) {
        for (String member : new String[] {"content", "copy_text", "id", "type"}) {
            assertThat(catchThrowable(() -> DocumentReader.read(Kind.ITEM, "{\"" + member + "\":" + string + "}")))
                    .as(member + string)
                    .isInstanceOf(ProblemException.class);
        }
        assertThat(catchThrowable(() -> DocumentReader.read(Kind.THREAD, "{\"metadata\":{\"x\":" + string + "}}")))
                .isInstanceOf(ProblemException.class);
    }
}
